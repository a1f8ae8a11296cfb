from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "campana.reporting"
    label = "reporting"

    def ready(self) -> None:
        from campana.accounts.audit_names import register_teller
        from campana.reporting.columns import columns_words

        register_teller("columns", columns_words)
