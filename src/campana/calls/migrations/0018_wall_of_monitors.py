"""Row-level security for those who hear talks."""

from django.db import migrations

from campana.tenancy import protect


class Migration(migrations.Migration):
    dependencies = [("calls", "0017_monitors")]

    operations = [protect("calls_monitor")]
