from django.apps import AppConfig


class AutomationConfig(AppConfig):
    name = "campana.automation"
    label = "automation"

    def ready(self) -> None:
        from campana.accounts.audit_names import by_column, register_names
        from campana.automation.models import Webhook
        from campana.automation.operations.enqueue_deliveries import enqueue_deliveries
        from campana.relay import facts

        facts.listen(enqueue_deliveries)
        register_names(webhook=by_column(Webhook, "url"))
