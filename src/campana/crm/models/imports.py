"""Files on their way into the directory."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.functions import Lower

from campana.accounts.models import Organisation, User
from campana.crm.models.contacts import Contact


class ImportProfile(models.Model):
    """A mapping of columns somebody saved for the next file of the same kind."""

    organisation = models.ForeignKey(Organisation, models.CASCADE)
    name = models.CharField(max_length=120)
    mapping: models.JSONField[Any, Any] = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint("organisation", Lower("name"), name="import_profile_name_once")]

    def __str__(self) -> str:
        return self.name


class ContactImport(models.Model):
    """A file on its way into the directory: each row ends as one of added, updated, duplicate, invalid, …"""

    class State(models.TextChoices):
        UPLOADED = "uploaded"
        QUEUED = "queued"
        RUNNING = "running"
        FINISHED = "finished"
        CANCELLED = "cancelled"
        FAILED = "failed"

    class Kind(models.TextChoices):
        CONTACTS = "contacts"
        DO_NOT_CALL = "do_not_call"

    organisation = models.ForeignKey(Organisation, models.CASCADE)
    author = models.ForeignKey(User, models.SET_NULL, null=True)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.CONTACTS)
    """What its rows become: contacts, or entries of the do-not-call list."""
    state = models.CharField(max_length=10, choices=State.choices, default=State.UPLOADED)
    file_name = models.CharField(max_length=255)
    path = models.CharField(max_length=255)
    """Under MEDIA_ROOT, a name of our own: nothing of the user's."""
    encoding = models.CharField(max_length=20, blank=True)
    delimiter = models.CharField(max_length=1, blank=True)
    mapping: models.JSONField[Any, Any] = models.JSONField(default=dict)
    options: models.JSONField[Any, Any] = models.JSONField(default=dict)
    campaign_id = models.BigIntegerField(null=True, blank=True)
    """The campaign whose tasks the rows become, when the file was given to one."""
    rows = models.PositiveIntegerField(default=0)
    rows_total = models.PositiveIntegerField(null=True, blank=True)
    added = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    duplicates = models.PositiveIntegerField(default=0)
    invalid = models.PositiveIntegerField(default=0)
    suppressed = models.PositiveIntegerField(default=0)
    over_limit = models.PositiveIntegerField(default=0)
    completed = models.PositiveIntegerField(default=0)
    """Rows whose number got the organisation's default country (they are counted above as well)."""
    problem = models.CharField(max_length=60, blank=True)
    """Code of what made it fail as a whole."""
    error_path = models.CharField(max_length=255, blank=True)
    error_bytes = models.BigIntegerField(default=0)
    """How much of the error file belongs to committed batches; a restart cuts the rest off."""
    error_rows = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    """How often a worker took it up since it last got on: one that breaks every time fails in the end."""
    cleared_at = models.DateTimeField(null=True, blank=True)
    """When its file and its error file were cleared away."""

    class Meta:
        indexes = [models.Index(fields=["organisation", "-id"], name="import_newest")]

    def __str__(self) -> str:
        return f"import {self.pk}"


class ImportEntry(models.Model):
    """A contact of an import: the import as a source of a campaign, with the task columns of its row.

    Not written for a file that was given to a campaign at once: its rows have become tasks.
    """

    pk = models.CompositePrimaryKey("imported_id", "contact_id")
    organisation = models.ForeignKey(Organisation, models.CASCADE, db_index=False, db_constraint=False)
    imported = models.ForeignKey(
        ContactImport, models.CASCADE, related_name="entries", db_constraint=False, db_index=False
    )
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="imports", db_constraint=False, db_index=False)
    row = models.PositiveIntegerField()
    priority = models.PositiveSmallIntegerField(null=True, blank=True)
    not_before = models.DateTimeField(null=True, blank=True)
    not_after = models.DateTimeField(null=True, blank=True)
    preferred_agent_id = models.BigIntegerField(null=True, blank=True)
    """Agents stand above this app."""
