from django.apps import AppConfig


class CrmConfig(AppConfig):
    name = "campana.crm"
    label = "crm"

    def ready(self) -> None:
        from campana.accounts.audit_names import by_column, register_names, register_teller
        from campana.crm.models import Contact, ContactGroup, ContactImport, CustomField, SavedFilter
        from campana.crm.telling import condition_words

        register_names(
            contact=by_column(Contact, "name"),
            group=by_column(ContactGroup, "name"),
            filter=by_column(SavedFilter, "name"),
            field=by_column(CustomField, "label"),
            **{"import": by_column(ContactImport, "file_name")},
        )
        register_teller("condition", condition_words)
