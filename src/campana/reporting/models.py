"""Exports: a file of rows that somebody asked for, made in the background and kept for a day."""

from __future__ import annotations

from typing import Any

from django.db import models

from campana.accounts.models import Organisation, User
from campana.campaigns.models import Campaign


class Export(models.Model):
    """One file. ``campaign`` is what it is about; None: all of the organisation the author may see."""

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        FINISHED = "finished"
        CANCELLED = "cancelled"
        FAILED = "failed"

    class Kind(models.TextChoices):
        CONTACTS = "contacts"
        ATTEMPTS = "attempts"
        AGENTS = "agents"

    class Format(models.TextChoices):
        CSV = "csv"
        XLSX = "xlsx"

    organisation = models.ForeignKey(Organisation, models.CASCADE)
    author = models.ForeignKey(User, models.SET_NULL, null=True)
    campaign = models.ForeignKey(Campaign, models.CASCADE, null=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    format = models.CharField(max_length=4, choices=Format.choices)
    columns: models.JSONField[Any, Any] = models.JSONField(default=list)
    """Keys in the order of the file (``reporting.columns``)."""
    narrowed: models.JSONField[Any, Any] = models.JSONField(default=dict)
    """``since``, ``until`` (ISO days of the organisation), ``states`` of contacts, ``separator`` of CSV."""
    language = models.CharField(max_length=5)
    time_zone = models.CharField(max_length=64)
    """Of every time in the file; named in its head."""
    state = models.CharField(max_length=9, choices=State.choices, default=State.QUEUED)
    rows = models.PositiveIntegerField(default=0)
    rows_total = models.PositiveIntegerField(null=True)
    """What is expected, when it can be said beforehand."""
    bytes = models.BigIntegerField(default=0)
    problem = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    """When the file is deleted."""

    class Meta:
        indexes = [models.Index(fields=["organisation", "-id"], name="export_newest")]

    def __str__(self) -> str:
        return f"export {self.pk}"

    @property
    def live(self) -> bool:
        return self.state in {self.State.QUEUED, self.State.RUNNING}
