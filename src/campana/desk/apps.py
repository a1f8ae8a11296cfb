from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "campana.desk"
    label = "desk"
