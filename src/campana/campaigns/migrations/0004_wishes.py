"""When people asked for what they want."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0003_places")]

    operations = [
        migrations.AddField("campaign", "wanted_at", models.DateTimeField(blank=True, null=True)),
    ]
