"""Agents, groups of people, presence, and the calendars they work by."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from campana.accounts.models import Organisation, User

BROWSER = "desk-"
"""How the SIP accounts of browsers begin; no telephone may be called so."""


class Agent(models.Model):
    """A person who takes calls. ``wanted``/``online``/``dialling`` are asked for; ``state`` is the engine's."""

    organisation = models.ForeignKey(Organisation, models.CASCADE)
    user = models.OneToOneField(User, models.CASCADE, related_name="agent")
    endpoint = models.CharField(max_length=120, blank=True)
    """Where the telephone is, in the switch's words (``PJSIP/1001``)."""
    softphone = models.BooleanField(default=False)
    """Takes calls in the browser although there is a telephone at ``endpoint``."""
    account_until = models.DateTimeField(null=True, blank=True)
    """Until when the browser's SIP account is good; None when there is none."""
    desk = models.CharField(max_length=40, blank=True)
    """The tab that holds the desk; a desk is open in one place only."""
    daily_quota = models.PositiveIntegerField(null=True, blank=True)

    wanted = models.CharField(max_length=10, default="not_ready")
    """engine.words.Presence"""
    pause_reason = models.CharField(max_length=60, blank=True)
    online = models.BooleanField(default=False)
    dialling = models.BooleanField(default=False)
    """The campaign screen is open (or set by hand)."""
    seen_at = models.DateTimeField(null=True, blank=True)
    """Last heartbeat of the desk."""

    state = models.CharField(max_length=10, default="offline")
    """engine.words.AgentState, written by the journal only."""
    state_since = models.DateTimeField(null=True, blank=True)
    state_until = models.DateTimeField(null=True, blank=True)
    not_ready_after = models.BooleanField(default=False)
    campaign_id = models.BigIntegerField(null=True, blank=True)
    task_id = models.BigIntegerField(null=True, blank=True)
    attempt_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "state"], name="agent_by_state")]

    def __str__(self) -> str:
        return f"agent {self.pk}"

    @property
    def in_browser(self) -> bool:
        return self.softphone or not self.endpoint

    @property
    def account(self) -> str:
        """The name of the browser's SIP account."""
        return f"{BROWSER}{self.pk}"

    @property
    def rings_at(self) -> str:
        """What the switch rings."""
        return f"PJSIP/{self.account}" if self.in_browser else self.endpoint


class AgentGroup(models.Model):
    """One kind of group of people, used for routing, assignment and permissions."""

    organisation = models.ForeignKey(Organisation, models.CASCADE)
    name = models.CharField(max_length=120)
    members = models.ManyToManyField(Agent, related_name="groups", through="AgentGroupMember")

    class Meta:
        constraints = [models.UniqueConstraint("organisation", Lower("name"), name="agent_group_name_once")]

    def __str__(self) -> str:
        return self.name


class AgentGroupMember(models.Model):
    organisation = models.ForeignKey(Organisation, models.CASCADE)
    group = models.ForeignKey(AgentGroup, models.CASCADE)
    agent = models.ForeignKey(Agent, models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "agent"], name="agent_in_group_once")]


class PresenceChange(models.Model):
    """History of what agents did, for statistics and for the supervisor's questions."""

    organisation = models.ForeignKey(Organisation, models.CASCADE)
    agent = models.ForeignKey(Agent, models.CASCADE)
    at = models.DateTimeField()
    state = models.CharField(max_length=10)
    campaign_id = models.BigIntegerField(null=True)
    attempt_id = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "agent", "-at"], name="presence_of_agent")]


class WorkingHours(models.Model):
    """A named weekly profile. ``periods``: list of [weekday, start minute, end minute]."""

    organisation = models.ForeignKey(Organisation, models.CASCADE)
    name = models.CharField(max_length=120)
    periods: models.JSONField[Any, Any] = models.JSONField(default=list)
    by_hand = models.BooleanField(default=False, db_default=False)
    """Nobody is called by hand outside of these, on the callee's clock: where the law sets hours for every call."""

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", Lower("name"), name="working_hours_name_once"),
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(by_hand=True), name="one_profile_for_calls_by_hand"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Holiday(models.Model):
    """A local date on which campaigns do not call; a blank country means everywhere."""

    organisation = models.ForeignKey(Organisation, models.CASCADE)
    day = models.DateField()
    name = models.CharField(max_length=120)
    country = models.CharField(max_length=2, blank=True)
    taken_out = models.BooleanField(default=False, db_default=False)
    """A public holiday on which this organisation works all the same. It is kept, so that the list does not bring
    it back."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "day", "country"], name="holiday_once")]
        indexes = [models.Index(fields=["organisation", "day"], name="holiday_by_day", condition=Q(country=""))]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
