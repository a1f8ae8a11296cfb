"""Why is nothing dialling? Counts per reason, for one campaign, now.

What stops everything (no engine, an emergency stop, the campaign's own state) is said first; then every open
contact stands under exactly one reason, so the counts add up to the open contacts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.db import connection
from django.db.models import Count, Min, Q

from campana.campaigns.models import Campaign
from campana.campaigns.queries.people import states_of
from campana.campaigns.queries.statistics import TaskCounts, task_counts
from campana.campaigns.snapshot import HELD_STATES, campaign_config
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

ENGINE_AWAY: Final = "engine_away"
NOT_STARTED: Final = "not_started"
DIALABLE: Final = "dialable"
PLANNED: Final = "planned"
IN_PROGRESS: Final = "in_progress"


@dataclass(frozen=True, slots=True)
class Reason:
    """``code``: a RefusalCode or one of the codes above. ``count``: contacts it concerns, None: all of them.
    ``until``: when it may end. ``detail``: a time zone, a state's reason, or without one the state, which
    ``vocabulary`` tells apart. ``final``: they are not open any more."""

    code: str
    count: int | None = None
    until: Instant | None = None
    detail: str = ""
    final: bool = False
    vocabulary: str = "reason"


@dataclass(frozen=True, slots=True)
class Why:
    stops: list[Reason]
    """What keeps the whole campaign from dialling; empty when nothing does."""
    contacts: list[Reason]
    """Every open or excluded contact under one reason."""

    @property
    def nothing_stops(self) -> bool:
        return not self.stops


def why_not_dialling(
    campaign: Campaign,
    *,
    now: Instant,
    config: CampaignConfig | None = None,
    people: Mapping[int, str] | None = None,
    tasks: TaskCounts | None = None,
) -> Why:
    """Configuration, people with their states and counts of tasks: those of the campaign, where the caller has them."""
    config = config or campaign_config(campaign)
    people = states_of(campaign) if people is None else people
    tasks = task_counts(campaign) if tasks is None else tasks
    stops = _stops(campaign, config, people, now)
    return Why(stops=list(stops), contacts=list(_contacts(campaign, config, tasks, now)))


def _stops(campaign: Campaign, config: CampaignConfig, people: Mapping[int, str], now: Instant) -> Iterator[Reason]:
    if campaign.organisation.emergency_stopped_at:
        yield Reason(RefusalCode.EMERGENCY_STOP)
    yield from _machinery(campaign.organisation_id, now)
    yield from _itself(campaign, now)
    zone = campaign.organisation.time_zone
    if config.local_time is not LocalTime.CALLEE and not config.schedule.is_open(now, zone):
        yield Reason(RefusalCode.OUTSIDE_HOURS, until=config.schedule.next_open(now, zone), detail=zone)
    yield from _hotlines(campaign, now)
    if not any(state in _AT_WORK for state in people.values()):
        yield Reason(RefusalCode.NO_AGENT, detail=str(len(people)))
    if campaign.held_code and campaign.state == CampaignState.RUNNING:
        yield Reason(campaign.held_code)


_AT_WORK: Final = frozenset(
    {
        AgentState.AVAILABLE,
        AgentState.OFFERED,
        AgentState.PREVIEW,
        AgentState.RESERVED,
        AgentState.RINGING,
        AgentState.IN_CALL,
        AgentState.WRAP_UP,
    }
)


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
        vocabulary = "reason" if campaign.state_reason else "campaign"
        told = campaign.state_reason or campaign.state
        yield Reason(RefusalCode.CAMPAIGN_NOT_RUNNING, detail=told, vocabulary=vocabulary)


def _hotlines(campaign: Campaign, now: Instant) -> Iterator[Reason]:
    numbers = Hotline.objects.filter(organisation_id=campaign.organisation_id, enabled=True, trunk__enabled=True)
    if campaign.caller_id != CallerIdPolicy.RANDOM_ALL:
        numbers = numbers.filter(campaigns=campaign)
    resting = Q(resting_until__gt=now)
    found = numbers.aggregate(
        all=Count("pk"), resting=Count("pk", filter=resting), first=Min("resting_until", filter=resting)
    )
    if not found["all"]:
        yield Reason(RefusalCode.NO_HOTLINE)
    elif found["resting"] == found["all"]:
        yield Reason(RefusalCode.HOTLINE_RESTING, until=found["first"])


FIRST_DUE: Final = (500, 5_000)
"""Among so many of the tasks that are due soonest a reason looks for its own first one: among the few first, and among
the many where one was not among them."""
UNDATED: Final = frozenset({RefusalCode.SUPPRESSED})
"""What nobody is waiting for the end of."""


def _contacts(campaign: Campaign, config: CampaignConfig, tasks: TaskCounts, now: Instant) -> Iterator[Reason]:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    zones: Counter[str] = Counter()
    for (state, refusal, zone), count in tasks.items():
        counts[state][refusal] += count
        if state == TaskState.WAITING:
            zones[zone] += count
    yield from _waiting(zones, campaign, config, now)
    first = _first_due(campaign, counts)
    for code, count in sorted(counts[TaskState.PLANNED].items(), key=lambda pair: -pair[1]):
        if count:
            yield Reason(code or PLANNED, count, first.get((TaskState.PLANNED, code)))
    held = sum(counts[state].total() for state in HELD_STATES)
    if held:
        yield Reason(IN_PROGRESS, held)
    if skipped := counts[TaskState.SKIPPED].total():
        yield Reason(RefusalCode.HOTLINE_RESTING, skipped)
    never = counts[TaskState.EXCLUDED] + counts[TaskState.INVALID]
    for code, count in sorted(never.items(), key=lambda pair: -pair[1]):
        yield Reason(code or RefusalCode.SUPPRESSED, count, first.get((TaskState.EXCLUDED, code)), final=True)


def _waiting(zones: Counter[str], campaign: Campaign, config: CampaignConfig, now: Instant) -> Iterator[Reason]:
    dialable, closed = 0, list[Reason]()
    for zone, count in zones.items():
        if not count:
            continue
        if config.local_time is LocalTime.OFF or config.schedule.is_open(now, zone):
            dialable += count
        else:
            closed.append(Reason(RefusalCode.OUTSIDE_HOURS, count, config.schedule.next_open(now, zone), zone))
    if dialable:
        yield Reason(DIALABLE, dialable)
    yield from sorted(closed, key=lambda reason: (reason.until or now, reason.detail))


def _first_due(campaign: Campaign, counts: Mapping[str, Counter[str]]) -> dict[tuple[str, str], Instant]:
    """State and refusal to the first time one of them is due; what lies further off than many is not looked for."""
    kinds = (TaskState.PLANNED, TaskState.EXCLUDED)
    wanted = {(kind, code) for kind in kinds for code, n in counts[kind].items() if n and code not in UNDATED}
    found: dict[tuple[str, str], Instant] = {}
    with connection.cursor() as cursor:
        for among in FIRST_DUE:
            if wanted <= found.keys():
                break
            cursor.execute(_FIRST_DUE, [campaign.pk, among])
            found = {(state, code): due for state, code, due in cursor.fetchall()}
    return found


_FIRST_DUE: Final = """
SELECT state, refusal, min(next_at) FROM (
    SELECT state, refusal, next_at FROM campaigns_task
    WHERE campaign_id = %s AND state IN ('planned', 'excluded') AND next_at IS NOT NULL
    ORDER BY next_at LIMIT %s) AS soonest
GROUP BY state, refusal
"""
