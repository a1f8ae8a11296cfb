from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workforce", "0002_walls")]

    operations = [
        migrations.AddField("agent", "softphone", models.BooleanField(default=False)),
        migrations.AddField("agent", "account_until", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("agent", "desk", models.CharField(blank=True, max_length=40)),
    ]
