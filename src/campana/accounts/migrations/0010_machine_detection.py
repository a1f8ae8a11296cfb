"""Detecting machines is a right of its own (CAM-506): whoever may set priorities has it from the beginning."""

from django.db import migrations, models

GIVE = """
SELECT set_config('campana.system', 'on', true);
UPDATE accounts_role SET permissions = array_append(permissions, 'campaigns.detect')
WHERE 'campaigns.priority' = ANY(permissions) AND NOT 'campaigns.detect' = ANY(permissions);
"""
TAKE = """
SELECT set_config('campana.system', 'on', true);
UPDATE accounts_role SET permissions = array_remove(permissions, 'campaigns.detect');
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0009_record_by_hand")]

    operations = [
        migrations.AddField("organisation", "machine_detection", models.BooleanField(db_default=True, default=True)),
        migrations.RunSQL(GIVE, TAKE),
    ]
