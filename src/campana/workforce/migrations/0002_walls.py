"""Row-level security, and what the migration writer can not say."""

from django.db import migrations

from campana.tenancy import protect


class Migration(migrations.Migration):
    dependencies = [("workforce", "0001_first"), ("accounts", "0001_first")]

    operations = [
        protect(
            "workforce_agent",
            "workforce_agentgroup",
            "workforce_agentgroupmember",
            "workforce_presencechange",
            "workforce_workinghours",
            "workforce_holiday",
        ),
    ]
