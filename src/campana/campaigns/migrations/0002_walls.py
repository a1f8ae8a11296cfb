"""Row-level security, and what the migration writer can not say."""

from django.db import migrations

from campana.tenancy import protect


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0001_first"), ("accounts", "0001_first")]

    operations = [
        protect(
            "campaigns_campaign",
            "campaigns_campaignhotline",
            "campaigns_campaignagent",
            "campaigns_campaigngroup",
            "campaigns_approval",
            "campaigns_task",
        ),
        migrations.RunSQL(
            "ALTER TABLE campaigns_task SET (fillfactor=80, autovacuum_vacuum_scale_factor=0.01)",
            migrations.RunSQL.noop,
        ),
    ]
