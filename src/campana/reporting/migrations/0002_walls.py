"""Row-level security."""

from django.db import migrations

from campana.tenancy import protect


class Migration(migrations.Migration):
    dependencies = [("reporting", "0001_first")]

    operations = [protect("reporting_export")]
