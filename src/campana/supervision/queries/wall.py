"""What hangs on the wall: the floor in a few large figures."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Sum

from campana.accounts.actors import Actor
from campana.calls.models import Attempt, AttemptTally
from campana.calls.queries import live_calls
from campana.campaigns.models import Task
from campana.campaigns.queries.overview import visible
from campana.engine.words import AgentState, CampaignState, ResultClass, TaskState
from campana.kernel.clock import Instant
from campana.supervision.queries.allowance import Allowance, allowance
from campana.supervision.queries.day import Day, Hour, day_of, midnight
from campana.supervision.queries.floor import Seat, floor
from campana.supervision.queries.listed import Listed, ListFilter, narrowed, urgent_first, with_today
from campana.supervision.queries.occupancy import Occupancy, occupancy

CAMPAIGNS, PEOPLE, HOURS = 8, 14, 10
"""As many as are read from six metres."""
SHOWN: Final = (CampaignState.RUNNING, CampaignState.PAUSED, CampaignState.SCHEDULED)
LONG: Final = {
    AgentState.NOT_READY: timedelta(minutes=30),
    AgentState.IN_CALL: timedelta(minutes=10),
    AgentState.WRAP_UP: timedelta(seconds=90),
    AgentState.PREVIEW: timedelta(minutes=3),
}
"""Longer than this in a state is marked: somebody may need help."""


@dataclass(slots=True)
class Wall:
    states: Counter[str]
    signed_in: int
    people: int
    ringing: int
    """Calls that nobody has answered yet."""
    day: Day
    allowance: Allowance
    hours: list[Hour]
    this_hour: int
    """Answers since the full hour."""
    pace: int | None
    """Answers an hour at the speed of this one; None in its first five minutes."""
    successes: int
    due: int
    """Call backs and retries due within the hour, up to a thousand."""
    occupancy: Occupancy
    campaigns: list[Listed]
    longest: list[tuple[Seat, bool]] = field(default_factory=list)
    """Who is longest in his state, and whether that is long."""

    @property
    def lost(self) -> int:
        return round(self.allowance.lost)

    @property
    def budget(self) -> int:
        """How many may find nobody before the limits are reached."""
        return int(self.allowance.most)


def wall(actor: Actor, now: Instant) -> Wall:
    organisation = actor.organisation
    zone = ZoneInfo(organisation.time_zone)
    local = now.astimezone(zone)
    everybody = floor(actor)
    seats = [seat for seat in everybody if seat.agent.state != AgentState.OFFLINE]
    tallies = AttemptTally.objects.filter(organisation=organisation)
    mine = visible(actor)
    if actor.limited_to is not None:
        tallies = tallies.filter(campaign__in=mine.values("pk"))
    day = day_of(tallies, local.date(), organisation.time_zone)
    hour = local.replace(minute=0, second=0, microsecond=0)
    this_hour = sum(found.answers for found in day.hours if found.start.astimezone(UTC) == hour.astimezone(UTC))
    live = Attempt.objects.filter(organisation=organisation, ended_at__isnull=True, answered_at__isnull=True)
    if actor.limited_to is not None:
        live = live.filter(campaign__in=mine.values("pk"))
    start = midnight(local.date(), organisation.time_zone)
    said = tallies.filter(slot__gte=start, result__result_class=ResultClass.SUCCESS).aggregate(n=Sum("n"))["n"]
    running = mine.filter(state__in=SHOWN).order_by().values_list("pk", flat=True)
    soon = Task.objects.filter(
        campaign__in=list(running), state=TaskState.PLANNED, next_at__gt=now, next_at__lte=now + timedelta(hours=1)
    )
    found = urgent_first(actor, narrowed(actor, ListFilter()).filter(state__in=SHOWN), after=None, limit=CAMPAIGNS)
    return Wall(
        states=Counter(seat.agent.state for seat in seats),
        signed_in=len(seats),
        people=len(seats or everybody),
        ringing=live.count(),
        day=day,
        allowance=allowance(tallies.filter(slot__gte=start), detection=organisation.machine_detection),
        hours=day.hours[-HOURS:],
        this_hour=this_hour,
        pace=round(this_hour * 60 / local.minute) if local.minute >= 5 else None,
        successes=said or 0,
        due=soon.order_by()[:1000].count(),
        occupancy=occupancy(organisation.pk, [seat.agent.pk for seat in seats], now),
        campaigns=with_today(found, live_calls(organisation.pk), now, expected=False),
        longest=_longest(seats, now),
    )


def _longest(seats: list[Seat], now: Instant) -> list[tuple[Seat, bool]]:
    known = [(seat, seat.agent.state_since) for seat in seats if seat.agent.state_since is not None]
    known.sort(key=lambda pair: pair[1] or now)
    return [
        (seat, now - since > LONG.get(AgentState(seat.agent.state), timedelta.max))
        for seat, since in known[:PEOPLE]
        if since is not None
    ]
