from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "campana.campaigns"
    label = "campaigns"

    def ready(self) -> None:
        from campana.accounts.audit_names import by_column, register_names, register_teller
        from campana.campaigns.models import Campaign, Task
        from campana.campaigns.operations.import_sink import ImportSink
        from campana.campaigns.words import retries_words, sources_words
        from campana.crm.imports.sinks import register_campaign_sink

        register_campaign_sink(ImportSink())
        register_names(campaign=by_column(Campaign, "name"), task=by_column(Task, "contact__name"))
        register_teller("retries", retries_words)
        register_teller("sources", sources_words)
