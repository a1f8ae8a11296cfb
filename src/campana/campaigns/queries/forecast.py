"""What the settings of a campaign mean in time: first and last call, calling hours, how long the agents need.

The estimate, for one contact, with ``p`` the share of attempts that a person answers, ``n`` the most attempts:

- reached ``r = 1 - (1 - p) ** n``, attempts ``a = r / p``;
- an agent gives ``r * (talk + wrap-up)`` to those who are reached, and ``a * held`` to the dialling, where ``held``
  is how long an attempt rings (Progressive: divided by the calls for each free agent; Preview: and the preview
  time on top).

``p``, talk and ringing are those of the organisation's last 1,000 attempts; with fewer than 100 of them they are
``ASSUMED`` and the page says so. It takes agents to work all calling hours without a break, retries to fall inside
them, and every contact to be alike; so it is an order of size and no promise.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import Sum

from campana.accounts.models import Organisation
from campana.campaigns.models import Campaign
from campana.campaigns.queries.people import people_of
from campana.campaigns.snapshot import campaign_config
from campana.engine.words import CampaignState, DialMode, Outcome, TaskState
from campana.kernel.clock import Instant
from campana.kernel.windows import Schedule

ENOUGH: Final = 100
SAMPLE: Final = 1000
HORIZON: Final = timedelta(days=366)
MAX_WINDOWS: Final = 800


@dataclass(frozen=True, slots=True)
class Habits:
    """How calls of the organisation go. ``answered``: share of attempts, 0 to 1; the others in seconds."""

    answered: float
    talk: float
    ringing: float
    measured: bool = False


ASSUMED: Final = Habits(answered=0.3, talk=120.0, ringing=18.0)


@dataclass(frozen=True, slots=True)
class Forecast:
    first: Instant | None
    """The first call may be made; None: not within a year, or before the end."""
    last: Instant | None
    """The last moment at which a call may begin; None without an end time."""
    days: int
    seconds: float
    """Open time between first and last; without an end time, of one week."""
    agents: int
    contacts: int | None
    """None: they are being counted."""
    needed: float | None
    """Seconds of calling hours these agents need; None without agents or contacts."""
    done: Instant | None
    """When that much calling time has passed; None when it does not fit before the end or within a year."""
    habits: Habits

    @property
    def fits(self) -> bool:
        return self.needed is None or self.done is not None


def forecast(campaign: Campaign, *, now: Instant, chosen: int | None) -> Forecast:
    """``chosen``: contacts of a draft, where they are known; a campaign that is made knows its own."""
    zone = campaign.organisation.time_zone
    schedule = campaign_config(campaign).schedule
    start, end = max(now, campaign.start_at or now), campaign.end_at
    habits = habits_of(campaign.organisation)
    agents, contacts = len(people_of(campaign)), _contacts(campaign, chosen)
    needed = contacts * seconds_a_contact(campaign, habits) / agents if agents and contacts else None
    first = last = done = None
    seconds, days, day = 0.0, 0, None
    for opens, closes, local in _windows(schedule, start, end or start + HORIZON, zone):
        first = first or opens
        span = (closes - opens).total_seconds()
        if needed is not None and done is None and seconds + span >= needed:
            done = opens + timedelta(seconds=needed - seconds)
        if end is None and (needed is None or done is not None) and opens >= first + timedelta(days=7):
            break
        seconds, days, day = seconds + span, days + (local != day), local
        last = closes
    if end is None and first is not None:
        last = None
        week = list(_windows(schedule, first, first + timedelta(days=7), zone))
        seconds = sum((closes - opens).total_seconds() for opens, closes, _ in week)
        days = len({local.weekday() for _, _, local in week})
    return Forecast(first, last, days, seconds, agents, contacts, needed, done, habits)


def seconds_a_contact(campaign: Campaign, habits: Habits) -> float:
    """Time of an agent for one contact, on average; see the formula above."""
    missed = (1 - habits.answered) ** campaign.max_attempts
    reached = 1 - missed
    attempts = reached / habits.answered if habits.answered else campaign.max_attempts
    held = min(habits.ringing, campaign.answer_wait)
    if campaign.mode == DialMode.PREVIEW:
        held += campaign.preview_time
    elif campaign.mode == DialMode.PREDICTIVE:
        held *= habits.answered  # an agent waits for an answer, not for every call
    else:
        held /= campaign.coefficient
    return reached * (habits.talk + campaign.wrap_up) + attempts * held


def habits_of(organisation: Organisation) -> Habits:
    """Of the last attempts; ASSUMED while there are too few, or nobody ever answered."""
    attempts: Any = Campaign._meta.get_field("attempts").related_model
    ended = attempts.objects.filter(organisation=organisation, campaign__isnull=False, ended_at__isnull=False)
    columns = ("began_at", "answered_at", "connected_at", "ended_at", "outcome")
    rows = list(ended.order_by("-pk").values_list(*columns)[:SAMPLE])
    talks = [(end - joined).total_seconds() for _, _, joined, end, _ in rows if joined]
    if len(rows) < ENOUGH or not talks:
        return ASSUMED
    rings = [((answered or end) - began).total_seconds() for began, answered, _, end, _ in rows]
    people = sum(1 for row in rows if row[1] and row[4] != Outcome.MACHINE)
    return Habits(people / len(rows), sum(talks) / len(talks), sum(rings) / len(rings), measured=True)


def _contacts(campaign: Campaign, chosen: int | None) -> int | None:
    if campaign.state in {CampaignState.DRAFT, CampaignState.PROCESSING}:
        return chosen
    open_tasks = campaign.task_tallies.exclude(state__in=[state.value for state in TaskState if state.final])
    return int(open_tasks.aggregate(n=Sum("n"))["n"] or 0)


def _windows(schedule: Schedule, start: Instant, end: Instant, zone: str) -> Iterator[tuple[Instant, Instant, date]]:
    """Open stretches between two moments, cut at midnight, each with its local day."""
    at = start
    for _ in range(MAX_WINDOWS):
        opens = schedule.next_open(at, zone) if at < end else None
        if opens is None or opens >= end:
            return
        at = opens
        wall = at.astimezone(ZoneInfo(zone))
        midnight = (wall.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)).astimezone(at.tzinfo)
        change = schedule.next_change(at, zone) or end
        closes = min(change, midnight, end)
        yield at, closes, wall.date()
        at = closes
