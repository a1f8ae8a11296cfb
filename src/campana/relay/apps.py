from django.apps import AppConfig


class RelayConfig(AppConfig):
    name = "campana.relay"
    label = "relay"
