from django.apps import AppConfig


class WorkforceConfig(AppConfig):
    name = "campana.workforce"
    label = "workforce"

    def ready(self) -> None:
        from campana.accounts.operations.followers import register_follower
        from campana.workforce.operations.seats import Seats

        register_follower("workforce", Seats())
