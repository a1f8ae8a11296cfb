"""Planned and temporarily excluded tasks become waiting per campaign, when its tasks are asked for."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0004_wishes")]

    operations = [
        migrations.RemoveIndex("task", "task_due"),
        migrations.AddIndex(
            "task",
            models.Index(
                fields=["campaign", "next_at"],
                name="task_due",
                condition=Q(state__in=["planned", "excluded"], next_at__isnull=False),
            ),
        ),
    ]
