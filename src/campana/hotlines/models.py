"""Our numbers and the trunks that carry them."""

from __future__ import annotations

from django.db import models

from campana.accounts.models import Organisation


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
