from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0007_tallies")]

    operations = [migrations.AddField("campaign", "auto_answer", models.BooleanField(default=True))]
