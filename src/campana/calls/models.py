"""Attempts and what is known of them. Rows are written by the journal; people add results."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from campana.accounts.models import Organisation
from campana.campaigns.models import Campaign, Task
from campana.crm.models import Contact
from campana.hotlines.models import Hotline, Trunk
from campana.scripts.models import Result, ScriptVersion
from campana.workforce.models import Agent

RARE: list[str] = [
    "abandoned", "agent_no_answer", "cancelled", "congestion", "hotline_failure", "hung_up_waiting", "invalid_number",
    "system_error",
]  # fmt: skip
"""Outcomes that are looked for and hard to find: they have an index, the usual ones are met at once."""


class Attempt(models.Model):
    """One dialling of one number, committed before the switch hears of it. In the database one part a month."""

    id = models.BigIntegerField(primary_key=True)
    """Chosen by the engine: kernel.ids.attempt_id"""
    organisation = models.ForeignKey(Organisation, models.CASCADE, db_index=False)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="attempts", null=True, db_index=False)
    """None: an agent called by hand, or somebody called us. Then there is no task either."""
    task = models.ForeignKey(Task, models.CASCADE, related_name="tries", null=True, db_index=False)
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="attempts", null=True, db_index=False)
    """None: a typed number that belongs to nobody in the directory."""
    number = models.CharField(max_length=15)
    number_index = models.PositiveSmallIntegerField(default=0)
    hotline = models.ForeignKey(Hotline, models.PROTECT)
    trunk = models.ForeignKey(Trunk, models.PROTECT)
    agent = models.ForeignKey(Agent, models.SET_NULL, null=True, db_index=False)
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
    abandoned = models.BooleanField(default=False, db_default=False)
    """A person answered and no agent took the call, short hang-ups not counted (CAM-486)."""
    verdict = models.CharField(max_length=8, blank=True, default="", db_default="")
    """What machine detection heard: engine.words.Verdict, blank where it was not asked."""
    verdict_confidence = models.FloatField(null=True)
    verdict_at = models.DateTimeField(null=True)
    result = models.ForeignKey(Result, models.SET_NULL, null=True)
    result_at = models.DateTimeField(null=True)
    callback_at = models.DateTimeField(null=True)
    callback_to_me = models.BooleanField(default=False, db_default=False)
    note = models.TextField(max_length=10_000, blank=True)
    script_version = models.ForeignKey(ScriptVersion, models.PROTECT, null=True, db_index=False)
    """What the answers answer; none before the first of them."""
    answers: models.JSONField[Any, Any] = models.JSONField(null=True)
    """Of the questions that were shown, by their names: ``scripts.questions.Judged.answers``."""
    answer_drafts: models.JSONField[Any, Any] = models.JSONField(null=True)
    """What stands in the desk's fields and is no answer."""
    recording = models.CharField(max_length=60, blank=True)
    recording_seconds = models.FloatField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(campaign__isnull=False, task__isnull=False, contact__isnull=False)
                | Q(campaign__isnull=True, task__isnull=True, mode__in=["manual", "inbound"]),
                name="attempt_of_a_task_or_by_hand",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "-id"], name="attempt_newest"),
            models.Index(fields=["campaign", "-id"], name="attempt_of_campaign"),
            models.Index(fields=["task", "-id"], name="attempt_of_task"),
            models.Index(fields=["contact", "-id"], name="attempt_of_contact"),
            models.Index(fields=["organisation", "number", "-began_at"], name="attempt_of_number"),
            models.Index(fields=["campaign", "number", "id"], name="attempt_of_number_there"),
            models.Index(fields=["agent", "began_at"], name="attempt_of_agent"),
            models.Index(
                fields=["organisation", "outcome", "-id"],
                name="attempt_of_rare_outcome",
                condition=Q(outcome__in=RARE),
            ),
            models.Index(
                fields=["campaign", "-answered_at"],
                name="attempt_answered",
                condition=Q(answered_at__isnull=False) & ~Q(outcome="machine"),
            ),
            models.Index(fields=["organisation", "began_at"], name="attempt_came_in", condition=Q(mode="inbound")),
            models.Index(fields=["organisation"], name="attempt_live", condition=Q(ended_at__isnull=True)),
            models.Index(
                fields=["organisation"],
                name="attempt_in_wrap_up",
                condition=Q(ended_at__isnull=False, connected_at__isnull=False, wrapped_up_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"attempt {self.pk}"

    @property
    def callee_zone(self) -> str:
        """The clock on the callee's wall, as far as it is known."""
        if self.task is not None:
            return self.task.time_zone or "UTC"
        asked = CallRequest.objects.filter(attempt=self).first()
        known = asked.time_zone if asked else self.contact.time_zone if self.contact else ""
        return known or self.organisation.time_zone


class LiveCall(models.Model):
    """An attempt that is not over. Triggers of attempts keep these rows: parts of a table can not be unique together,
    and one small table tells who is in a call without looking into every part."""

    attempt_id = models.BigIntegerField(primary_key=True)
    organisation = models.ForeignKey(
        Organisation, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    number = models.CharField(max_length=15)
    task_id = models.BigIntegerField(null=True)
    inbound = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "number"],
                condition=Q(inbound=False),  # two may call us from one number
                name="one_live_attempt_per_number",
            ),
            models.UniqueConstraint(fields=["task_id"], name="one_live_attempt_per_task"),
        ]
        indexes = [models.Index(fields=["organisation", "number"], name="live_call_of_number")]

    def __str__(self) -> str:
        return f"live attempt {self.attempt_id}"


class Skip(models.Model):
    """A task that was not dialled when its turn came, and why. The same reason in a row is one row.

    In the database one part a month; ids grow with time."""

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


class Arrival(models.Model):
    """Which leg of the switch an attempt of a call that came in belongs to: one leg is written down once."""

    organisation = models.ForeignKey(Organisation, models.CASCADE)
    leg = models.CharField(max_length=64)
    attempt_id = models.BigIntegerField(unique=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "leg"], name="arrival_written_once")]

    def __str__(self) -> str:
        return self.leg


class Monitor(models.Model):
    """Somebody who hears the talk of an agent: his own telephone rings, and he is let in. Nobody's figures know of it.

    The page asks, the engine's process rings and writes down what comes of it."""

    class Mode(models.TextChoices):
        """engine.words.MonitorMode"""

        LISTEN = "listen"
        WHISPER = "whisper"
        BARGE = "barge"

    organisation = models.ForeignKey(Organisation, models.CASCADE)
    listener = models.ForeignKey(Agent, models.CASCADE, related_name="monitors")
    """Whose telephone rings."""
    agent = models.ForeignKey(Agent, models.CASCADE, related_name="monitored")
    attempt_id = models.BigIntegerField()
    leg = models.CharField(max_length=64)
    """The customer's."""
    mode = models.CharField(max_length=8, choices=Mode.choices, default=Mode.LISTEN)
    asked_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True)
    """When the order went to the switch; committed before it leaves."""
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    cause = models.CharField(max_length=16, blank=True)
    """engine.words.Cause"""
    untaken = models.BooleanField(default=False)
    """No engine took it in time, or the talk was over by then."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["listener"], condition=models.Q(ended_at__isnull=True), name="one_live_monitor"
            ),
        ]

    def __str__(self) -> str:
        return f"monitor {self.pk}"


class CallRequest(models.Model):
    """A call that an agent asked for by hand, and what became of it: an attempt, or a refusal."""

    organisation = models.ForeignKey(Organisation, models.CASCADE)
    agent = models.ForeignKey(Agent, models.CASCADE)
    number = models.CharField(max_length=15)
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True)
    time_zone = models.CharField(max_length=64, blank=True)
    """The callee's, where it is known."""
    asked_at = models.DateTimeField()
    attempt = models.OneToOneField(Attempt, models.SET_NULL, null=True, related_name="request")
    refusal = models.CharField(max_length=24, blank=True)
    """engine.words.RefusalCode"""
    answered_at = models.DateTimeField(null=True)
    """When the engine began or refused the call."""

    class Meta:
        indexes = [models.Index(fields=["agent", "-id"], name="call_request_of_agent")]

    def __str__(self) -> str:
        return f"call request {self.pk}"


def _key(to: Any, related_name: str = "+", *, null: bool = False) -> Any:
    """Tallies outlive what they count for a moment, so the database holds them to nothing."""
    return models.ForeignKey(
        to, models.DO_NOTHING, related_name=related_name, db_constraint=False, db_index=False, null=null
    )


class AttemptTally(models.Model):
    """What the attempts of a campaign that began in a quarter of an hour add up to, by outcome and result.

    Written by triggers only; a figure is the sum over rows, as in ``campaigns.TaskTally``. ``outcome`` is blank for
    attempts that are not over. Times are sums in milliseconds over the attempts that have them.
    """

    organisation = _key(Organisation)
    campaign = _key(Campaign, "tallies", null=True)
    """None: calls made by hand."""
    slot = models.DateTimeField()
    outcome = models.CharField(max_length=20, blank=True)
    result = _key(Result, null=True)
    n = models.BigIntegerField()
    picked_up = models.BigIntegerField()
    """By a person or a machine."""
    connected = models.BigIntegerField()
    abandoned = models.BigIntegerField()
    """CAM-486: taken by no agent, hang-ups in the first seconds not counted."""
    late = models.BigIntegerField(default=0, db_default=0)
    """No agent within two seconds of the answer."""
    talked = models.BigIntegerField()
    wrapped = models.BigIntegerField()
    ring_ms = models.BigIntegerField()
    wait_ms = models.BigIntegerField()
    talk_ms = models.BigIntegerField()
    wrap_ms = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["campaign", "slot"], name="attempt_tally_of_campaign"),
            models.Index(fields=["organisation", "slot"], name="attempt_tally_by_slot"),
        ]


class AgentTally(models.Model):
    """The same by agent: a quarter of an hour at a time of the last two days, older ones by the day."""

    organisation = _key(Organisation)
    slot = models.DateTimeField()
    campaign = _key(Campaign, "agent_tallies", null=True)
    agent = _key(Agent)
    n = models.BigIntegerField()
    connected = models.BigIntegerField()
    talked = models.BigIntegerField()
    talk_ms = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["campaign"], name="agent_tally_of_campaign"),
            models.Index(fields=["organisation", "slot"], name="agent_tally_by_slot"),
        ]
