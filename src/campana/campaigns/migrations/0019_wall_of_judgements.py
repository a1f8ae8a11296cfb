"""Row-level security for what was counted of drafts' contacts."""

from django.db import migrations

from campana.tenancy import protect


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0018_judgements")]

    operations = [protect("campaigns_judgement")]
