"""Row-level security for the calls asked for by hand."""

from django.db import migrations

from campana.tenancy import protect


class Migration(migrations.Migration):
    dependencies = [("calls", "0004_by_hand")]

    operations = [protect("calls_callrequest")]
