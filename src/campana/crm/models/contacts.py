"""Contacts and their numbers."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from campana.accounts.models import Organisation, User


class Contact(models.Model):
    """One person record; a lead is a contact in the life-cycle stage ``lead``."""

    class Stage(models.TextChoices):
        LEAD = "lead"
        CUSTOMER = "customer"

    organisation = models.ForeignKey(Organisation, models.CASCADE, db_index=False, db_constraint=False)
    """No constraint in the database: the wall checks it, and the check cost a quarter of an import."""
    name = models.CharField(max_length=255, blank=True)
    email = models.CharField(max_length=254, blank=True)
    """Lower case: behind row-level security an index on lower(email) can not be used."""
    company = models.CharField(max_length=255, blank=True)
    position = models.CharField(max_length=255, blank=True)
    additional_info = models.TextField(max_length=10_000, blank=True)
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.CUSTOMER)
    owner = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, db_index=False)
    time_zone = models.CharField(max_length=64, blank=True)
    fields: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    """Custom field key to value; dates ISO, numbers as JSON numbers, lists as strings."""
    external_id = models.CharField(max_length=120, blank=True)
    search = models.TextField(blank=True)
    """Normalised words for finding: lower case, without accents, name, company, e-mail, numbers.

    It begins with the name, so it is the order by name in every script, with an index for that. Finding uses
    none: LIKE can not use an index behind row-level security (docs/decisions/0010-searching-contacts.md)."""
    last_import_id = models.BigIntegerField(null=True, blank=True)
    """The import that added or last matched it: how a second row for the same person in one file is known."""
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)
    """When it went into the recycle bin."""
    erased_at = models.DateTimeField(null=True, blank=True)
    """When nothing of it was left but its place, to which calls refer."""

    class Meta:
        indexes = [
            models.Index(
                fields=["organisation", "-id"],
                name="contact_newest",
                include=["search"],
                condition=Q(deleted_at__isnull=True),
            ),
            models.Index(
                fields=["organisation", "-deleted_at", "-id"],
                name="contact_deleted",
                condition=Q(deleted_at__isnull=False, erased_at__isnull=True),
            ),
            models.Index(fields=["organisation", "search", "id"], name="contact_by_words"),
            models.Index(fields=["organisation", "email"], name="contact_by_email", condition=~Q(email="")),
            models.Index(fields=["organisation", "owner"], name="contact_by_owner", condition=Q(owner__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "external_id"], condition=~Q(external_id=""), name="contact_external_id_once"
            )
        ]

    def __str__(self) -> str:
        return f"contact {self.pk}"


class ContactNumber(models.Model):
    """A number of a contact. Position 1 is the main number; at most five are dialled."""

    class Kind(models.TextChoices):
        MOBILE = "mobile"
        FIXED = "fixed"
        OTHER = "other"

    organisation = models.ForeignKey(Organisation, models.CASCADE, db_index=False, db_constraint=False)
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="numbers", db_index=False, db_constraint=False)
    """No constraint in the database: it cost more than the row. Contacts are marked deleted, never removed."""
    position = models.PositiveSmallIntegerField()
    number = models.CharField(max_length=15, blank=True)
    """International digits; empty when ``raw`` could not be read (an invalid number is kept, never dialled)."""
    raw = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.OTHER)
    valid = models.BooleanField(default=True)
    time_zone = models.CharField(max_length=64, blank=True)
    """From the numbering plan, where one zone is certain."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contact", "position"], name="number_position_once"),
            models.CheckConstraint(condition=Q(valid=False) | ~Q(number=""), name="valid_number_has_digits"),
        ]
        indexes = [
            models.Index(fields=["organisation", "number"], name="number_lookup", condition=~Q(number="")),
            models.Index(fields=["organisation", "raw"], name="number_unreadable", condition=Q(valid=False)),
        ]

    def __str__(self) -> str:
        return f"number {self.position} of contact {self.contact_id}"
