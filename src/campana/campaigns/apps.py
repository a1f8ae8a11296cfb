from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "campana.campaigns"
    label = "campaigns"
