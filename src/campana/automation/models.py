"""Outgoing webhooks: what others want to hear, and what was sent to them."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from campana.accounts.models import Organisation, User


class Webhook(models.Model):
    organisation = models.ForeignKey(Organisation, models.CASCADE)
    url = models.URLField(max_length=500)
    events = ArrayField(models.CharField(max_length=40), default=list)
    secret = models.BinaryField(max_length=255)
    """Encrypted; shown once when created."""
    active = models.BooleanField(default=True)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True)
    created_at = models.DateTimeField()
    failing_since = models.DateTimeField(null=True)
    """The first failure after the last success."""
    disabled_at = models.DateTimeField(null=True)
    """When it was switched off by itself because nobody answered for too long."""

    class Meta:
        indexes = [models.Index(fields=["organisation", "-id"], name="webhook_newest")]

    def __str__(self) -> str:
        return f"webhook {self.pk}"


class Delivery(models.Model):
    """One event on its way to one webhook."""

    organisation = models.ForeignKey(Organisation, models.CASCADE)
    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    event = models.CharField(max_length=40)
    payload: models.JSONField[Any, Any] = models.JSONField()
    created_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    """When to try (again); null when delivered or given up."""
    delivered_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    problem = models.CharField(max_length=200, blank=True)
    answer = models.TextField(blank=True, default="", db_default="")
    """The beginning of what the receiver said last."""

    class Meta:
        indexes = [
            models.Index(fields=["webhook", "-id"], name="delivery_newest"),
            models.Index(fields=["next_at"], name="delivery_due", condition=models.Q(delivered_at__isnull=True)),
        ]
