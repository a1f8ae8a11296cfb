"""What became of the contacts given, and first come first served as one sequence."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0002_walls")]

    operations = [
        migrations.AddField("campaign", "intake", models.JSONField(blank=True, default=dict)),
        migrations.RunSQL(
            "CREATE SEQUENCE campaigns_task_place AS bigint CACHE 1", "DROP SEQUENCE campaigns_task_place"
        ),
    ]
