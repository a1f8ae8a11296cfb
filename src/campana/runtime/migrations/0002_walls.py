"""Row-level security, and what the migration writer can not say."""

from django.db import migrations

from campana.tenancy import protect


class Migration(migrations.Migration):
    dependencies = [("runtime", "0001_first"), ("accounts", "0001_first")]

    operations = [
        protect("runtime_enginelease"),
        migrations.RunSQL("CREATE SEQUENCE engine_fencing", "DROP SEQUENCE engine_fencing"),
    ]
