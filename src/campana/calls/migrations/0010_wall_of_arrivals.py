"""Row-level security for the legs of calls that came in."""

from django.db import migrations

from campana.tenancy import protect


class Migration(migrations.Migration):
    dependencies = [("calls", "0009_inbound")]

    operations = [protect("calls_arrival")]
