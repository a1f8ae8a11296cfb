"""Organisations, the people in them, their roles, keys, and the record of what they did."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac


class Organisation(models.Model):
    """A tenant. Its id leads every index of every tenant table."""

    slug = models.SlugField(max_length=63, unique=True)
    name = models.CharField(max_length=150)
    time_zone = models.CharField(max_length=64, default="UTC")
    default_country = models.CharField(max_length=2, blank=True)
    language = models.CharField(max_length=5, default="en")
    created_at = models.DateTimeField()

    campaigns_need_approval = models.BooleanField(default=True)
    approver_is_not_author = models.BooleanField(default=False)
    supervisors_approve = models.BooleanField(default=False)
    licence_calls = models.PositiveIntegerField(default=100)
    reserved_calls = models.PositiveIntegerField(default=0)
    frequency_cap = models.PositiveIntegerField(default=0)
    blocked_prefixes = ArrayField(models.CharField(max_length=15), default=list, blank=True)
    campaigns_limit = models.PositiveIntegerField(default=1000)
    campaign_contacts_limit = models.PositiveIntegerField(default=10_000)
    campaign_agents_limit = models.PositiveIntegerField(default=50)
    do_not_call_again_days = models.PositiveIntegerField(default=30)
    mask_numbers = models.BooleanField(default=False)
    """Who may not edit contacts sees only the last two digits of numbers (CAM-759)."""
    recordings_days = models.PositiveIntegerField(default=0, db_default=0)
    record_by_hand = models.BooleanField(default=False, db_default=False)
    """Talks of calls that agents make themselves are recorded; campaigns and hotlines say for themselves."""
    """Recordings older than this are deleted every night; 0 keeps them."""
    machine_detection = models.BooleanField(default=True, db_default=True)
    """Campaigns may have answering machines detected (CAM-506)."""
    emergency_stopped_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    """Raised by every change of the settings: two who edit at once are told so."""

    def __str__(self) -> str:
        return self.slug


class Role(models.Model):
    """A named set of permissions. Four presets come with every organisation and may be edited."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="roles")
    key = models.SlugField(max_length=40)
    name = models.CharField(max_length=80, blank=True)
    permissions = ArrayField(models.CharField(max_length=60), default=list)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "key"], name="role_key_once")]

    def __str__(self) -> str:
        return self.key


class Users(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person who signs in. The e-mail address is unique in the installation."""

    class State(models.TextChoices):
        INVITED = "invited"
        ACTIVE = "active"
        INACTIVE = "inactive"

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="users")
    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=150)
    role = models.ForeignKey(Role, models.PROTECT, related_name="users")
    is_owner = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)
    language = models.CharField(max_length=5, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    theme = models.CharField(max_length=5, blank=True)
    limited_to = ArrayField(models.BigIntegerField(), null=True, blank=True)
    """Ids of the groups of agents whose people and campaigns he sees and uses (CAM-759); None: no limit."""
    sign_out_count = models.PositiveIntegerField(default=0)
    """Raised to end every session of the person: it is part of what a session is checked against."""
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = Users()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_once"),
            models.UniqueConstraint(fields=["organisation"], condition=Q(is_owner=True), name="one_owner"),
        ]
        indexes = [models.Index(fields=["organisation", "name"], name="user_by_name")]

    def __str__(self) -> str:
        return f"user {self.pk}"

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        return self.state == self.State.ACTIVE

    def get_session_auth_hash(self) -> str:
        """A session ends when the password changes or the person signs out everywhere."""
        return salted_hmac("campana.session", f"{self.password} {self.sign_out_count}", algorithm="sha256").hexdigest()

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """The same under the secret keys of before."""
        for key in settings.SECRET_KEY_FALLBACKS:
            told = f"{self.password} {self.sign_out_count}"
            yield salted_hmac("campana.session", told, secret=key, algorithm="sha256").hexdigest()


class ApiKey(models.Model):
    """A key of a program. Only its SHA-256 is stored; the prefix tells keys apart on screens."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=120)
    prefix = models.CharField(max_length=12)
    digest = models.BinaryField(max_length=32, unique=True)
    role = models.ForeignKey(Role, models.PROTECT)
    scopes = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    """Permissions of the role the key may use; empty means all of them."""
    limited_to = ArrayField(models.BigIntegerField(), null=True, blank=True)
    """As a person's: ids of groups of agents, or None for no limit."""
    created_by = models.ForeignKey(User, models.SET_NULL, null=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "-created_at"], name="api_key_newest")]

    def __str__(self) -> str:
        return self.prefix


class AuditEntry(models.Model):
    """Who did what to which object, when, from where. A trigger forbids changing or deleting rows."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="audit")
    at = models.DateTimeField()
    user = models.ForeignKey(User, models.SET_NULL, null=True)
    api_key = models.ForeignKey(ApiKey, models.SET_NULL, null=True)
    action = models.CharField(max_length=60)
    object_type = models.CharField(max_length=40)
    object_id = models.CharField(max_length=40)
    before: models.JSONField[Any, Any] = models.JSONField(null=True)
    after: models.JSONField[Any, Any] = models.JSONField(null=True)
    address = models.GenericIPAddressField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "-at", "-id"], name="audit_newest"),
            models.Index(fields=["organisation", "object_type", "object_id", "-at"], name="audit_of_object"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.object_type} {self.object_id}"


class IdempotencyKey(models.Model):
    """A POST that was done once, with the answer it got. Written in the transaction of its effect."""

    organisation = models.ForeignKey(Organisation, models.CASCADE)
    api_key = models.ForeignKey(ApiKey, models.CASCADE)
    key = models.CharField(max_length=255)
    fingerprint = models.BinaryField(max_length=32)
    created_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    content_type = models.CharField(max_length=100, blank=True)
    headers: models.JSONField[Any, Any] = models.JSONField(default=dict)
    body = models.BinaryField(default=b"")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["api_key", "key"], name="idempotency_key_once")]
        indexes = [models.Index(fields=["created_at"], name="idempotency_key_oldest")]

    def __str__(self) -> str:
        return f"idempotency key {self.pk}"


class RateBucket(models.Model):
    """How many requests a key has left. Unlogged and without rows of a tenant: counters only."""

    api_key = models.OneToOneField(ApiKey, models.CASCADE, primary_key=True)
    tokens = models.FloatField()
    at = models.DateTimeField()


class OneTimeLink(models.Model):
    """A link that lets somebody choose a password: an invitation or a reset. Only its SHA-256 is stored."""

    class Kind(models.TextChoices):
        INVITATION = "invitation"
        RESET = "reset"

    organisation = models.ForeignKey(Organisation, models.CASCADE)
    user = models.ForeignKey(User, models.CASCADE, related_name="links")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    digest = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    """Followed, replaced by a newer one, or revoked."""

    class Meta:
        indexes = [models.Index(fields=["user"], name="open_links", condition=Q(used_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class DoorCount(models.Model):
    """Tries at the door by one subject (an e-mail address or a network address) in the running window.

    The subject is a digest and need not exist as a user, so a lock says nothing about who has an account.
    """

    subject = models.CharField(max_length=64, primary_key=True)
    tries = models.PositiveIntegerField(default=0)
    since = models.DateTimeField(db_index=True)
    locked_until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.subject


class SavedView(models.Model):
    """How a person looks at a list: its filters and order, and which columns are shown.

    The one without a name is the person's own choice of columns where no view was opened.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE)
    user = models.ForeignKey(User, models.CASCADE, related_name="views")
    table = models.SlugField(max_length=40)
    """The key of a ``ui.tables.Table``."""
    name = models.CharField(max_length=60, blank=True)
    query = models.CharField(max_length=2000, blank=True)
    """Without the question mark."""
    columns = ArrayField(models.CharField(max_length=40), null=True)
    """Null: those the list shows before anybody chose."""

    class Meta:
        constraints = [models.UniqueConstraint("user", "table", Lower("name"), name="view_name_once")]

    def __str__(self) -> str:
        return f"{self.table} {self.name}"
