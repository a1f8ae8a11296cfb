"""Row-level security."""

from django.db import migrations

from campana.tenancy import protect


class Migration(migrations.Migration):
    dependencies = [("forecasting", "0001_first")]

    operations = [protect("forecasting_forecast")]
