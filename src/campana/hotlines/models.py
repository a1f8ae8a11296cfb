"""Our numbers, the trunks that carry them, and the sounds that callers hear."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower

from campana.accounts.models import Organisation, User
from campana.workforce.models import Agent, AgentGroup, WorkingHours

RING, WAIT = (5, 120), (5, 900)
"""Seconds that may be chosen: how long one agent is rung (CRM-237), how long a caller waits."""


class Trunk(models.Model):
    """A carrier connection with its own limits."""

    organisation = models.ForeignKey(Organisation, models.CASCADE)
    name = models.CharField(max_length=80)
    endpoint = models.CharField(max_length=120)
    """The switch's name of it, for example a PJSIP endpoint."""
    channels = models.PositiveIntegerField(default=30)
    calls_per_second = models.FloatField(default=10.0)
    enabled = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="trunk_name_once")]

    def __str__(self) -> str:
        return self.name


class Hotline(models.Model):
    """A number we show. Its health is the engine's: three failures in a row put it to rest (CAM-413)."""

    organisation = models.ForeignKey(Organisation, models.CASCADE)
    number = models.CharField(max_length=15)
    label = models.CharField(max_length=80, blank=True)
    trunk = models.ForeignKey(Trunk, models.PROTECT, related_name="hotlines")
    enabled = models.BooleanField(default=True)
    resting_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "number"], name="hotline_number_once")]

    def __str__(self) -> str:
        return self.number


class TestCall(models.Model):
    """One call of an administrator over one trunk, to hear whether it works. No campaign, no contact, no agent.

    The page asks, the engine's process dials and writes down what comes of it.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE)
    trunk = models.ForeignKey(Trunk, models.CASCADE, related_name="test_calls")
    number = models.CharField(max_length=15)
    caller_id = models.CharField(max_length=15)
    asked_by = models.ForeignKey(User, models.SET_NULL, null=True)
    asked_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True)
    """When the order went to the switch; committed before it leaves."""
    ringing_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    cause = models.CharField(max_length=16, blank=True)
    """engine.words.Cause"""
    sip_code = models.PositiveSmallIntegerField(null=True)
    untaken = models.BooleanField(default=False)
    """No engine took it in time, so nothing was dialled."""

    class Meta:
        indexes = [models.Index(fields=["trunk", "-id"], name="test_call_of_trunk")]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"], condition=models.Q(ended_at__isnull=True), name="one_live_test_call"
            ),
        ]

    def __str__(self) -> str:
        return f"test call {self.pk}"


class Sound(models.Model):
    """A sound of the audio library, kept as the switch plays it: WAV, 8 kHz, one channel, 16 bit."""

    class Kind(models.TextChoices):
        GREETING = "greeting"
        MELODY = "melody"
        PROMPT = "prompt"

    organisation = models.ForeignKey(Organisation, models.CASCADE)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.MELODY, db_default=Kind.MELODY)
    """What it is for: people who wait hear greetings and melodies (CAM-517)."""
    file = models.CharField(max_length=80)
    """Path below ``settings.AUDIO_ROOT`` without the ending; chosen by us."""
    seconds = models.FloatField()
    size = models.PositiveIntegerField()
    source = models.CharField(max_length=10)
    """What was uploaded: wav or mp3; ``text`` where the product speaks it itself."""
    text = models.TextField(blank=True, default="", db_default="")
    voice = models.CharField(max_length=40, blank=True, default="", db_default="")
    """What is said, and ``speech.Voice.key`` of who says it; blank for what was uploaded."""
    added_by = models.ForeignKey(User, models.SET_NULL, null=True)
    added_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("organisation", Lower("name"), name="sound_name_once")]

    def __str__(self) -> str:
        return self.name


class OwnHotline(models.Model):
    """The number that is shown when an agent calls by hand; without one the first that works is."""

    organisation = models.ForeignKey(Organisation, models.CASCADE)
    agent = models.OneToOneField(Agent, models.CASCADE, related_name="own_hotline")
    hotline = models.ForeignKey(Hotline, models.CASCADE, related_name="own_of")

    def __str__(self) -> str:
        return f"hotline {self.hotline_id} of agent {self.agent_id}"


class Answering(models.Model):
    """Who answers the calls that come in on a hotline, when, and what callers hear. Without one nobody does."""

    organisation = models.ForeignKey(Organisation, models.CASCADE)
    hotline = models.OneToOneField(Hotline, models.CASCADE, related_name="answering")
    groups = models.ManyToManyField(AgentGroup, through="AnsweringGroup", related_name="answering")
    agents = models.ManyToManyField(Agent, through="AnsweringAgent", related_name="answering")
    ring = models.PositiveSmallIntegerField(default=30)
    max_wait = models.PositiveSmallIntegerField(default=120)
    working_hours = models.ForeignKey(WorkingHours, models.PROTECT, null=True, related_name="answering")
    """None: at any time. Holidays of the organisation are closed either way where hours are chosen."""
    music = models.ForeignKey(Sound, models.PROTECT, null=True, related_name="music_of_hotlines")
    """What plays while somebody waits; None: the switch's own melody."""
    message = models.ForeignKey(Sound, models.PROTECT, null=True, related_name="message_of_hotlines")
    """What callers hear whom nobody can serve; None: they are hung up."""
    recording = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"answering of hotline {self.hotline_id}"


class AnsweringGroup(models.Model):
    organisation = models.ForeignKey(Organisation, models.CASCADE)
    answering = models.ForeignKey(Answering, models.CASCADE)
    group = models.ForeignKey(AgentGroup, models.PROTECT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["answering", "group"], name="answering_group_once")]


class AnsweringAgent(models.Model):
    organisation = models.ForeignKey(Organisation, models.CASCADE)
    answering = models.ForeignKey(Answering, models.CASCADE)
    agent = models.ForeignKey(Agent, models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["answering", "agent"], name="answering_agent_once")]
