"""Contacts of a campaign and how many there are of a kind."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from campana.accounts.models import Organisation
from campana.campaigns.models.campaign import Campaign
from campana.crm.models import Contact
from campana.workforce.models import Agent


class Task(models.Model):
    """A contact's place in a campaign (appendix C.2).

    ``rank`` orders waiting tasks (CAM-459), ``position`` is first come first served within a rank; the
    partial index below is the whole of "who is next", one time zone at a time.

    No constraint in the database for organisation, campaign and contact: checking them row by row cost more than
    writing the task and all its indexes. Whoever adds tasks locks the campaign and reads the contact in the same
    transaction (docs/decisions/0009-importing-contacts.md).
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, db_index=False, db_constraint=False)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="tasks", db_index=False, db_constraint=False)
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="tasks", db_index=False, db_constraint=False)
    run = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=15, default="waiting")
    """engine.words.TaskState"""
    rank = models.PositiveSmallIntegerField()
    position = models.BigIntegerField()
    time_zone = models.CharField(max_length=64)
    number = models.CharField(max_length=15, blank=True)
    """The main number when the task was built: duplicates inside a campaign are told by it."""
    priority = models.PositiveSmallIntegerField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)
    """When a planned task becomes waiting."""
    not_before = models.DateTimeField(null=True, blank=True)
    not_after = models.DateTimeField(null=True, blank=True)
    rounds = models.PositiveSmallIntegerField(default=0)
    number_index = models.PositiveSmallIntegerField(default=0)
    by_event: models.JSONField[Any, Any] = models.JSONField(default=dict)
    agreed = models.BooleanField(default=False)
    guaranteed = models.BooleanField(default=False)
    preferred_agent = models.ForeignKey(Agent, models.SET_NULL, null=True, blank=True, db_index=False)
    anyone_at = models.DateTimeField(null=True, blank=True)
    reserved_by = models.BigIntegerField(null=True, blank=True)
    """Fencing number of the engine that holds it."""
    attempts = models.PositiveSmallIntegerField(default=0)
    last_outcome = models.CharField(max_length=20, blank=True)
    last_attempt_at = models.DateTimeField(null=True, blank=True)
    last_agent = models.ForeignKey(Agent, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)
    result_id = models.BigIntegerField(null=True, blank=True)
    refusal = models.CharField(max_length=24, blank=True)
    """engine.words.RefusalCode of the last skip."""
    external_id = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contact", "campaign"], name="contact_in_campaign_once"),
            models.UniqueConstraint(
                fields=["campaign", "external_id"], condition=~Q(external_id=""), name="task_external_id_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["campaign", "time_zone", "rank", "position"], name="task_next", condition=Q(state="waiting")
            ),
            models.Index(
                fields=["campaign", "next_at"],
                name="task_due",
                condition=Q(state__in=["planned", "excluded"], next_at__isnull=False),
            ),
            models.Index(
                fields=["campaign"], name="task_held", condition=Q(state__in=["reserved", "in_call", "wrap_up"])
            ),
            models.Index(fields=["campaign", "state", "id"], name="task_by_state"),
            models.Index(fields=["campaign", "number"], name="task_by_number"),
            models.Index(fields=["preferred_agent"], name="task_preferred", condition=Q(preferred_agent__isnull=False)),
            models.Index(fields=["last_agent"], name="task_last_agent", condition=Q(last_agent__isnull=False)),
            models.Index(
                fields=["campaign", "finished_at"], name="task_finished", condition=Q(finished_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"task {self.pk}"


class TaskTally(models.Model):
    """How many tasks of a campaign are of a kind: the sum of ``n`` over its rows. Written by triggers only.

    A row is a difference that one statement made, or the sum of earlier ones (``calls.operations.fold_tallies``).
    """

    organisation = models.ForeignKey(Organisation, models.DO_NOTHING, db_constraint=False, db_index=False)
    campaign = models.ForeignKey(
        Campaign, models.DO_NOTHING, related_name="task_tallies", db_constraint=False, db_index=False
    )
    state = models.CharField(max_length=15)
    refusal = models.CharField(max_length=24, blank=True)
    time_zone = models.CharField(max_length=64)
    n = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "campaign"], name="task_tally")]
