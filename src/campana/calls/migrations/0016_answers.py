import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("calls", "0015_months"), ("scripts", "0005_elements")]

    operations = [
        migrations.AddField(
            "attempt",
            "script_version",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="scripts.scriptversion",
            ),
        ),
        migrations.AddField("attempt", "answers", models.JSONField(null=True)),
        migrations.AddField("attempt", "answer_drafts", models.JSONField(null=True)),
    ]
