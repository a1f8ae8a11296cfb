from django.apps import AppConfig


class ScriptsConfig(AppConfig):
    name = "campana.scripts"
    label = "scripts"
