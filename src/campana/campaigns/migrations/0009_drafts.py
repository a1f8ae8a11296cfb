"""What the stepper remembers of a draft, and the page that made it."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0008_auto_answer")]

    operations = [
        migrations.AddField("campaign", "draft", models.JSONField(blank=True, default=dict)),
        migrations.AddField("campaign", "draft_key", models.CharField(blank=True, default="", max_length=40)),
        migrations.AddConstraint(
            "campaign",
            models.UniqueConstraint(
                fields=["organisation", "draft_key"], condition=~Q(draft_key=""), name="draft_key_once"
            ),
        ),
    ]
