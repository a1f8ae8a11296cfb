from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("automation", "0003_webhook_health")]

    operations = [
        migrations.AddField("delivery", "answer", models.TextField(blank=True, db_default="", default="")),
    ]
