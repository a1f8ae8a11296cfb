from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("crm", "0009_recycle_bin")]

    operations = [
        migrations.AddField("customfield", "archived_at", models.DateTimeField(blank=True, null=True)),
    ]
