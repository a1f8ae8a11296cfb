from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("calls", "0011_abandoned")]

    operations = [
        migrations.AddField(
            "attempt", "verdict", models.CharField(blank=True, db_default="", default="", max_length=8)
        ),
        migrations.AddField("attempt", "verdict_confidence", models.FloatField(null=True)),
        migrations.AddField("attempt", "verdict_at", models.DateTimeField(null=True)),
    ]
