"""Links to the wallboard for screens that nobody signs in at."""

from __future__ import annotations

from django.db import models

from campana.accounts.models import Organisation, User


class WallLink(models.Model):
    """Whoever has the token sees the wallboard as the person who made the link sees it. Only its SHA-256 is stored."""

    organisation = models.ForeignKey(Organisation, models.CASCADE)
    name = models.CharField(max_length=80)
    """Where the screen hangs."""
    digest = models.BinaryField(max_length=32, unique=True)
    shows_names = models.BooleanField(default=False)
    """Whether the agents' names are on it; without them it says nothing of a person."""
    made_by = models.ForeignKey(User, models.CASCADE)
    """It shows what he may see, and ends with his rights."""
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "-id"], name="wall_link_newest")]

    def __str__(self) -> str:
        return f"wall link {self.pk}"
