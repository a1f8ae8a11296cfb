"""Row-level security, and what the migration writer can not say."""

from django.db import migrations

from campana.tenancy import protect


class Migration(migrations.Migration):
    dependencies = [("calls", "0001_first"), ("accounts", "0001_first")]

    operations = [
        protect("calls_attempt", "calls_skip"),
        migrations.RunSQL(
            "ALTER TABLE calls_attempt SET (fillfactor=80, autovacuum_vacuum_scale_factor=0.02)", migrations.RunSQL.noop
        ),
    ]
