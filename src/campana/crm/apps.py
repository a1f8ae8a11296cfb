from django.apps import AppConfig


class CrmConfig(AppConfig):
    name = "campana.crm"
    label = "crm"
