from django.apps import AppConfig


class WorkforceConfig(AppConfig):
    name = "campana.workforce"
    label = "workforce"
