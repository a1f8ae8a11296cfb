"""A whole list, walked through the calendar with rates that the real engine showed: cheap enough for large lists.

The engine says what an attempt costs an agent beside the talk (``Rates.search``: ringing, waiting, looking for work),
how many of those who answer are connected, and how many are abandoned; ``measure`` runs it over a few thousand attempts
for that. ``walk`` then goes through the calling hours in steps of ``STEP`` and spends the agents' time on the contacts
that are due, by the campaign's own rules of retries and with the same laws by hour and round. It takes six to
seven microseconds an attempt instead of 300 to 350.

What this leaves out: how the cost of an attempt changes over a day as the answer rate does (it is an average over the
measured stretch), the order of contacts within a step, personal call backs waiting for their agent, and limits of calls
to a number in a day. Lists of more than ``MOST`` expected attempts are walked by one contact in so many: the shares
hold, the luck of the draw is a little larger than it would be.
"""

from __future__ import annotations

import heapq
from collections import deque
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from campana.engine.config import CampaignConfig
from campana.engine.rules import windows
from campana.engine.words import DialMode, ResultClass, RetryEvent
from campana.kernel.clock import Instant
from campana.sim.callees import Fate
from campana.sim.campaign.evidence import LUCK
from campana.sim.campaign.plan import Cohort, Plan
from campana.sim.campaign.run import CampaignRun, Figures
from campana.sim.laws import stream

STEP: Final = timedelta(minutes=5)
ARRIVAL: Final = timedelta(minutes=2)
"""After the hours open, until people are at work."""
MOST: Final = 12_000
EVENTS: Final = {
    Fate.NO_ANSWER: RetryEvent.NO_ANSWER,
    Fate.BUSY: RetryEvent.BUSY,
    Fate.REJECTED: RetryEvent.REJECTED,
    Fate.UNAVAILABLE: RetryEvent.UNAVAILABLE,
    Fate.CONGESTION: RetryEvent.UNAVAILABLE,
    Fate.NOT_FOUND: RetryEvent.UNAVAILABLE,
    Fate.MACHINE: RetryEvent.MACHINE,
}


@dataclass(frozen=True, slots=True)
class Rates:
    search: float
    """Seconds of an agent an attempt costs beside talk and wrap-up."""
    connected: float
    """Of those who answer."""
    abandoned: float
    """Of those who answer."""
    occupancy: float
    measured: int
    """Attempts behind these."""


def measure(plan: Plan, seed: int, *, attempts: int = 2000) -> Rates:
    """The engine at work with more contacts than it can call, from the first open hour on."""
    agents = max(1, plan.agents)
    budget = max(_affordable(plan.campaign.mode, attempts, agents), 12 * agents)
    run = CampaignRun(_plenty(plan, budget), seed)
    warm = min(budget // 8, 6 * agents)
    figures = run.run(attempts=budget + warm, warm_up=lambda result: result.figures.attempts >= warm).figures
    return rates_of(figures)


def _affordable(mode: DialMode, attempts: int, agents: int) -> int:
    """Predictive decides every second, and few people take hours for a thousand attempts: a forecast for one of them
    would take a quarter of an hour."""
    return min(attempts, 60 + 120 * agents) if mode is DialMode.PREDICTIVE else attempts


def rates_of(figures: Figures) -> Rates:
    if not figures.attempts or not figures.worked:
        return Rates(30.0, 1.0, 0.0, 0.0, 0)
    busy = figures.talked + figures.wrapped
    return Rates(
        search=max(0.5, (figures.worked - busy) / figures.attempts),
        connected=figures.connected / max(1, figures.answered),
        abandoned=figures.abandonment,
        occupancy=figures.occupancy,
        measured=figures.attempts,
    )


def _plenty(plan: Plan, attempts: int) -> Plan:
    """The same kinds of contacts in the same proportions, all due now, enough of them."""
    total = max(1, plan.contacts)
    cohorts = tuple(
        replace(cohort, contacts=max(1, round(attempts * 1.2 * cohort.contacts / total)), due_at=None)
        for cohort in _kinds(plan.cohorts)
    )
    return replace(plan, cohorts=cohorts, horizon=timedelta(days=30), campaign=replace(plan.campaign, end_at=None))


def _kinds(cohorts: tuple[Cohort, ...]) -> tuple[Cohort, ...]:
    kinds: dict[tuple[str, int, int], int] = {}
    for cohort in cohorts:
        key = (cohort.time_zone, cohort.rounds, cohort.numbers)
        kinds[key] = kinds.get(key, 0) + cohort.contacts
    return tuple(Cohort(n, zone, rounds, numbers=numbers) for (zone, rounds, numbers), n in kinds.items())


# --- the calendar ---------------------------------------------------------------------------------


@dataclass(slots=True)
class Walked:
    finished_at: Instant | None = None
    attempts: float = 0.0
    answered: float = 0.0
    connected: float = 0.0
    abandoned: float = 0.0
    left: float = 0.0
    """Contacts still open at the end."""
    busy: float = 0.0
    worked: float = 0.0
    """Agents' seconds while there was something to dial or a talk to finish; idle time at a dry list not counted."""
    by_day: dict[date, float] = field(default_factory=dict)
    """Contacts done by the end of each local day."""


@dataclass(slots=True)
class _Contact:
    zone: str
    rounds: int
    number: int
    numbers: int
    agreed: bool = False
    found: bool = False
    by_event: dict[RetryEvent, int] | None = None


def walk(plan: Plan, rates: Rates, seed: int, *, most: int = MOST) -> Walked:
    """One way it may go. Raises nothing: a list that is not done at the end has no finishing time."""
    return _Walk(plan, rates, seed, most).run()


class _Walk:
    def __init__(self, plan: Plan, rates: Rates, seed: int, most: int) -> None:
        self.plan = plan = plan.ready()
        self.rates, self.laws = rates, plan.laws
        self.of: Random = stream(seed, 21)
        self.scale = max(1.0, plan.expected_attempts() / most)
        self.fresh: dict[str, deque[_Contact]] = {}
        self.again: dict[str, deque[_Contact]] = {}
        self.later: list[tuple[Instant, int, _Contact]] = []
        self.walked = Walked()
        self._placed = 0
        self._done = 0.0
        self._last: Instant = plan.start
        self._fates, self._weights = list(plan.laws.misses), list(plan.laws.misses.values())
        self._classes, self._shares = list(plan.laws.results), list(plan.laws.results.values())
        self._wrap_up = plan.campaign.wrap_up.total_seconds()
        waits = plan.campaign.answer_wait.total_seconds()
        self._in_time = sum(plan.laws.rings.draw(self.of) < waits for _ in range(400)) / 400
        """Of those who would answer, how many do so before the campaign gives up."""
        self.open_contacts = 0
        self._days: dict[date, float] = {}
        self._debt = 0.0
        """Agents' seconds that talks begun in earlier steps still take."""
        for cohort in plan.cohorts:
            self._add(cohort)

    def _add(self, cohort: Cohort) -> None:
        whole, part = divmod(cohort.contacts / self.scale, 1)
        for _ in range(int(whole) + (self.of.random() < part)):
            contact = _Contact(cohort.time_zone, cohort.rounds, 0, cohort.numbers, cohort.agreed, cohort.rounds > 0)
            self.open_contacts += 1
            if cohort.due_at is not None and cohort.due_at > self.plan.start:
                self._put_off(contact, cohort.due_at)
            else:
                (self.again if cohort.rounds else self.fresh).setdefault(contact.zone, deque()).append(contact)

    def _put_off(self, contact: _Contact, at: Instant) -> None:
        self._placed += 1
        heapq.heappush(self.later, (at, self._placed, contact))

    def run(self) -> Walked:
        plan, end = self.plan, self.plan.end
        at = max(plan.start, plan.campaign.start_at or plan.start)
        while self.open_contacts and at < end:
            zones = windows.open_zones(self._config(), plan.zone, at)
            agents = self._agents(at)
            if (zones is not None and not zones) or not agents:
                at = self._next_chance(at, end)
                continue
            self._fall_due(at)
            self._step(at, zones, agents)
            at += STEP
            if not self._waiting() and self.later and self.later[0][0] > at:
                at = self.later[0][0]
        self.walked.left = self.open_contacts * self.scale
        if not self.open_contacts:
            self.walked.finished_at = self._last
        return self.walked

    def _config(self) -> CampaignConfig:
        return self.plan.campaign

    def _agents(self, at: Instant) -> int:
        return sum(shift.agents for shift in self.plan.shifts if shift.working(at, self.plan.zone))

    def _next_chance(self, at: Instant, end: Instant) -> Instant:
        """Closed: on to where something may change, in steps of a quarter of an hour where only shifts decide."""
        change = windows.zones_change_at(self._config(), self.plan.zone, at)
        soon = at + timedelta(minutes=15)
        if windows.open_zones(self._config(), self.plan.zone, at) == frozenset() and change is not None:
            return max(change, at + timedelta(seconds=1)) + ARRIVAL
        return min(soon, end)

    def _waiting(self) -> bool:
        return any(self.fresh.values()) or any(self.again.values())

    def _fall_due(self, at: Instant) -> None:
        while self.later and self.later[0][0] <= at:
            contact = heapq.heappop(self.later)[2]
            self.again.setdefault(contact.zone, deque()).append(contact)

    def _step(self, at: Instant, zones: frozenset[str] | None, agents: int) -> None:
        laws, rates, of = self.laws, self.rates, self.of
        budget = agents * STEP.total_seconds() * self._presence(agents) / self.scale
        spent, begun = self._debt, self._debt
        hours = {zone: at.astimezone(ZoneInfo(zone)).hour for zone in {*self.fresh, *self.again}}
        day = at.astimezone(ZoneInfo(self.plan.zone)).date()
        luck = self._in_time * self._luck(day)
        while spent < budget:
            contact = self._next(zones)
            if contact is None:
                break
            self.walked.attempts += self.scale
            when = at + STEP * min(1.0, spent / budget)
            spent += rates.search
            if of.random() < luck * laws.answered(hours.setdefault(contact.zone, at.hour), contact.rounds):
                spent += self._answers(contact, when)
            else:
                self._misses(contact, when)
        self.walked.worked += (spent - begun) * self.scale
        self._debt = max(0.0, spent - budget)
        self.walked.by_day[day] = self._done * self.scale

    def _luck(self, day: date) -> float:
        if day not in self._days:
            self._days[day] = max(0.2, self.of.gauss(1.0, LUCK))
        return self._days[day]

    def _presence(self, agents: int) -> float:
        """The share of people who are there: on average, with the luck of a small team."""
        present = self.laws.present
        if agents >= 200 or present >= 0.999:
            return present
        spread = (present * (1 - present) / agents) ** 0.5
        return min(1.0, max(0.0, self.of.gauss(present, spread)))

    def _next(self, zones: frozenset[str] | None) -> _Contact | None:
        """Retries that are due go before first attempts."""
        for queues in (self.again, self.fresh):
            for zone, queue in queues.items():
                if queue and (zones is None or zone in zones):
                    return queue.popleft()
        return None

    def _answers(self, contact: _Contact, at: Instant) -> float:
        """What becomes of somebody who answered; the seconds of an agent it takes."""
        of, rates, walked, scale = self.of, self.rates, self.walked, self.scale
        walked.answered += scale
        if of.random() >= rates.connected:
            lost = rates.abandoned / max(1e-9, 1 - rates.connected)
            if of.random() < lost:
                walked.abandoned += scale
            self._again_or_over(contact, RetryEvent.ABANDONED, at)
            return 0.0
        walked.connected += scale
        seconds = self.laws.talks.draw(of) + self._writes()
        walked.busy += seconds * scale
        ends = at + timedelta(seconds=seconds)
        said = of.choices(self._classes, self._shares)[0]
        contact.agreed = False
        if said is ResultClass.CALL_BACK:
            contact.rounds += 1
            contact.number, contact.agreed = 0, True
            self._put_off(contact, ends + timedelta(seconds=self.laws.calls_back_in.draw(of)))
        elif said is ResultClass.UNREACHABLE:
            self._again_or_over(contact, RetryEvent.DROPPED, ends)
        else:
            self._over(ends)
        return seconds

    def _writes(self) -> float:
        """Wrap-up: as long as the agent writes where Ready may be pressed, never longer than the campaign gives."""
        if not self.plan.campaign.ready_early:
            return self._wrap_up
        return min(self._wrap_up, self.laws.wraps.draw(self.of))

    def _misses(self, contact: _Contact, at: Instant) -> None:
        fate = self.of.choices(self._fates, self._weights)[0]
        event = EVENTS[fate]
        if contact.number + 1 < contact.numbers:
            self._count(contact, event)
            contact.number += 1
            self.again.setdefault(contact.zone, deque()).append(contact)
            return
        if fate is Fate.NOT_FOUND and not contact.found:
            self._over(at + STEP / 10)
            return
        contact.found = contact.found or event is not RetryEvent.UNAVAILABLE
        self._again_or_over(contact, event, at)

    def _count(self, contact: _Contact, event: RetryEvent) -> int:
        if contact.by_event is None:
            contact.by_event = {}
        contact.by_event[event] = n = contact.by_event.get(event, 0) + 1
        return n

    def _again_or_over(self, contact: _Contact, event: RetryEvent, at: Instant) -> None:
        """``engine.rules.retry`` for one whose round ended without a last word."""
        plan = self.plan.campaign.retry
        own, met = plan.events.get(event), self._count(contact, event)
        contact.rounds += 1
        contact.number, contact.agreed = 0, False
        if contact.rounds >= plan.max_attempts or (own is not None and met >= own.attempts):
            self._over(at + self.plan.campaign.answer_wait)
        else:
            self._put_off(contact, at + (own.wait if own is not None else plan.gap))

    def _over(self, at: Instant) -> None:
        self.open_contacts -= 1
        self._done += 1
        self._last = max(self._last, at)
