from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "campana.ui"
    label = "ui"
