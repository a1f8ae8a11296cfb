"""Row-level security for earlier runs."""

from django.db import migrations

from campana.tenancy import protect


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0011_reopening")]

    operations = [protect("campaigns_pastrun")]
