"""Who hears whose talk: what one's own page shows, and all there is for the floor and for programs."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import Final

from django.db.models import QuerySet

from campana.accounts.actors import Actor
from campana.calls.models import Monitor
from campana.kernel.clock import Instant
from campana.kernel.refusals import NotFound
from campana.workforce.queries import agents

TOLD: Final = timedelta(seconds=30)
"""How long its end is still shown."""


def monitor_of(actor: Actor, now: Instant) -> Monitor | None:
    """What the actor hears now, or heard a moment ago."""
    if actor.user is None:
        return None
    rows = Monitor.objects.filter(organisation=actor.organisation, listener__user=actor.user)
    last = rows.select_related("agent__user", "listener").order_by("-pk").first()
    return last if last is not None and (last.ended_at is None or now - last.ended_at < TOLD) else None


def monitors(actor: Actor) -> QuerySet[Monitor]:
    """Of the talks of everybody in the actor's scope."""
    return Monitor.objects.filter(organisation=actor.organisation, agent__in=agents(actor))


def monitor(actor: Actor, monitor_id: int) -> Monitor:
    """Raises NotFound, also for the talk of somebody outside the actor's scope."""
    row = monitors(actor).filter(pk=monitor_id).first()
    if row is None:
        raise NotFound(kind="monitor")
    return row


def heard_by(actor: Actor) -> dict[int, list[str]]:
    """Names of those who hear a talk now, by the agent who talks; both in the actor's scope."""
    rows = monitors(actor).filter(ended_at=None, answered_at__isnull=False, listener__in=agents(actor))
    found = defaultdict(list)
    for row in rows.select_related("listener__user").order_by("pk"):
        found[row.agent_id].append(row.listener.user.name or row.listener.user.email)
    return dict(found)
