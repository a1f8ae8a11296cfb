"""Acts on all contacts of a list, done by a job."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from campana.tenancy import protect

STATES = [
    ("queued", "Queued"),
    ("running", "Running"),
    ("finished", "Finished"),
    ("cancelled", "Cancelled"),
    ("failed", "Failed"),
]
ACTS = [("group", "Group"), ("owner", "Owner"), ("suppress", "Suppress"), ("delete", "Delete")]


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_recordings_days"),
        ("crm", "0010_archived_fields"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ContactAct",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("state", models.CharField(choices=STATES, default="queued", max_length=10)),
                ("act", models.CharField(choices=ACTS, max_length=10)),
                ("answers", models.JSONField(default=dict)),
                ("looked_at", models.JSONField(default=dict)),
                ("total", models.PositiveIntegerField()),
                ("upto", models.BigIntegerField()),
                ("after", models.BigIntegerField(default=0)),
                ("done", models.PositiveIntegerField(default=0)),
                ("changed", models.PositiveIntegerField(default=0)),
                ("problem", models.CharField(blank=True, max_length=60)),
                ("created_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "author",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL),
                ),
                (
                    "organisation",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="accounts.organisation"),
                ),
            ],
            options={"indexes": [models.Index(fields=["organisation", "-id"], name="contact_act_newest")]},
        ),
        protect("crm_contactact"),
    ]
