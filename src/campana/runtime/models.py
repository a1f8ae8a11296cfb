"""Who writes for which organisation, and which processes there are to do it."""

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


class EngineProcess(models.Model):
    """An engine process that lives until ``expires_at`` if it is not heard of again. See runtime.sharing."""

    name = models.CharField(primary_key=True, max_length=120)
    """runtime.holders.this_process"""
    expires_at = models.DateTimeField()
