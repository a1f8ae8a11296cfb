from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "campana.supervision"
    label = "supervision"
