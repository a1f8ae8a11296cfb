"""The world of one seed: its size, laws, campaigns, people, lists, misfortunes and meddling managers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any, Final, TypeAlias

from campana.engine.config import (
    AgentConfig,
    CampaignConfig,
    HotlineConfig,
    OrganisationConfig,
    Retry,
    RetryPlan,
    TrunkConfig,
)
from campana.engine.inbound.route import InboundRoute
from campana.engine.modes import MODES
from campana.engine.words import (
    PLANNED_EVENTS,
    BudgetWindow,
    CallerIdPolicy,
    CampaignState,
    DialMode,
    Goal,
    Governed,
    LocalTime,
    PaceStart,
    PacingMethod,
    PreviewStart,
    StartKind,
    Wanted,
)
from campana.kernel.clock import Instant
from campana.kernel.ids import AgentId, CampaignId, HotlineId, OrganisationId, TrunkId
from campana.kernel.phone import PhoneNumber, phone_number
from campana.kernel.windows import Period, Schedule
from campana.sim.acts import draw_acts
from campana.sim.callees import Fate, Mix
from campana.sim.faults import Faults
from campana.sim.floor import Habits
from campana.sim.laws import Between, Memoryless, Talk, stream
from campana.sim.plan import BLOCKED, DAYS, PlannedCaller, PlannedTask, ShiftPlan, draw_number

ZONES: Final = ("Asia/Ho_Chi_Minh", "Asia/Novosibirsk", "Asia/Tokyo", "Europe/Prague")
Contacts: TypeAlias = tuple[tuple[int, tuple[tuple[PhoneNumber, str], ...]], ...]
MODES_DRAWN: Final = (*sorted(MODES), *sorted(MODES.keys() - {DialMode.PREDICTIVE}))
"""Predictive seldom: its pace weighs every second, and makes a world several times as dear."""


def draw_storm(seed: int) -> ShiftPlan:
    of = stream(seed, 101)
    start = of.choice(DAYS) + timedelta(minutes=of.choice((0, 0, 50)))
    length = timedelta(minutes=of.choice((4, 8, 8, 15, 25)))
    people = of.choice((1, 2, 2, 3, 4, 5))
    zones = tuple(of.sample(ZONES, of.randint(1, 2)))
    trunks = tuple(_trunk(of, n) for n in range(1, of.randint(1, 2) + 1))
    hotlines = tuple(
        HotlineConfig(HotlineId(n), phone_number(f"8428000{n:04}"), trunks[n % len(trunks)].id)
        for n in range(1, of.randint(1, 3) + 1)
    )
    campaigns = tuple(_campaign(of, n, start, length, hotlines, zones) for n in range(1, of.choice((1, 2, 2, 3)) + 1))
    campaigns = tuple(_detecting(stream(seed, 102, campaign.id), campaign) for campaign in campaigns)
    more = stream(seed, 104)
    campaigns = tuple(
        replace(campaign, abandoned_message="sorry") if more.random() < 0.3 else campaign for campaign in campaigns
    )
    faults = _faults(of)
    contacts, tasks, suppressed = _lists(of, campaigns, start, length, zones, round(people * of.choice((2, 5, 9))) + 2)
    contacts = _abroad(more, contacts, zones)
    return ShiftPlan(
        seed=seed,
        start=start,
        length=length,
        organisation=OrganisationConfig(
            id=OrganisationId(1),
            time_zone="Asia/Ho_Chi_Minh",
            licence_calls=of.choice((1, 2, people + 1, people * 3)),
            reserved_calls=of.choice((0, 0, 0, 1)),
            frequency_cap=of.choice((0, 0, 1, 2, 4)),
            blocked_prefixes=(BLOCKED,),
            calling_hours=hours(of, start, length) if of.random() < 0.3 else Schedule(),
            missed_offers=of.choice((1, 3)),
        ),
        trunks=trunks,
        hotlines=_answered(stream(seed, 105), hotlines, people, start, length),
        agents=tuple(_agent(of, n, campaigns, hotlines) for n in range(1, people + 1)),
        campaigns=campaigns,
        contacts=contacts,
        tasks=tasks,
        suppressed=suppressed,
        faults=faults,
        strikes=faults.plan(seed, start, 0.8 * length),
        mix=_misheard(stream(seed, 103), _mix(of)),
        habits=_habits(of),
        batch_window=timedelta(milliseconds=of.choice((0, 0, 15, 400))),
        one_transaction=of.random() < 0.7,
        acts=draw_acts(seed, start, 0.9 * length, of.choice((0, 0, 2, 4, 8))),
        callers=_callers(stream(seed, 106), hotlines, contacts, start, length),
    )


def _answered(
    of: Random, hotlines: tuple[HotlineConfig, ...], people: int, start: Instant, length: timedelta
) -> tuple[HotlineConfig, ...]:
    """Some numbers are answered by people, by some of them or by all."""
    return tuple(
        replace(hotline, inbound=draw_route(of, people, start, length)) if of.random() < 0.5 else hotline
        for hotline in hotlines
    )


def _callers(
    of: Random, hotlines: tuple[HotlineConfig, ...], contacts: Contacts, start: Instant, length: timedelta
) -> tuple[PlannedCaller, ...]:
    """In one world of three people call us, now and then from a number that we call ourselves."""
    if of.random() < 0.67:
        return ()
    often = of.choice((240.0, 60.0))
    numbers = [number for _, all_of_one in contacts for number, _ in all_of_one]
    callers: list[PlannedCaller] = []
    at = start + timedelta(seconds=of.expovariate(1 / often))
    while at < start + 0.9 * length:
        caller = of.choice(("", f"1555999{len(callers):04}", *numbers[:3]))
        talks = Talk(of.choice((3.0, 15.0))).draw(of)
        patience = Memoryless(of.choice((5.0, 60.0, 900.0)), floor=1.0).draw(of)
        callers.append(PlannedCaller(at, of.choice(hotlines).id, caller, patience, talks, of.random() < 0.6))
        at += timedelta(seconds=of.expovariate(1 / often))
    return tuple(callers)


def _abroad(of: Random, contacts: Contacts, zones: tuple[str, ...]) -> Contacts:
    """Some people have numbers in other time zones than the one they are known to live in."""
    return tuple(
        (contact, tuple((number, of.choice(ZONES) if of.random() < 0.15 else zone) for number, zone in numbers))
        for contact, numbers in contacts
    )


def _trunk(of: Random, n: int) -> TrunkConfig:
    return TrunkConfig(
        TrunkId(n), f"trunk-{n}", channels=of.choice((1, 2, 4, 20)), calls_per_second=of.choice((0.3, 1.0, 5.0, 20.0))
    )


def _agent(
    of: Random, n: int, campaigns: tuple[CampaignConfig, ...], hotlines: tuple[HotlineConfig, ...]
) -> AgentConfig:
    ids = [campaign.id for campaign in campaigns]
    mine = frozenset(of.sample(ids, of.randint(1, len(ids))))
    own = of.choice(hotlines).id if of.random() < 0.2 else None
    return AgentConfig(AgentId(n), f"agent {n}", f"PJSIP/{1000 + n}", mine, own)


def _campaign(
    of: Random, n: int, start: Instant, length: timedelta, hotlines: tuple[HotlineConfig, ...], zones: tuple[str, ...]
) -> CampaignConfig:
    chosen = tuple(hotline.id for hotline in of.sample(hotlines, of.randint(1, len(hotlines))))
    mode = of.choice(MODES_DRAWN)
    return CampaignConfig(
        id=CampaignId(n),
        organisation_id=OrganisationId(1),
        mode=mode,
        state=CampaignState.SCHEDULED,
        wanted=Wanted.RUN,
        start_at=of.choice((None, None, start + 0.1 * length)),
        end_at=of.choice((None, None, start + of.random() * length)),
        start_kind=of.choice(list(StartKind)),
        goal=of.choice((Goal.EXHAUST, Goal.NONE)),
        only_with_agent=of.random() < 0.6,
        no_agent_grace=timedelta(seconds=of.choice((5, 300))),
        priority=of.choice((None, None, 1, 2)),
        max_calls=of.choice((None, None, 1, 3)),
        schedule=hours(of, start, length) if of.random() < 0.4 else Schedule(),
        local_time=of.choice(list(LocalTime)),
        zones=frozenset(zones),
        hotlines=chosen,
        caller_id=of.choice(list(CallerIdPolicy)) if len(chosen) > 1 else CallerIdPolicy.SINGLE,
        answer_wait=timedelta(seconds=of.choice((10, 15, 30))),
        retry=_retry(of),
        do_not_call_again=timedelta(days=of.choice((0, 30))),
        coefficient=1.0 if mode is DialMode.PREVIEW else of.choice((1.0, 1.0, 1.3, 2.0)),
        agent_ring=timedelta(seconds=of.choice((4, 10, 30))),
        max_wait=timedelta(seconds=of.choice((5, 20, 60))),
        wrap_up=timedelta(seconds=of.choice((0, 5, 15))),
        result_required=of.random() < 0.7,
        ready_early=of.random() < 0.8,
        recording=of.random() < 0.2,
        preview_time=timedelta(seconds=of.choice((5, 20))),
        preview_start=of.choice(list(PreviewStart)),
        accept_timeout=timedelta(seconds=of.choice((5, 20))),
        may_skip=of.random() < 0.8,
        may_hold=of.random() < 0.8,
        **(_pace(of) if mode is DialMode.PREDICTIVE else {}),
    )


def _pace(of: Random) -> dict[str, Any]:
    """Of one campaign in Predictive; its pacer learns whatever the method."""
    method = of.choice(list(PacingMethod))
    limits = (0.0, 0.03, 0.1) if method is PacingMethod.ADAPTIVE else (None, 0.0, 0.03, 0.1)
    return {
        "pacing": method,
        "pickup_rate": of.choice((20, 50, 100)),
        "pace_start": of.choice(list(PaceStart)),
        "max_abandon": of.choice(limits),
        "governed": of.choice(list(Governed)),
        "budget_window": of.choice(list(BudgetWindow)),
    }


def _detecting(of: Random, campaign: CampaignConfig) -> CampaignConfig:
    """Some campaigns detect machines, in whatever mode."""
    if of.random() < 0.5:
        return campaign
    longest = timedelta(seconds=of.choice((1.0, 2.5, 3.5, 6.0)))
    return replace(campaign, detect=True, detection=longest, false_machines=of.choice((0.0, 0.03, 0.1)))


def _misheard(of: Random, mix: Mix) -> Mix:
    """Detection that errs both ways, and sometimes never answers."""
    return replace(
        mix,
        people_missed=of.choice((0.0, 0.1)),
        machines_missed=of.choice((0.0, 0.3)),
        unsure=of.choice((0.0, 0.2)),
        no_verdict=of.choice((0.0, 0.0, 0.2)),
    )


def hours(of: Random, start: Instant, length: timedelta) -> Schedule:
    """Open around the beginning, closed for a while in the middle, on the clock of Ho Chi Minh City."""
    opens = (start.hour + 7) * 60 + start.minute
    minutes = max(4, round(length.total_seconds() / 60))
    middle = opens + max(1, round(minutes * of.uniform(0.2, 0.7)))
    first = (opens - of.choice((0, 60, 120)), middle)
    again, chance = of.choice((1, 2, 60)), of.random()
    second = (middle + again, min(24 * 60, opens + (150 if chance > 0.5 else 600)))
    holidays = frozenset({start.date()}) if chance < 0.03 else frozenset()
    return Schedule(tuple(Period(day, a, b) for day in range(7) for a, b in (first, second)), holidays)


def _retry(of: Random) -> RetryPlan:
    events = {
        event: Retry(attempts=of.randint(0, 3), wait=timedelta(seconds=of.choice((0, 10, 60))))
        for event in PLANNED_EVENTS
        if of.random() < 0.5
    }
    return RetryPlan(max_attempts=of.choice((1, 2, 3)), gap=timedelta(seconds=of.choice((5, 60))), events=events)


def _faults(of: Random) -> Faults:
    """A third of the worlds is nearly calm: there liveness is judged, which needs minutes without misfortune."""
    if of.random() < 0.33:
        return Faults(crashes=of.choice((0, 1)), commit_failures=of.choice((0, 1)))
    bad = of.choice((0.0, 0.2, 1.0))
    return Faults(
        duplicate=0.1 * bad * of.random(),
        late=0.15 * bad * of.random(),
        lost=0.03 * bad * of.random(),
        switch_errors=0.03 * bad * of.random(),
        crashes=of.choice((0, 1, 2, 4)),
        switch_losses=of.choice((0, 0, 1, 2)),
        switch_restarts=of.choice((0, 0, 1)),
        database_outages=of.choice((0, 0, 1)),
        clock_steps=of.choice((0, 0, 1)),
        trunk_failures=of.choice((0, 0, 1)),
        commit_failures=of.choice((0, 1, 3)),
        sleeps=of.choice((0, 0, 1, 2)),
        unheard=of.choice((0, 0, 1, 2)),
    )


def _mix(of: Random) -> Mix:
    weights: dict[Fate, float] = {fate: of.choice((0.0, 0.1, 0.3)) for fate in Fate if fate is not Fate.NOT_FOUND}
    weights[Fate.PERSON] = of.choice((0.4, 1.0, 3.0))
    weights[Fate.SILENT] = of.choice((0.0, 0.0, 0.1, 0.5))
    return Mix(
        fates=weights,
        not_in_service=of.choice((0.0, 0.1)),
        never_there=of.choice((0.0, 0.1)),
        answers=Memoryless(of.choice((2.0, 8.0)), floor=0.2),
        patience=Memoryless(of.choice((4.0, 25.0)), floor=0.5),
        talks=Talk(of.choice((3.0, 15.0, 60.0))),
        hangs_up_at_once=of.choice((0.0, 0.1)),
    )


def _habits(of: Random) -> Habits:
    clumsy = of.choice((0.3, 1.0))
    return Habits(
        signs_in=Between(0.0, of.choice((1.0, 60.0))),
        misses=0.08 * clumsy,
        refuses=0.05 * clumsy,
        accepts=Memoryless(2.0, floor=0.3),
        ignores_offer=0.1 * clumsy,
        declines_offer=0.1 * clumsy,
        reads=Memoryless(4.0, floor=0.5),
        skips=0.1 * clumsy,
        holds=0.15 * clumsy,
        writes=Memoryless(3.0, floor=0.3),
        forgets_result=0.15 * clumsy,
        writes_during_talk=0.1,
        works=Memoryless(of.choice((90.0, 900.0)), floor=10.0),
        rests=Between(2.0, 60.0),
        leaves_mid_dial=0.08 * clumsy,
        returns=Memoryless(30.0, floor=2.0),
        calls_by_hand=Memoryless(of.choice((60.0, 400.0, 4000.0)), floor=5.0),
        gives_up_calling=0.2,
        loses_telephone=0.05 * clumsy,
        fumbles=of.choice((None, None, Memoryless(60.0), Memoryless(10.0))),
        calls_back_in=Between(5.0, 200.0),
    )


def draw_route(of: Random, people: int, start: Instant, length: timedelta) -> InboundRoute:
    return InboundRoute(
        frozenset(AgentId(n) for n in range(1, people + 1) if of.random() < 0.7),
        ring=timedelta(seconds=of.choice((5, 20))),
        max_wait=timedelta(seconds=of.choice((10, 60, 120))),
        schedule=hours(of, start, length) if of.random() < 0.2 else Schedule(),
        message=of.choice(("", "closed")),
        recording=of.random() < 0.2,
    )


def _lists(
    of: Random,
    campaigns: tuple[CampaignConfig, ...],
    start: Instant,
    length: timedelta,
    zones: tuple[str, ...],
    count: int,
) -> tuple[
    tuple[tuple[int, tuple[tuple[PhoneNumber, str], ...]], ...], tuple[PlannedTask, ...], tuple[PhoneNumber, ...]
]:
    contacts: list[tuple[int, tuple[tuple[PhoneNumber, str], ...]]] = []
    tasks: list[PlannedTask] = []
    suppressed: list[PhoneNumber] = []
    for n in range(1, count + 1):
        zone = of.choice(zones)
        numbers = tuple((draw_number(of, n, k), zone) for k in range(of.choice((1, 1, 1, 2, 3))))
        chance = of.random()
        if chance < 0.02:
            numbers = ()
        elif chance < 0.10 and n > 1:
            numbers = (*numbers[:-1], (draw_number(of, of.randint(1, n - 1), 0), zone))  # somebody else's number, too
        elif chance < 0.14:
            numbers = ((phone_number(f"{BLOCKED}{n:06}0"), zone), *numbers[1:])
        contacts.append((n, numbers))
        if numbers and of.random() < 0.08:
            suppressed.append(of.choice(numbers)[0])
        for campaign in of.sample(campaigns, of.randint(1, min(2, len(campaigns)))):
            not_before = start + of.random() * length if of.random() < 0.1 else None
            not_after = start + of.random() * length if of.random() < 0.05 else None
            priority = of.choice((None, None, None, 1, 5))
            tasks.append(PlannedTask(len(tasks) + 1, campaign.id, n, zone, priority, not_before, not_after))
    return tuple(contacts), tuple(tasks), tuple(suppressed)
