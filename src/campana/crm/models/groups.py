"""Contacts by name, by condition, and acts on all that were looked at."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.functions import Lower

from campana.accounts.models import Organisation, User
from campana.crm.models.contacts import Contact


class ContactGroup(models.Model):
    """A named set of contacts in the customer pool."""

    organisation = models.ForeignKey(Organisation, models.CASCADE)
    name = models.CharField(max_length=150)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("organisation", Lower("name"), name="contact_group_name_once")]

    def __str__(self) -> str:
        return self.name


class ContactGroupMember(models.Model):
    organisation = models.ForeignKey(Organisation, models.CASCADE)
    group = models.ForeignKey(ContactGroup, models.CASCADE, related_name="members")
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="memberships")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "contact"], name="group_member_once")]
        indexes = [models.Index(fields=["contact"], name="groups_of_contact")]


class SavedFilter(models.Model):
    """A named condition over contacts in the one condition language."""

    organisation = models.ForeignKey(Organisation, models.CASCADE)
    name = models.CharField(max_length=150)
    condition: models.JSONField[Any, Any] = models.JSONField(default=dict)
    author = models.ForeignKey(User, models.SET_NULL, null=True)
    shared = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("organisation", Lower("name"), name="filter_name_once")]

    def __str__(self) -> str:
        return self.name


class ContactAct(models.Model):
    """One act on all contacts that somebody looked at, done by a job a helping at a time."""

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        FINISHED = "finished"
        CANCELLED = "cancelled"
        FAILED = "failed"

    class Act(models.TextChoices):
        GROUP = "group"
        OWNER = "owner"
        SUPPRESS = "suppress"
        DELETE = "delete"

    organisation = models.ForeignKey(Organisation, models.CASCADE)
    author = models.ForeignKey(User, models.CASCADE)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    act = models.CharField(max_length=10, choices=Act.choices)
    answers: models.JSONField[Any, Any] = models.JSONField(default=dict)
    """What the act asked for: group, owner, reason, note."""
    looked_at: models.JSONField[Any, Any] = models.JSONField(default=dict)
    """How the list was narrowed: words, filter, group."""
    total = models.PositiveIntegerField()
    """How many it was about when somebody said yes."""
    upto = models.BigIntegerField()
    """The newest contact it is about: later ones were not meant."""
    after = models.BigIntegerField(default=0)
    """The last contact that was dealt with; they come in the order of their ids."""
    done = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=60, blank=True)
    """Code of the refusal that ended it."""
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "-id"], name="contact_act_newest")]

    def __str__(self) -> str:
        return f"act {self.pk}"

    @property
    def is_over(self) -> bool:
        return self.state not in {self.State.QUEUED, self.State.RUNNING}
