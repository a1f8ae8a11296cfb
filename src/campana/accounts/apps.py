from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "campana.accounts"
    label = "accounts"
