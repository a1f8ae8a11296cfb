from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0010_machine_detection"), ("campaigns", "0016_abandoned_message")]

    operations = [
        migrations.AddField("campaign", "detect_machines", models.BooleanField(db_default=False, default=False)),
        migrations.AddField("campaign", "detection_time", models.FloatField(db_default=3.5, default=3.5)),
        migrations.AddField("campaign", "false_machines", models.FloatField(db_default=0.03, default=0.03)),
        migrations.AddConstraint(
            "campaign",
            models.CheckConstraint(
                condition=models.Q(("detection_time__gte", 1.0), ("detection_time__lte", 6.0)),
                name="detection_time_range",
            ),
        ),
        migrations.AddConstraint(
            "campaign",
            models.CheckConstraint(
                condition=models.Q(("false_machines__gte", 0.0), ("false_machines__lte", 0.1)),
                name="false_machines_range",
            ),
        ),
    ]
