"""People we call: contacts, their numbers, fields, groups, filters, suppressions and imports."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

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


class CurrentFields(models.Manager["CustomField"]):
    """Those in use: an archived field is in no form, filter, file or text."""

    def get_queryset(self) -> models.QuerySet[CustomField]:
        return super().get_queryset().filter(archived_at=None)


class CustomField(models.Model):
    """A field an organisation defined for its contacts."""

    class Type(models.TextChoices):
        TEXT = "text"
        NUMBER = "number"
        DATE = "date"
        PHONE = "phone"
        EMAIL = "email"
        LIST = "list"
        YES_NO = "yes_no"

    organisation = models.ForeignKey(Organisation, models.CASCADE)
    key = models.SlugField(max_length=64)
    label = models.CharField(max_length=64)
    type = models.CharField(max_length=8, choices=Type.choices, default=Type.TEXT)
    choices = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    required = models.BooleanField(default=False)
    on_card = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)
    archived_at = models.DateTimeField(null=True, blank=True)
    """Out of use; its values stay in the contacts and are seen again when it comes back."""

    objects = CurrentFields()
    everything: ClassVar[models.Manager[CustomField]] = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="custom_field_key_once"),
            models.UniqueConstraint("organisation", Lower("label"), name="custom_field_label_once"),
        ]

    def __str__(self) -> str:
        return self.key


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


class Suppression(models.Model):
    """Do not call: a contact or a number, for the organisation or one campaign, with reason and end."""

    class Reason(models.TextChoices):
        OPT_OUT = "opt_out"
        DO_NOT_CALL_AGAIN = "do_not_call_again"
        REGISTER = "register"
        COMPLAINT = "complaint"
        OTHER = "other"

    class Source(models.TextChoices):
        AGENT = "agent"
        IMPORT = "import"
        API = "api"
        PAGE = "page"
        RESULT = "result"

    organisation = models.ForeignKey(Organisation, models.CASCADE)
    contact = models.ForeignKey(Contact, models.CASCADE, null=True, blank=True)
    number = models.CharField(max_length=15, blank=True)
    campaign_id = models.BigIntegerField(null=True, blank=True)
    """Scope: null is the whole organisation. A plain id: campaigns stand above this app."""
    reason = models.CharField(max_length=20, choices=Reason.choices, default=Reason.OPT_OUT)
    note = models.CharField(max_length=255, blank=True)
    source = models.CharField(max_length=8, choices=Source.choices)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(contact__isnull=False) | ~Q(number=""), name="suppression_of_something"),
            models.UniqueConstraint(
                fields=["organisation", "number", "campaign_id", "reason"],
                condition=~Q(number="") & Q(ends_at__isnull=True),
                nulls_distinct=False,
                name="suppressed_number_once",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "number"], name="suppressed_number", condition=~Q(number="")),
            models.Index(fields=["contact"], name="suppressed_contact", condition=Q(contact__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"suppression {self.pk}"


class ImportProfile(models.Model):
    """A mapping of columns somebody saved for the next file of the same kind."""

    organisation = models.ForeignKey(Organisation, models.CASCADE)
    name = models.CharField(max_length=120)
    mapping: models.JSONField[Any, Any] = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint("organisation", Lower("name"), name="import_profile_name_once")]

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
