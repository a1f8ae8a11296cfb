"""Fields that an organisation defines for its contacts."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower

from campana.accounts.models import Organisation


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
