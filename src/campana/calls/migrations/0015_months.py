"""Attempts and skips in parts by month."""

from django.db import migrations

from campana.months.migration import divide


class Migration(migrations.Migration):
    dependencies = [("calls", "0014_live_calls"), ("workforce", "0005_by_hand")]

    operations = [
        divide("calls_attempt", storage="fillfactor=80, autovacuum_vacuum_scale_factor=0.02"),
        divide("calls_skip", counted=True),
    ]
