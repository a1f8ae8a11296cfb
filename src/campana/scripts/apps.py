from django.apps import AppConfig


class ScriptsConfig(AppConfig):
    name = "campana.scripts"
    label = "scripts"

    def ready(self) -> None:
        from campana.accounts.operations.followers import register_follower
        from campana.scripts.operations.default_set import Beginning

        register_follower("scripts", Beginning())
