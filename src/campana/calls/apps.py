from django.apps import AppConfig


class CallsConfig(AppConfig):
    name = "campana.calls"
    label = "calls"
