from django.apps import AppConfig


class AutomationConfig(AppConfig):
    name = "campana.automation"
    label = "automation"

    def ready(self) -> None:
        from campana.automation.operations.enqueue_deliveries import enqueue_deliveries
        from campana.relay import facts

        facts.listen(enqueue_deliveries)
