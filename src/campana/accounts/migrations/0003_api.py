"""Idempotency keys and rate buckets of the REST API."""

import django.db.models.deletion
from django.db import migrations, models

from campana.tenancy import protect


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_walls")]

    operations = [
        migrations.CreateModel(
            name="IdempotencyKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=255)),
                ("fingerprint", models.BinaryField(max_length=32)),
                ("created_at", models.DateTimeField()),
                ("status", models.PositiveSmallIntegerField(null=True)),
                ("content_type", models.CharField(blank=True, max_length=100)),
                ("headers", models.JSONField(default=dict)),
                ("body", models.BinaryField(default=b"")),
                (
                    "api_key",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="accounts.apikey"),
                ),
                (
                    "organisation",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="accounts.organisation"),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["created_at"], name="idempotency_key_oldest")],
                "constraints": [
                    models.UniqueConstraint(fields=("api_key", "key"), name="idempotency_key_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="RateBucket",
            fields=[
                (
                    "api_key",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to="accounts.apikey",
                    ),
                ),
                ("tokens", models.FloatField()),
                ("at", models.DateTimeField()),
            ],
        ),
        protect("accounts_idempotencykey"),
        migrations.RunSQL(
            "ALTER TABLE accounts_ratebucket SET UNLOGGED", "ALTER TABLE accounts_ratebucket SET LOGGED"
        ),
    ]
