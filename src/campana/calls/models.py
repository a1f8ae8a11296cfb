"""Attempts and what is known of them. Rows are written by the journal; people add results."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from campana.accounts.models import Organisation
from campana.campaigns.models import Campaign, Task
from campana.crm.models import Contact
from campana.hotlines.models import Hotline, Trunk
from campana.scripts.models import Result
from campana.workforce.models import Agent


class Attempt(models.Model):
    """One dialling of one number, committed before the switch hears of it."""

    id = models.BigIntegerField(primary_key=True)
    """Chosen by the engine: kernel.ids.attempt_id"""
    organisation = models.ForeignKey(Organisation, models.CASCADE)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="attempts")
    task = models.ForeignKey(Task, models.CASCADE, related_name="tries")
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="attempts")
    number = models.CharField(max_length=15)
    number_index = models.PositiveSmallIntegerField(default=0)
    hotline = models.ForeignKey(Hotline, models.PROTECT)
    trunk = models.ForeignKey(Trunk, models.PROTECT)
    agent = models.ForeignKey(Agent, models.SET_NULL, null=True)
    mode = models.CharField(max_length=14)
    permit: models.JSONField[Any, Any] = models.JSONField(default=dict)
    state = models.CharField(max_length=14)
    """engine.words.AttemptState"""
    offers = models.PositiveSmallIntegerField(default=0)
    began_at = models.DateTimeField()
    ringing_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    connected_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    wrapped_up_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, blank=True)
    """engine.words.Outcome"""
    cause = models.CharField(max_length=16, blank=True)
    sip_code = models.PositiveSmallIntegerField(null=True)
    counted = models.BooleanField(default=False)
    result = models.ForeignKey(Result, models.SET_NULL, null=True)
    result_at = models.DateTimeField(null=True)
    callback_at = models.DateTimeField(null=True)
    callback_to_me = models.BooleanField(default=False, db_default=False)
    note = models.TextField(max_length=10_000, blank=True)
    recording = models.CharField(max_length=60, blank=True)
    recording_seconds = models.FloatField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "number"],
                condition=Q(ended_at__isnull=True),
                name="one_live_attempt_per_number",
            ),
            models.UniqueConstraint(
                fields=["task"], condition=Q(ended_at__isnull=True), name="one_live_attempt_per_task"
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "-id"], name="attempt_newest"),
            models.Index(fields=["campaign", "-id"], name="attempt_of_campaign"),
            models.Index(fields=["task", "-id"], name="attempt_of_task"),
            models.Index(fields=["contact", "-id"], name="attempt_of_contact"),
            models.Index(fields=["organisation", "number", "-began_at"], name="attempt_of_number"),
            models.Index(fields=["organisation"], name="attempt_live", condition=Q(ended_at__isnull=True)),
            models.Index(
                fields=["organisation"],
                name="attempt_in_wrap_up",
                condition=Q(ended_at__isnull=False, connected_at__isnull=False, wrapped_up_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"attempt {self.pk}"


class Skip(models.Model):
    """A task that was not dialled when its turn came, and why. The same reason in a row is one row."""

    organisation = models.ForeignKey(Organisation, models.CASCADE)
    campaign = models.ForeignKey(Campaign, models.CASCADE)
    task = models.ForeignKey(Task, models.CASCADE, related_name="skips")
    at = models.DateTimeField()
    code = models.CharField(max_length=24)
    """engine.words.RefusalCode"""
    until = models.DateTimeField(null=True)
    final = models.BooleanField(default=False)
    detail = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["campaign", "-id"], name="skip_of_campaign"),
            models.Index(fields=["task", "-id"], name="skip_of_task"),
        ]
