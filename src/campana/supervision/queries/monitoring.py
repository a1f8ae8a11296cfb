"""The talk that somebody hears, as his page shows it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from campana.accounts.actors import Actor
from campana.calls.models import Monitor
from campana.kernel.clock import Instant

TOLD: Final = timedelta(seconds=30)
"""How long its end is still shown."""


def monitor_of(actor: Actor, now: Instant) -> Monitor | None:
    """What the actor hears now, or heard a moment ago."""
    if actor.user is None:
        return None
    rows = Monitor.objects.filter(organisation=actor.organisation, listener__user=actor.user)
    last = rows.select_related("agent__user", "listener").order_by("-pk").first()
    return last if last is not None and (last.ended_at is None or now - last.ended_at < TOLD) else None
