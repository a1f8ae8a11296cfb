"""Whom nobody may call."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from campana.accounts.models import Organisation, User
from campana.crm.models.contacts import Contact


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
