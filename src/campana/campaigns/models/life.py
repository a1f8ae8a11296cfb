"""What is written down in the life of a campaign: judgements, approvals, its pace, runs that are past."""

from __future__ import annotations

from typing import Any

from django.db import models

from campana.accounts.models import Organisation, User
from campana.campaigns.models.campaign import Campaign
from campana.campaigns.models.tasks import Task
from campana.workforce.models import Agent


class Approval(models.Model):
    """A decision on a campaign: approved or rejected, by whom, when, with what words."""

    organisation = models.ForeignKey(Organisation, models.CASCADE)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="approvals")
    approved = models.BooleanField()
    by = models.ForeignKey(User, models.SET_NULL, null=True)
    at = models.DateTimeField()
    comment = models.CharField(max_length=1000, blank=True)

    class Meta:
        indexes = [models.Index(fields=["campaign", "-at"], name="approvals_newest")]


class Judgement(models.Model):
    """Who of a campaign's sources can be called, as it was counted last (``queries.judged``); pages show it where
    counting takes longer than a page may."""

    campaign = models.OneToOneField(Campaign, models.CASCADE, primary_key=True, related_name="judgement")
    organisation = models.ForeignKey(Organisation, models.CASCADE, db_index=False)
    key = models.CharField(max_length=64, blank=True)
    """Tells the sources and rules that were judged; blank: nothing was counted yet."""
    told: models.JSONField[Any, Any] = models.JSONField(default=dict)
    at = models.DateTimeField()
    seconds = models.FloatField(default=0)
    """How long counting took."""
    asked = models.CharField(max_length=64, blank=True)
    """The key a job was asked to count for; blank: nobody waits."""
    asked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"judgement of campaign {self.campaign_id}"


class CampaignPace(models.Model):
    """Why a predictive campaign dials as much as it does: its last decision, as the engine said it."""

    campaign = models.OneToOneField(Campaign, models.CASCADE, primary_key=True, related_name="pace")
    organisation = models.ForeignKey(Organisation, models.CASCADE, db_index=False)
    at = models.DateTimeField()
    slip: models.JSONField[Any, Any] = models.JSONField(default=dict)
    """The fields of ``engine.outputs.PaceDecided``."""

    def __str__(self) -> str:
        return f"pace of campaign {self.campaign_id}"


class PastRun(models.Model):
    """What a contact came to in an earlier run, before the campaign was restarted (CAM-726)."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, db_index=False)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="past_runs", db_index=False)
    task = models.ForeignKey(Task, models.CASCADE, related_name="past_runs")
    run = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=15)
    attempts = models.PositiveSmallIntegerField()
    last_outcome = models.CharField(max_length=20, blank=True)
    result_id = models.BigIntegerField(null=True)
    last_agent = models.ForeignKey(Agent, models.SET_NULL, null=True, related_name="+")
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["campaign", "run"], name="past_run_of_campaign")]

    def __str__(self) -> str:
        return f"run {self.run} of task {self.task_id}"
