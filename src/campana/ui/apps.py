from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "campana.ui"
    label = "ui"

    def ready(self) -> None:
        from campana.ui.catalogues import compile_stale

        compile_stale()
