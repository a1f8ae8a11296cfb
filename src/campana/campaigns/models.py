"""Campaigns and their tasks. States are the engine's vocabulary (``engine.words``)."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from campana.accounts.models import Organisation, User
from campana.crm.models import Contact
from campana.hotlines.models import Hotline, Sound
from campana.scripts.models import ResultSet, Script
from campana.workforce.models import Agent, AgentGroup, WorkingHours


class Campaign(models.Model):
    """An outbound campaign: who is called, when, how, by whom. Times of settings are in seconds."""

    organisation = models.ForeignKey(Organisation, models.CASCADE)
    name = models.CharField(max_length=150)
    description = models.TextField(max_length=2000, blank=True)
    mode = models.CharField(max_length=14)
    """engine.words.DialMode"""
    author = models.ForeignKey(User, models.SET_NULL, null=True)
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    state = models.CharField(max_length=14, default="draft")
    """engine.words.CampaignState: what it does."""
    state_reason = models.CharField(max_length=20, blank=True)
    state_since = models.DateTimeField()
    wanted = models.CharField(max_length=8, blank=True)
    """engine.words.Wanted: what people asked for; blank when nobody asked."""
    wanted_at = models.DateTimeField(null=True, blank=True)
    """When they asked: a wish to run that is older than a fault does not end it."""
    held_code = models.CharField(max_length=24, blank=True)
    """engine.words.RefusalCode: why a running campaign starts no call now."""
    tasks_to_build: models.JSONField[Any, Any] = models.JSONField(default=list, blank=True)
    """Sources still to be turned into tasks, each with how far it got (``operations.sources``)."""
    intake: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    """What became of the contacts given so far: added, duplicates, invalid, excluded, over_limit; ``problem``."""
    run = models.PositiveSmallIntegerField(default=1)
    reopened = models.PositiveSmallIntegerField(default=0, db_default=0)
    """How often it was taken back from Finished or Paused to Scheduled: how the engine tells that from old news."""
    draft: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    """What the stepper remembers: ``visited`` steps, ``kept`` entries that could not be taken, ``saved_at``."""
    draft_key = models.CharField(max_length=40, blank=True, default="")
    """Of the page that made it, so that saving twice at once makes one draft."""

    start_at = models.DateTimeField(null=True, blank=True)
    end_at = models.DateTimeField(null=True, blank=True)
    start_kind = models.CharField(max_length=10, default="automatic")
    goal = models.CharField(max_length=8, default="exhaust")
    only_with_agent = models.BooleanField(default=True)
    no_agent_grace = models.PositiveIntegerField(default=300)
    priority = models.PositiveSmallIntegerField(null=True, blank=True)
    max_calls = models.PositiveSmallIntegerField(null=True, blank=True)

    working_hours = models.ForeignKey(WorkingHours, models.PROTECT, null=True, blank=True)
    hours: models.JSONField[Any, Any] = models.JSONField(default=list, blank=True)
    """The hour grid: list of [weekday, start minute, end minute]; empty means all hours."""
    holidays = models.BooleanField(default=True)
    local_time = models.CharField(max_length=6, default="off")
    zones = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    """Time zones in which there are tasks; kept by the operation that builds tasks."""

    hotlines = models.ManyToManyField(Hotline, through="CampaignHotline", related_name="campaigns")
    caller_id = models.CharField(max_length=14, default="single")
    answer_wait = models.PositiveSmallIntegerField(default=30)
    max_attempts = models.PositiveSmallIntegerField(default=3)
    gap = models.PositiveIntegerField(default=1800)
    retries: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    """RetryEvent to {"attempts": n, "wait": seconds}; a missing event follows max_attempts and gap."""
    do_not_call_again_days = models.PositiveSmallIntegerField(null=True, blank=True)

    coefficient = models.FloatField(default=1.0)
    pacing = models.CharField(max_length=12, default="adaptive")
    """engine.words.PacingMethod, of the mode Predictive as all down to ``budget_window``."""
    pickup_rate = models.PositiveSmallIntegerField(default=50)
    """Per cent of calls expected to be answered."""
    pace_start = models.CharField(max_length=8, default="careful")
    max_abandon = models.FloatField(default=0.03, null=True, blank=True)
    """Share of live answers that may be abandoned, 0 to 0.1; none: no limit."""
    short_hang_up = models.PositiveSmallIntegerField(default=2)
    """Seconds after the answer within which a hang-up is not counted as abandoned."""
    governed = models.CharField(max_length=9, default="abandoned")
    budget_window = models.CharField(max_length=8, default="30_days")
    detect_machines = models.BooleanField(default=False, db_default=False)
    """Nobody rings for calls that machines answer (CAM-505), where the organisation and the mode offer that."""
    detection_time = models.FloatField(default=3.5, db_default=3.5)
    false_machines = models.FloatField(default=0.03, db_default=0.03)
    """Of the calls taken for machines the share that were people, as somebody estimates: 0 to 0.1."""
    agent_ring = models.PositiveSmallIntegerField(default=30)
    max_wait = models.PositiveSmallIntegerField(default=60)
    wrap_up = models.PositiveSmallIntegerField(default=15)
    result_set = models.ForeignKey(ResultSet, models.PROTECT, null=True, blank=True)
    script = models.ForeignKey(Script, models.PROTECT, null=True, blank=True)
    """None: the organisation's default script (CAM-320)."""
    show_script = models.BooleanField(default=True, db_default=True)
    result_required = models.BooleanField(default=True)
    ready_early = models.BooleanField(default=True)
    extend_once = models.BooleanField(default=True)
    auto_answer = models.BooleanField(default=True)
    """The desk's browser telephone answers calls of this campaign by itself."""
    recording = models.BooleanField(default=False)
    hold_music = models.ForeignKey(Sound, models.PROTECT, null=True, blank=True, related_name="music_of_campaigns")
    abandoned_message = models.ForeignKey(
        Sound, models.PROTECT, null=True, blank=True, related_name="message_of_campaigns"
    )
    """What a customer hears who waits for an agent; None: the switch's own melody (CAM-515)."""

    preview_time = models.PositiveSmallIntegerField(default=30)
    preview_start = models.CharField(max_length=8, default="accepted")
    accept_timeout = models.PositiveSmallIntegerField(default=30)
    may_skip = models.BooleanField(default=True)
    may_hold = models.BooleanField(default=True)

    several_numbers = models.BooleanField(default=False)
    """Try up to five numbers of a contact in a round instead of the main one only."""

    agents = models.ManyToManyField(Agent, through="CampaignAgent", related_name="campaigns")
    groups = models.ManyToManyField(AgentGroup, through="CampaignGroup", related_name="campaigns")

    class Meta:
        indexes = [models.Index(fields=["organisation", "state", "-id"], name="campaign_by_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(end_at__isnull=True) | Q(start_at__isnull=True) | Q(end_at__gt=models.F("start_at")),
                name="campaign_ends_after_start",
            ),
            models.CheckConstraint(condition=Q(coefficient__gte=1.0, coefficient__lte=10.0), name="coefficient_range"),
            models.CheckConstraint(condition=Q(pickup_rate__gte=1, pickup_rate__lte=100), name="pickup_rate_range"),
            models.CheckConstraint(
                condition=Q(max_abandon__isnull=True) | Q(max_abandon__gte=0.0, max_abandon__lte=0.1),
                name="max_abandon_range",
            ),
            models.CheckConstraint(
                condition=Q(detection_time__gte=1.0, detection_time__lte=6.0), name="detection_time_range"
            ),
            models.CheckConstraint(
                condition=Q(false_machines__gte=0.0, false_machines__lte=0.1), name="false_machines_range"
            ),
            models.CheckConstraint(
                condition=Q(priority__isnull=True) | Q(priority__gte=1, priority__lte=99), name="priority_range"
            ),
            models.CheckConstraint(condition=Q(max_attempts__gte=1, max_attempts__lte=50), name="max_attempts_range"),
            models.CheckConstraint(condition=Q(answer_wait__in=[15, 20, 30, 60]), name="answer_wait_choices"),
            models.UniqueConstraint(
                fields=["organisation", "draft_key"], condition=~Q(draft_key=""), name="draft_key_once"
            ),
        ]

    def __str__(self) -> str:
        return f"campaign {self.pk}"


class CampaignHotline(models.Model):
    organisation = models.ForeignKey(Organisation, models.CASCADE)
    campaign = models.ForeignKey(Campaign, models.CASCADE)
    hotline = models.ForeignKey(Hotline, models.PROTECT)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["campaign", "hotline"], name="campaign_hotline_once")]


class CampaignAgent(models.Model):
    organisation = models.ForeignKey(Organisation, models.CASCADE)
    campaign = models.ForeignKey(Campaign, models.CASCADE)
    agent = models.ForeignKey(Agent, models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "agent"], name="campaign_agent_once")]


class CampaignGroup(models.Model):
    organisation = models.ForeignKey(Organisation, models.CASCADE)
    campaign = models.ForeignKey(Campaign, models.CASCADE)
    group = models.ForeignKey(AgentGroup, models.PROTECT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "group"], name="campaign_group_once")]


class CampaignScript(models.Model):
    """Another script for one agent or one group than the campaign's own (CAM-324)."""

    organisation = models.ForeignKey(Organisation, models.CASCADE)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="other_scripts")
    script = models.ForeignKey(Script, models.PROTECT)
    agent = models.ForeignKey(Agent, models.CASCADE, null=True)
    group = models.ForeignKey(AgentGroup, models.CASCADE, null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "agent"], name="campaign_script_of_agent"),
            models.UniqueConstraint(fields=["campaign", "group"], name="campaign_script_of_group"),
            models.CheckConstraint(
                condition=Q(agent__isnull=False, group__isnull=True) | Q(agent__isnull=True, group__isnull=False),
                name="campaign_script_of_one",
            ),
        ]


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
