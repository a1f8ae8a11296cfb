"""Why is nothing dialling? Counts per reason, for one campaign, now.

What stops everything (no engine, an emergency stop, the campaign's own state) is said first; then every open
contact stands under exactly one reason, so the counts add up to the open contacts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.db import connection
from django.db.models import Count, Min, Q

from campana.campaigns.models import Campaign
from campana.campaigns.queries.people import people_of
from campana.campaigns.snapshot import campaign_config
from campana.engine.config import CampaignConfig
from campana.engine.words import (
    AgentState,
    CallerIdPolicy,
    CampaignState,
    LocalTime,
    RefusalCode,
    StartKind,
    TaskState,
    Wanted,
)
from campana.hotlines.models import Hotline
from campana.kernel.clock import Instant
from campana.workforce.models import Agent

ENGINE_AWAY: Final = "engine_away"
NOT_STARTED: Final = "not_started"
DIALABLE: Final = "dialable"
PLANNED: Final = "planned"
IN_PROGRESS: Final = "in_progress"


@dataclass(frozen=True, slots=True)
class Reason:
    """``code``: a RefusalCode or one of the codes above. ``count``: contacts it concerns, None: all of them.
    ``until``: when it may end. ``detail``: a time zone, a state's reason."""

    code: str
    count: int | None = None
    until: Instant | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Why:
    stops: list[Reason]
    """What keeps the whole campaign from dialling; empty when nothing does."""
    contacts: list[Reason]
    """Every open or excluded contact under one reason."""

    @property
    def nothing_stops(self) -> bool:
        return not self.stops


def why_not_dialling(campaign: Campaign, *, now: Instant) -> Why:
    config = campaign_config(campaign)
    return Why(stops=list(_stops(campaign, config, now)), contacts=list(_contacts(campaign, config, now)))


def _stops(campaign: Campaign, config: CampaignConfig, now: Instant) -> Iterator[Reason]:
    if campaign.organisation.emergency_stopped_at:
        yield Reason(RefusalCode.EMERGENCY_STOP)
    yield from _machinery(campaign.organisation_id, now)
    yield from _itself(campaign, now)
    zone = campaign.organisation.time_zone
    if config.local_time is not LocalTime.CALLEE and not config.schedule.is_open(now, zone):
        yield Reason(RefusalCode.OUTSIDE_HOURS, until=config.schedule.next_open(now, zone), detail=zone)
    yield from _hotlines(campaign, now)
    people = people_of(campaign)
    available = Agent.objects.filter(pk__in=people, state=AgentState.AVAILABLE).count()
    busy = Agent.objects.filter(pk__in=people, state__in=_BUSY).count()
    if not available and not busy:
        yield Reason(RefusalCode.NO_AGENT, detail=str(len(people)))
    if campaign.held_code and campaign.state == CampaignState.RUNNING:
        yield Reason(campaign.held_code)


_BUSY = [
    state.value
    for state in (
        AgentState.OFFERED,
        AgentState.PREVIEW,
        AgentState.RESERVED,
        AgentState.RINGING,
        AgentState.IN_CALL,
        AgentState.WRAP_UP,
    )
]


def _machinery(organisation_id: int, now: Instant) -> Iterator[Reason]:
    """The engine's lease, read as a row: the runtime stands above this app."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT expires_at, switch_connected, switch_since FROM runtime_enginelease WHERE organisation_id = %s",
            [organisation_id],
        )
        row = cursor.fetchone()
    if row is None or row[0] <= now:
        yield Reason(ENGINE_AWAY, until=None if row is None else row[0])
    elif not row[1]:
        yield Reason(RefusalCode.SWITCH_AWAY)


def _itself(campaign: Campaign, now: Instant) -> Iterator[Reason]:
    if campaign.state == CampaignState.RUNNING:
        return
    waits = campaign.state == CampaignState.SCHEDULED
    if waits and campaign.start_at and campaign.start_at > now:
        yield Reason(RefusalCode.NOT_YET, until=campaign.start_at)
    elif waits and campaign.start_kind == StartKind.MANUAL and campaign.wanted != Wanted.RUN:
        yield Reason(NOT_STARTED)
    else:
        yield Reason(RefusalCode.CAMPAIGN_NOT_RUNNING, detail=campaign.state_reason or campaign.state)


def _hotlines(campaign: Campaign, now: Instant) -> Iterator[Reason]:
    numbers = Hotline.objects.filter(organisation_id=campaign.organisation_id, enabled=True, trunk__enabled=True)
    if campaign.caller_id != CallerIdPolicy.RANDOM_ALL:
        numbers = numbers.filter(campaigns=campaign)
    count = numbers.count()
    resting = numbers.filter(resting_until__gt=now)
    if not count:
        yield Reason(RefusalCode.NO_HOTLINE)
    elif resting.count() == count:
        yield Reason(RefusalCode.HOTLINE_RESTING, until=resting.aggregate(first=Min("resting_until"))["first"])


def _contacts(campaign: Campaign, config: CampaignConfig, now: Instant) -> Iterator[Reason]:
    tasks = campaign.tasks.order_by()
    waiting = tasks.filter(state=TaskState.WAITING).values_list("time_zone").annotate(n=Count("pk"))
    dialable, closed = 0, list[Reason]()
    for zone, count in waiting:
        if config.local_time is LocalTime.OFF or config.schedule.is_open(now, zone):
            dialable += count
        else:
            closed.append(Reason(RefusalCode.OUTSIDE_HOURS, count, config.schedule.next_open(now, zone), zone))
    if dialable:
        yield Reason(DIALABLE, dialable)
    yield from sorted(closed, key=lambda reason: (reason.until or now, reason.detail))
    planned = tasks.filter(state=TaskState.PLANNED).values_list("refusal").annotate(n=Count("pk"), first=Min("next_at"))
    for code, count, first in planned:
        yield Reason(code or PLANNED, count, first)
    held = Q(state__in=[TaskState.RESERVED, TaskState.IN_CALL, TaskState.WRAP_UP])
    counts = tasks.aggregate(held=Count("pk", filter=held), skipped=Count("pk", filter=Q(state=TaskState.SKIPPED)))
    if counts["held"]:
        yield Reason(IN_PROGRESS, counts["held"])
    if counts["skipped"]:
        yield Reason(RefusalCode.HOTLINE_RESTING, counts["skipped"])
    never = tasks.filter(state__in=[TaskState.EXCLUDED, TaskState.INVALID])
    for code, count, first in never.values_list("refusal").annotate(n=Count("pk"), first=Min("next_at")):
        yield Reason(code or RefusalCode.SUPPRESSED, count, first)
