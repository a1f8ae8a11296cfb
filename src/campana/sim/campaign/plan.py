"""What a campaign is simulated from: settings, contacts, people and the laws of its calls.

Nothing here asks a database or a clock: scenario files, the pages' forecast and the tests all make a ``Plan``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from campana.engine.config import CampaignConfig, HotlineConfig, OrganisationConfig, TrunkConfig
from campana.engine.words import CampaignReason, CampaignState, Goal, LocalTime, ResultClass, Wanted
from campana.kernel.clock import Instant
from campana.kernel.windows import Schedule
from campana.sim.callees import Fate
from campana.sim.laws import Between, Law, Memoryless, Talk

EVEN: Final = (1.0,) * 24
MISSES: Final[Mapping[Fate, float]] = {
    Fate.NO_ANSWER: 0.62,
    Fate.BUSY: 0.15,
    Fate.REJECTED: 0.09,
    Fate.UNAVAILABLE: 0.10,
    Fate.NOT_FOUND: 0.04,
}
RESULTS: Final[Mapping[ResultClass, float]] = {
    ResultClass.SUCCESS: 0.3,
    ResultClass.REFUSAL: 0.5,
    ResultClass.CALL_BACK: 0.06,
    ResultClass.UNREACHABLE: 0.08,
    ResultClass.WRONG_NUMBER: 0.03,
    ResultClass.DO_NOT_CALL: 0.03,
}


@dataclass(frozen=True, slots=True)
class Sampled:
    """Draws one of the times that were measured, in seconds, stretched by ``scale``."""

    values: tuple[float, ...]
    scale: float = 1.0

    def draw(self, of: Random) -> float:
        return of.choice(self.values) * self.scale


@dataclass(frozen=True, slots=True)
class Laws:
    """How calls go. Shares lie between 0 and 1, laws draw seconds.

    The share of attempts that somebody answers is ``answer`` times a factor of the hour on the callee's clock times
    a factor of the rounds the contact has behind them: whoever did not answer yesterday answers more rarely today.
    A machine that an agent gets to hear counts as an answer; it is in talks and results with all the others. One that
    detection kept from the agents is among the misses.
    """

    answer: float = 0.3
    by_hour: tuple[float, ...] = EVEN
    by_round: tuple[float, ...] = (1.0,)
    """The last factor counts for all later rounds."""
    misses: Mapping[Fate, float] = field(default_factory=lambda: MISSES)
    """What becomes of attempts that nobody answers, as weights."""
    rings: Law = Memoryless(9.0, floor=3.0)
    """From the dialling to the answer; what is longer than the campaign waits is no answer."""
    refuses: Law = Memoryless(4.0, floor=1.0)
    """From the dialling to busy, rejected and the like."""
    patience: Law = Memoryless(20.0, floor=1.0)
    talks: Law = Talk(100.0, 0.7)
    wraps: Law = Memoryless(8.0, floor=1.0)
    """How long an agent writes after a talk, where the campaign gives the time."""
    picks_up: Law = Memoryless(1.0, floor=0.3)
    reads: Law = Memoryless(8.0, floor=1.0)
    """How long an agent looks at a contact before pressing Dial."""
    results: Mapping[ResultClass, float] = field(default_factory=lambda: RESULTS)
    calls_back_in: Law = Between(1800.0, 86400.0)
    present: float = 0.9
    """Share of their hours in which agents are there for the campaign: breaks and other work taken off."""
    away: Law = Between(300.0, 1200.0)
    """How long one break lasts."""

    def answered(self, hour: int, rounds: int) -> float:
        """The share of attempts that are answered in this hour, of contacts with so many rounds behind them."""
        factor = self.by_round[min(rounds, len(self.by_round) - 1)]
        return max(0.0, min(0.97, self.answer * self.by_hour[hour] * factor))


@dataclass(frozen=True, slots=True)
class Cohort:
    """Contacts that are alike as far as the future goes."""

    contacts: int
    time_zone: str
    rounds: int = 0
    due_at: Instant | None = None
    """Not before; None: at once."""
    agreed: bool = False
    numbers: int = 1


@dataclass(frozen=True, slots=True)
class Shift:
    """People who work the same hours; without periods whenever the campaign calls. On the organisation's clock."""

    agents: int
    hours: Schedule = Schedule()
    first: date | None = None
    last: date | None = None

    def working(self, at: Instant, zone: str) -> bool:
        if self.first is not None or self.last is not None:
            day = at.astimezone(ZoneInfo(zone)).date()
            if (self.first and day < self.first) or (self.last and day > self.last):
                return False
        return self.hours.is_open(at, zone)


@dataclass(frozen=True, slots=True)
class Plan:
    start: Instant
    organisation: OrganisationConfig
    campaign: CampaignConfig
    trunks: tuple[TrunkConfig, ...]
    hotlines: tuple[HotlineConfig, ...]
    shifts: tuple[Shift, ...]
    cohorts: tuple[Cohort, ...]
    laws: Laws = field(default_factory=Laws)
    horizon: timedelta = timedelta(days=183)
    """How far anybody looks; a campaign that is not done by then has no finishing time."""

    @property
    def end(self) -> Instant:
        horizon = self.start + self.horizon
        return min(horizon, self.campaign.end_at) if self.campaign.end_at else horizon

    @property
    def contacts(self) -> int:
        return sum(cohort.contacts for cohort in self.cohorts)

    @property
    def agents(self) -> int:
        return sum(shift.agents for shift in self.shifts)

    @property
    def zone(self) -> str:
        return self.organisation.time_zone

    def ready(self) -> Plan:
        """The campaign as it would be the moment somebody starts it; also one without a goal is done with its list."""
        config = self.campaign
        zones = frozenset(cohort.time_zone for cohort in self.cohorts)
        ready = replace(
            config,
            state=CampaignState.SCHEDULED,
            reason=CampaignReason.NONE,
            wanted=Wanted.RUN,
            goal=Goal.EXHAUST,
            zones=zones if config.local_time is not LocalTime.OFF else frozenset(),
            hotlines=tuple(hotline.id for hotline in self.hotlines),
        )
        return replace(self, campaign=ready)

    def expected_attempts(self) -> int:
        """Roughly, to choose how to simulate: nobody is called back, hours and rounds do not matter."""
        most = self.campaign.retry.max_attempts
        answered = self.laws.answer
        total = 0.0
        for cohort in self.cohorts:
            left = max(1, most - cohort.rounds)
            total += cohort.contacts * (left if not answered else (1 - (1 - answered) ** left) / answered)
        return round(total)
