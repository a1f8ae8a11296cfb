from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "campana.supervision"
    label = "supervision"

    def ready(self) -> None:
        from campana.accounts.audit_names import by_column, register_names
        from campana.supervision.models import WallLink

        register_names(wall_link=by_column(WallLink, "name"))
