"""Row-level security for why campaigns dial as much as they do."""

from django.db import migrations

from campana.tenancy import protect


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0014_predictive")]

    operations = [protect("campaigns_campaignpace")]
