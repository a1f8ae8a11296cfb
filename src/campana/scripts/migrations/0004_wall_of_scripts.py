"""Row-level security for scripts."""

from django.db import migrations

from campana.tenancy import protect


class Migration(migrations.Migration):
    dependencies = [("scripts", "0003_scripts")]

    operations = [protect("scripts_script", "scripts_scriptversion")]
