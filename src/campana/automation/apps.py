from django.apps import AppConfig


class AutomationConfig(AppConfig):
    name = "campana.automation"
    label = "automation"
