from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workforce", "0003_browser_telephones")]

    operations = [
        migrations.AddField("holiday", "taken_out", models.BooleanField(db_default=False, default=False)),
    ]
