from django.apps import AppConfig


class CallsConfig(AppConfig):
    name = "campana.calls"
    label = "calls"

    def ready(self) -> None:
        from campana.accounts.operations.followers import register_follower
        from campana.calls.operations.end_listening import Listeners

        register_follower("calls", Listeners())
