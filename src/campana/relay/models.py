"""The mailbox between web and engine. LISTEN/NOTIFY is the doorbell, never the data."""

from __future__ import annotations

from typing import Any

from django.db import models


class Message(models.Model):
    """Something for one organisation's engine. Deleted in the transaction that journals its effects."""

    organisation_id = models.BigIntegerField()
    kind = models.CharField(max_length=40)
    payload: models.JSONField[Any, Any] = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organisation_id", "id"], name="mailbox")]
