"""Who called us today: found without a look at everybody whom we called."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("calls", "0012_machine_detection")]

    operations = [
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(
                condition=models.Q(("mode", "inbound")), fields=["organisation", "began_at"], name="attempt_came_in"
            ),
        ),
    ]
