from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "campana.reporting"
    label = "reporting"
