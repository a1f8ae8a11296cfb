from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "campana.campaigns"
    label = "campaigns"

    def ready(self) -> None:
        from campana.campaigns.operations.import_sink import ImportSink
        from campana.crm.imports.sinks import register_campaign_sink

        register_campaign_sink(ImportSink())
