"""The history of presence in parts by month."""

from django.db import migrations

from campana.months.migration import divide


class Migration(migrations.Migration):
    dependencies = [("workforce", "0005_by_hand")]

    operations = [divide("workforce_presencechange", counted=True)]
