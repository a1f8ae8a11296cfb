from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_saved_views")]

    operations = [
        migrations.AddField("organisation", "recordings_days", models.PositiveIntegerField(db_default=0, default=0)),
    ]
