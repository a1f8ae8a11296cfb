from django.apps import AppConfig


class HotlinesConfig(AppConfig):
    name = "campana.hotlines"
    label = "hotlines"
