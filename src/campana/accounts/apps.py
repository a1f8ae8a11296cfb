from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "campana.accounts"
    label = "accounts"

    def ready(self) -> None:
        from campana.accounts.audit_names import by_column, register_names
        from campana.accounts.labels import role_names
        from campana.accounts.models import ApiKey, User

        register_names(
            user=by_column(User, "name"),
            role=role_names,
            api_key=by_column(ApiKey, "name"),
        )
