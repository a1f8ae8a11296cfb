"""Who writes for which organisation."""

from __future__ import annotations

from django.db import models


class EngineLease(models.Model):
    """One engine writes for one organisation. Fencing numbers come from a sequence and never repeat."""

    organisation_id = models.BigIntegerField(primary_key=True)
    holder = models.CharField(max_length=120)
    fencing = models.BigIntegerField()
    expires_at = models.DateTimeField()
    taken_at = models.DateTimeField()
    switch_connected = models.BooleanField(default=False)
    switch_since = models.DateTimeField(null=True)
