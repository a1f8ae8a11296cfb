"""What a shift is made of: everything that is decided before it begins, drawn from its seed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random

from campana.engine.config import (
    AgentConfig,
    CampaignConfig,
    HotlineConfig,
    OrganisationConfig,
    Retry,
    RetryPlan,
    TrunkConfig,
)
from campana.engine.words import (
    PLANNED_EVENTS,
    CallerIdPolicy,
    CampaignState,
    DialMode,
    Goal,
    LocalTime,
    PreviewStart,
    Wanted,
)
from campana.kernel.clock import Instant
from campana.kernel.ids import AgentId, CampaignId, HotlineId, OrganisationId, TrunkId
from campana.kernel.phone import PhoneNumber, phone_number
from campana.kernel.windows import Period, Schedule
from campana.sim.acts import Act, draw_acts
from campana.sim.callees import Mix
from campana.sim.faults import HARD_DAY, NO_FAULTS, Faults, Strike
from campana.sim.floor import Habits
from campana.sim.laws import stream

ZONES = ("Asia/Ho_Chi_Minh", "Europe/Prague", "Asia/Novosibirsk", "Asia/Tokyo")
DAYS = (datetime(2026, 3, 2, 1, tzinfo=UTC), datetime(2026, 3, 6, 1, tzinfo=UTC), datetime(2026, 3, 29, 0, tzinfo=UTC))
"""Shifts begin at eight in Ho Chi Minh; the last is the Sunday on which Prague changes its clocks."""
BLOCKED = "84190"


@dataclass(frozen=True, slots=True)
class PlannedTask:
    id: int
    campaign_id: CampaignId
    contact_id: int
    time_zone: str
    priority: int | None = None
    not_before: Instant | None = None
    not_after: Instant | None = None


@dataclass(frozen=True, slots=True)
class PlannedCaller:
    """Somebody who calls one of our numbers; times in seconds."""

    at: Instant
    hotline_id: HotlineId
    caller: str
    patience: float
    talks: float
    leaves_first: bool


@dataclass(frozen=True, slots=True)
class ShiftPlan:
    seed: int
    start: Instant
    length: timedelta
    organisation: OrganisationConfig
    trunks: tuple[TrunkConfig, ...]
    hotlines: tuple[HotlineConfig, ...]
    agents: tuple[AgentConfig, ...]
    campaigns: tuple[CampaignConfig, ...]
    contacts: tuple[tuple[int, tuple[tuple[PhoneNumber, str], ...]], ...]
    tasks: tuple[PlannedTask, ...]
    suppressed: tuple[PhoneNumber, ...] = ()
    faults: Faults = NO_FAULTS
    """Shares of events that go wrong."""
    strikes: tuple[Strike, ...] = ()
    """What goes wrong once."""
    mix: Mix = field(default_factory=Mix)
    habits: Habits = field(default_factory=Habits)
    batch_window: timedelta = timedelta(0)
    """How long outputs gather before they are journalled."""
    one_transaction: bool = True
    """Whether tasks are read in the transaction that asks for them, as the product does, or later."""
    acts: tuple[Act, ...] = ()
    """What managers change while the shift runs."""
    callers: tuple[PlannedCaller, ...] = ()

    @property
    def end(self) -> Instant:
        return self.start + self.length


def draw_shift(
    seed: int, *, hours: float = 8.0, agents: int = 40, faults: Faults = HARD_DAY, contacts: int | None = None
) -> ShiftPlan:
    """A random working day of ``agents`` people, with three to five campaigns of every kind."""
    of = stream(seed, 1)
    start = of.choice(DAYS)
    length = timedelta(hours=hours)
    trunks = _trunks(of, agents)
    hotlines = _hotlines(of, trunks)
    campaigns = _detecting(stream(seed, 2), _campaigns(of, start, length, hotlines))
    lists = _lists(of, campaigns, contacts or round(agents * hours * of.choice((4, 14, 20))), start)
    return ShiftPlan(
        seed=seed,
        start=start,
        length=length,
        organisation=_organisation(of, agents),
        trunks=trunks,
        hotlines=hotlines,
        agents=_agents(of, agents, campaigns),
        campaigns=campaigns,
        contacts=tuple(lists.contacts),
        tasks=tuple(lists.tasks),
        suppressed=tuple(lists.suppressed),
        faults=faults,
        strikes=faults.plan(seed, start, length),
        mix=Mix(not_in_service=0.04, hangs_up_at_once=0.04),
        batch_window=timedelta(milliseconds=of.choice((0, 0, 15))),
        one_transaction=of.random() < 0.5,
        acts=draw_acts(seed, start, length, round(hours * 3)),
    )


def _organisation(of: Random, agents: int) -> OrganisationConfig:
    return OrganisationConfig(
        id=OrganisationId(1),
        time_zone="Asia/Ho_Chi_Minh",
        licence_calls=of.choice((agents // 2 + 1, agents + 5, agents * 3)),
        reserved_calls=of.choice((0, 0, 3)),
        frequency_cap=of.choice((0, 0, 3, 5)),
        blocked_prefixes=(BLOCKED,),
    )


def _trunks(of: Random, agents: int) -> tuple[TrunkConfig, ...]:
    return tuple(
        TrunkConfig(
            TrunkId(n),
            f"trunk-{n}",
            channels=of.choice((max(2, agents // 4), agents, agents * 2)),
            calls_per_second=cps,
        )
        for n, cps in ((1, of.choice((1.0, 5.0))), (2, of.choice((2.0, 20.0))))
    )


def _hotlines(of: Random, trunks: tuple[TrunkConfig, ...]) -> tuple[HotlineConfig, ...]:
    return tuple(
        HotlineConfig(HotlineId(n), phone_number(f"8428000{n:04}"), trunks[n % len(trunks)].id) for n in range(1, 6)
    )


def _campaigns(
    of: Random, start: Instant, length: timedelta, hotlines: tuple[HotlineConfig, ...]
) -> tuple[CampaignConfig, ...]:
    kinds = [
        {"mode": DialMode.PROGRESSIVE, "coefficient": 1.0},
        {"mode": DialMode.PROGRESSIVE, "coefficient": of.choice((1.3, 1.6, 2.0))},
        {
            "mode": DialMode.PREVIEW,
            "preview_start": of.choice(list(PreviewStart)),
            "preview_time": timedelta(seconds=20),
        },
        {"mode": DialMode.PROGRESSIVE, "coefficient": 1.0},
        {
            "mode": DialMode.PREVIEW,
            "preview_start": of.choice(list(PreviewStart)),
            "preview_time": timedelta(seconds=10),
        },
    ]
    return tuple(
        replace(_campaign(of, n, start, length, hotlines), **kind)  # type: ignore[arg-type]
        for n, kind in enumerate(kinds[: of.randint(3, 5)], start=1)
    )


def _detecting(of: Random, campaigns: tuple[CampaignConfig, ...]) -> tuple[CampaignConfig, ...]:
    """Half of them detect machines."""
    return tuple(replace(campaign, detect=of.random() < 0.5) for campaign in campaigns)


def _campaign(
    of: Random, n: int, start: Instant, length: timedelta, hotlines: tuple[HotlineConfig, ...]
) -> CampaignConfig:
    chosen = tuple(hotline.id for hotline in of.sample(hotlines, of.randint(1, 3)))
    return CampaignConfig(
        id=CampaignId(n),
        organisation_id=OrganisationId(1),
        mode=DialMode.PROGRESSIVE,
        state=CampaignState.SCHEDULED,
        wanted=Wanted.RUN,
        start_at=of.choice((None, start + 0.05 * length)),
        end_at=of.choice((None, None, start + 0.8 * length, start + 2 * length)),
        goal=of.choice((Goal.EXHAUST, Goal.EXHAUST, Goal.NONE)),
        only_with_agent=of.random() < 0.7,
        priority=of.choice((None, None, 1, 2)),
        max_calls=of.choice((None, None, 4, 12)),
        schedule=_schedule(of, start, length),
        local_time=of.choice(list(LocalTime)),
        zones=frozenset(ZONES),
        hotlines=chosen,
        caller_id=CallerIdPolicy.RANDOM_CHOSEN if len(chosen) > 1 else CallerIdPolicy.SINGLE,
        answer_wait=timedelta(seconds=of.choice((15, 20, 30, 60))),
        retry=_retry(of),
        do_not_call_again=timedelta(days=of.choice((0, 30))),
        agent_ring=timedelta(seconds=of.choice((10, 30))),
        max_wait=timedelta(seconds=of.choice((20, 60))),
        wrap_up=timedelta(seconds=of.choice((0, 5, 15, 30))),
        result_required=of.random() < 0.7,
        ready_early=of.random() < 0.8,
        recording=of.random() < 0.3,
        accept_timeout=timedelta(seconds=of.choice((10, 30))),
        may_skip=of.random() < 0.9,
    )


def _schedule(of: Random, start: Instant, length: timedelta) -> Schedule:
    """All day, or with a break for lunch in the middle of the shift, on every day of the week."""
    if of.random() < 0.4:
        return Schedule()
    opens = 8 * 60
    middle = opens + round(length.total_seconds() / 120)
    periods = [(opens - 60 * of.randint(0, 1), middle - 15), (middle + 15, min(22 * 60, opens + 1000))]
    holidays = frozenset({start.date()}) if of.random() < 0.03 else frozenset()
    return Schedule(tuple(Period(day, a, b) for day in range(7) for a, b in periods), holidays)


def _retry(of: Random) -> RetryPlan:
    if of.random() < 0.3:
        return RetryPlan(max_attempts=of.choice((1, 3)), gap=timedelta(minutes=of.choice((10, 60))))
    events = {
        event: Retry(attempts=of.randint(0, 4), wait=timedelta(minutes=of.choice((1, 5, 30))))
        for event in PLANNED_EVENTS
        if of.random() < 0.8
    }
    return RetryPlan(max_attempts=of.choice((2, 3, 6)), gap=timedelta(minutes=of.choice((5, 30))), events=events)


def _agents(of: Random, count: int, campaigns: tuple[CampaignConfig, ...]) -> tuple[AgentConfig, ...]:
    ids = [campaign.id for campaign in campaigns]
    return tuple(
        AgentConfig(
            AgentId(n),
            f"agent {n}",
            f"PJSIP/{1000 + n}",
            frozenset({ids[n % len(ids)], *of.sample(ids, of.randint(0, 2))}),
        )
        for n in range(1, count + 1)
    )


@dataclass(frozen=True, slots=True)
class _Lists:
    contacts: list[tuple[int, tuple[tuple[PhoneNumber, str], ...]]]
    tasks: list[PlannedTask]
    suppressed: list[PhoneNumber]


def _lists(of: Random, campaigns: tuple[CampaignConfig, ...], count: int, start: Instant) -> _Lists:
    lists = _Lists([], [], [])
    for n in range(1, count + 1):
        zone = of.choice(ZONES)
        numbers = tuple((draw_number(of, n, k), zone) for k in range(of.choice((1, 1, 1, 1, 2, 3))))
        if of.random() < 0.005:
            numbers = ()
        if numbers and n > 50 and of.random() < 0.02:
            numbers = (*numbers[:-1], (draw_number(of, n - of.randint(1, 50), 0), zone))  # somebody else's number, too
        lists.contacts.append((n, numbers))
        if numbers and of.random() < 0.03:
            lists.suppressed.append(numbers[0][0])
        for campaign in of.sample(campaigns, of.choice((1, 1, 1, 2))):
            priority = of.choice((None, None, None, 1, 5))
            not_before = start + timedelta(minutes=of.randint(1, 240)) if of.random() < 0.05 else None
            not_after = start + timedelta(minutes=of.randint(30, 300)) if of.random() < 0.02 else None
            task = PlannedTask(len(lists.tasks) + 1, campaign.id, n, zone, priority, not_before, not_after)
            lists.tasks.append(task)
    return lists


def draw_number(of: Random, contact: int, index: int) -> PhoneNumber:
    prefix = BLOCKED if of.random() < 0.003 else "84910"
    return phone_number(f"{prefix}{contact:06}{index}")
