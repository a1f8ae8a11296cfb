"""Forecasts that were made: what was asked, what was told, and what came of it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from campana.accounts.models import Organisation
from campana.campaigns.models import Campaign


class Forecast(models.Model):
    """One answer to "when will the list be done?", worked out by a job.

    ``question`` is blank for the campaign as it stands; a "what if" names what it changes (``questions.Question``).
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        FINISHED = "finished"
        FAILED = "failed"

    organisation = models.ForeignKey(Organisation, models.CASCADE)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="forecasts")
    question: models.JSONField[Any, Any] = models.JSONField(default=dict)
    key = models.CharField(max_length=64)
    """What makes two questions the same: the question and what of the campaign it was asked about."""
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    problem = models.CharField(max_length=40, blank=True)
    steps = models.PositiveSmallIntegerField(default=0)
    steps_total = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    early = models.DateTimeField(null=True)
    middle = models.DateTimeField(null=True)
    late = models.DateTimeField(null=True)
    """When the list is done, in four of five cases between early and late; None: not before the campaign's end."""
    answer: models.JSONField[Any, Any] = models.JSONField(default=dict)
    """``answers.Answer`` as JSON."""
    done_at = models.DateTimeField(null=True)
    """What came of it: when the last contact was done. None while nobody knows."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "key"], condition=Q(state__in=["queued", "running"]), name="one_such_forecast"
            )
        ]
        indexes = [
            models.Index(fields=["campaign", "key", "-id"], name="forecast_newest"),
            models.Index(fields=["organisation"], name="forecast_proven", condition=Q(done_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"forecast {self.pk}"

    @property
    def live(self) -> bool:
        return self.state in {self.State.QUEUED, self.State.RUNNING}
