from django.apps import AppConfig


class ScriptsConfig(AppConfig):
    name = "campana.scripts"
    label = "scripts"

    def ready(self) -> None:
        from campana.accounts.audit_names import by_column, register_names
        from campana.accounts.operations.followers import register_follower
        from campana.scripts.models import ResultSet, Script
        from campana.scripts.operations.default_set import Beginning

        register_follower("scripts", Beginning())
        register_names(result_set=by_column(ResultSet, "name"), script=by_column(Script, "name"))
