"""Row-level security, and what the migration writer can not say."""

from django.db import migrations

from campana.tenancy import protect


class Migration(migrations.Migration):
    dependencies = [("automation", "0001_first"), ("accounts", "0001_first")]

    operations = [
        protect("automation_webhook", "automation_delivery"),
    ]
