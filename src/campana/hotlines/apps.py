from django.apps import AppConfig


class HotlinesConfig(AppConfig):
    name = "campana.hotlines"
    label = "hotlines"

    def ready(self) -> None:
        from campana.accounts.audit_names import by_column, register_names
        from campana.hotlines.models import Hotline, Sound, Trunk
        from campana.ui.moments import phone

        register_names(
            hotline=by_column(Hotline, "number", phone),
            trunk=by_column(Trunk, "name"),
            sound=by_column(Sound, "name"),
        )
