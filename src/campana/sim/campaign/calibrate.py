"""Are the ranges right? Campaigns whose truth the forecast does not know, and how often it lies in the range shown.

The truth is no ``Laws``: contacts differ from one another, some are never there, every day has its own luck.
A forecaster sees what the product would have: the settings, the list, and the calls of one earlier
campaign of the same people, plus (in two of three cases) the first part of the campaign itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final

from campana.engine.config import CampaignConfig, HotlineConfig, OrganisationConfig, RetryPlan, TrunkConfig
from campana.engine.words import CampaignState, DialMode, ResultClass
from campana.kernel.clock import Instant
from campana.kernel.ids import CampaignId, HotlineId, OrganisationId, TrunkId
from campana.kernel.phone import PhoneNumber, phone_number
from campana.kernel.windows import Period, Schedule
from campana.sim.callees import Fate, Reaction
from campana.sim.campaign.callees import PlannedCallees
from campana.sim.campaign.evidence import Evidence, Seeing
from campana.sim.campaign.outlook import USUAL, Effort, Outlook, outlook
from campana.sim.campaign.plan import Cohort, Laws, Plan, Shift
from campana.sim.campaign.run import CampaignRun
from campana.sim.laws import Between, Memoryless, Talk, stream

ZONE: Final = "Asia/Ho_Chi_Minh"
DAY: Final = 0.1
"""How far (in shares of itself) a day's answers lie from the average, one standard deviation."""


class TruePeople(PlannedCallees):
    """Contacts with a character of their own, on days with a luck of their own."""

    def __init__(self, laws: Laws, seed: int, clock: Callable[[], Instant]) -> None:
        super().__init__(laws, seed, clock)
        self._true_seed = seed

    def reaction(self, number: PhoneNumber, call: int) -> Reaction:
        character = stream(self._true_seed, int(number), 0)
        chance = character.random()
        of = stream(self._true_seed, int(number), call)
        if chance < 0.03:
            return Reaction(Fate.NOT_FOUND, rings=None, decides=self._laws.refuses.draw(of), sip_code=404)
        if chance < 0.08:
            return Reaction(Fate.NO_ANSWER, rings=1.0)
        eager = 0.35 + 1.3 * character.random()
        wall = self._clock().astimezone(self._who[number][0])
        luck = 1 + DAY * stream(self._true_seed, wall.date().toordinal()).gauss(0, 1)
        share = self._laws.answer / 0.92 * self._laws.by_hour[wall.hour] * eager * luck
        return self._answers(of) if of.random() < min(0.95, share) else self._misses(of)


@dataclass(frozen=True, slots=True)
class Truth:
    plan: Plan
    seed: int
    share: float
    """Of the campaign that has passed when the forecast is made; 0: before its start."""


def draw_truth(seed: int, mode: DialMode | None = None) -> Truth:
    """``mode``: the same campaign in this dial mode instead of the one drawn for it."""
    of = stream(seed, 41)
    agents = of.choice((2, 3, 4, 5, 6, 8, 10, 12, 16))
    laws = _laws(of)
    drawn, coefficient = of.choice(
        ((DialMode.PROGRESSIVE, 1.0), (DialMode.PROGRESSIVE, 1.0), (DialMode.PROGRESSIVE, 1.5), (DialMode.PREVIEW, 1.0))
    )
    retry = RetryPlan(of.choice((1, 2, 3, 3, 4)), timedelta(minutes=of.choice((30, 60, 120, 240))))
    hours = Schedule(tuple(Period(day, 60 * of.choice((8, 9)), 60 * of.choice((17, 18, 20))) for day in range(5)))
    open_hours = sum(period.end - period.start for period in hours.periods) / 60
    attempts_an_hour = 3600 / (laws.answer * 1.15 * (laws.talks.median * 1.25 + 10) + 20)  # type: ignore[attr-defined]
    days = of.uniform(1.2, 6)
    attempts = min(5000.0, attempts_an_hour * agents * laws.present * open_hours / 5 * days)
    contacts = max(80, round(attempts * laws.answer / (1 - (1 - laws.answer) ** retry.max_attempts)))
    campaign = CampaignConfig(
        CampaignId(1),
        OrganisationId(1),
        mode or drawn,
        CampaignState.DRAFT,
        schedule=hours,
        coefficient=coefficient,
        retry=retry,
        wrap_up=timedelta(seconds=of.choice((10, 15, 30))),
    )
    begins = datetime(2026, 3, 2 + of.randrange(5), 1, tzinfo=UTC) + timedelta(hours=of.choice((0, 2, 5)))
    plan = Plan(
        begins,
        OrganisationConfig(OrganisationId(1), ZONE),
        campaign,
        (TrunkConfig(TrunkId(1), "trunk", channels=60),),
        (HotlineConfig(HotlineId(1), phone_number("84280000001"), TrunkId(1)),),
        (Shift(agents),),
        (Cohort(contacts, ZONE),),
        laws,
    )
    return Truth(plan, seed, of.choice((0.0, 0.2, 0.5)))


def _laws(of: Random) -> Laws:
    swing = of.uniform(0.0, 0.35)
    by_hour = tuple(1 + swing * ((hour - 13) / 6) for hour in range(24))
    return Laws(
        answer=of.uniform(0.12, 0.5),
        by_hour=tuple(max(0.3, min(1.8, factor)) for factor in by_hour),
        rings=Memoryless(of.uniform(5, 11), floor=2.0),
        talks=Talk(of.uniform(40, 170), of.uniform(0.5, 0.9)),
        wraps=Memoryless(of.uniform(4, 12), floor=1.0),
        patience=Memoryless(of.uniform(10, 30), floor=1.0),
        results={
            ResultClass.SUCCESS: of.uniform(0.1, 0.5),
            ResultClass.REFUSAL: 0.5,
            ResultClass.CALL_BACK: of.choice((0.0, 0.03, 0.08)),
            ResultClass.UNREACHABLE: of.uniform(0.0, 0.1),
            ResultClass.WRONG_NUMBER: 0.02,
            ResultClass.DO_NOT_CALL: 0.02,
        },
        calls_back_in=Between(1800.0, of.choice((14_400.0, 86_400.0))),
        present=of.uniform(0.7, 0.95),
    )


@dataclass(frozen=True, slots=True)
class Case:
    seed: int
    share: float
    agents: int
    contacts: int
    attempts: int
    mode: str
    truth: Instant | None
    told: Outlook

    @property
    def inside(self) -> bool:
        if self.truth is None or self.told.early is None:
            return self.truth is None and self.told.late is None
        return self.told.early <= self.truth and (self.told.late is None or self.truth <= self.told.late)

    def as_json(self) -> dict[str, Any]:
        told = self.told
        return {
            "seed": self.seed,
            "asked_after": self.share,
            "agents": self.agents,
            "contacts": self.contacts,
            "attempts": self.attempts,
            "mode": self.mode,
            "finished": _words(self.truth),
            "early": _words(told.early),
            "middle": _words(told.middle),
            "late": _words(told.late),
            "inside": self.inside,
        }


def _words(at: Instant | None) -> str | None:
    return at.isoformat(timespec="minutes") if at else None


def calibrate(seeds: range, effort: Effort = USUAL, mode: DialMode | None = None) -> Iterator[Case]:
    for seed in seeds:
        yield try_one(draw_truth(seed, mode), effort)


def try_one(truth: Truth, effort: Effort = USUAL) -> Case:
    plan, of = truth.plan, stream(truth.seed, 43)
    earlier = _earlier(plan, of, truth.seed)
    run = CampaignRun(plan, truth.seed, callees=TruePeople)
    asked = plan.start
    cohorts, own, worked, expected = plan.cohorts, Seeing(), 0.0, 0.0
    if truth.share:
        run.run(attempts=max(20, round(truth.share * plan.expected_attempts())))
        asked, cohorts, own = run.now, run.left(), Seeing.of(run.seen())
        worked, expected = run.worked, _expected(plan, asked)
    evidence = Evidence(own, earlier.seeing, earlier.worked + worked, earlier.expected + expected)
    told = outlook(replace(plan, start=asked, cohorts=cohorts, laws=Laws()), evidence, seed=truth.seed, effort=effort)
    result = run.run()
    return Case(
        truth.seed,
        truth.share,
        plan.agents,
        plan.contacts,
        result.figures.attempts,
        plan.campaign.mode,
        result.finished_at,
        told,
    )


@dataclass(frozen=True, slots=True)
class _Earlier:
    seeing: Seeing
    worked: float
    expected: float


def _earlier(plan: Plan, of: Random, seed: int) -> _Earlier:
    """The same people with another list, a week before."""
    laws = replace(
        plan.laws,
        answer=min(0.6, max(0.08, plan.laws.answer * of.lognormvariate(0, 0.2))),
        talks=Talk(plan.laws.talks.median * of.lognormvariate(0, 0.2), plan.laws.talks.spread),  # type: ignore[attr-defined]
    )
    before = replace(plan, start=plan.start - timedelta(days=7), laws=laws, cohorts=(Cohort(700, ZONE),))
    run = CampaignRun(before, seed + 500_000, callees=TruePeople)
    run.run(attempts=600)
    return _Earlier(Seeing.of(run.seen()), run.worked, _expected(before, run.now))


def _expected(plan: Plan, until: Instant) -> float:
    """Seconds of their hours that the people had until then."""
    at, step, total = plan.start, timedelta(minutes=5), 0.0
    while at < until:
        if plan.campaign.schedule.is_open(at, ZONE):
            total += step.total_seconds() * plan.agents
        at += step
    return total


def proof(cases: Iterable[Case], told: Callable[[Case], None] = lambda case: None) -> dict[str, Any]:
    """How often the truth lay in the range, and how wide that was; with every case."""
    rows, widths, inside = [], [], 0
    for case in cases:
        told(case)
        rows.append(case.as_json())
        inside += case.inside
        if case.told.early and case.told.late:
            widths.append((case.told.late - case.told.early).total_seconds() / 3600)
    return {
        "campaigns": len(rows),
        "inside": inside,
        "share": round(inside / len(rows), 3) if rows else None,
        "median_width_hours": round(sorted(widths)[len(widths) // 2], 1) if widths else None,
        "cases": rows,
    }
