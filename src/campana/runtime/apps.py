from django.apps import AppConfig


class RuntimeConfig(AppConfig):
    name = "campana.runtime"
    label = "runtime"
