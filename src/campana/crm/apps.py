from django.apps import AppConfig


class CrmConfig(AppConfig):
    name = "campana.crm"
    label = "crm"

    def ready(self) -> None:
        from campana.accounts.audit_names import by_column, register_names
        from campana.crm.models import Contact, ContactGroup, ContactImport, CustomField, SavedFilter

        register_names(
            contact=by_column(Contact, "name"),
            group=by_column(ContactGroup, "name"),
            filter=by_column(SavedFilter, "name"),
            field=by_column(CustomField, "label"),
            **{"import": by_column(ContactImport, "file_name")},
        )
