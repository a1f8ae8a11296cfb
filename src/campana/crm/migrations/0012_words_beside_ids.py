"""The index of the newest contacts carries their words, so that looking for words reads nothing else."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("crm", "0011_acts_on_lists")]

    operations = [
        migrations.RemoveIndex("contact", "contact_newest"),
        migrations.AddIndex(
            "contact",
            models.Index(
                fields=["organisation", "-id"],
                name="contact_newest",
                include=["search"],
                condition=Q(deleted_at__isnull=True),
            ),
        ),
    ]
