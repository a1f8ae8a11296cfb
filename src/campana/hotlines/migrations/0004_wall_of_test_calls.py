"""Row-level security for test calls."""

from django.db import migrations

from campana.tenancy import protect


class Migration(migrations.Migration):
    dependencies = [("hotlines", "0003_test_calls")]

    operations = [protect("hotlines_testcall")]
