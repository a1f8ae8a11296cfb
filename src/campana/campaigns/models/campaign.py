"""A campaign with its settings."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from campana.accounts.models import Organisation, User
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
