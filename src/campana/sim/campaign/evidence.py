"""What was seen of calls, and the laws it allows: not one guess but as many as are drawn.

From few observations the laws come out far apart, from many close together; that is how a forecast's range is honest
about what is not known yet. Calls of other campaigns count as hearsay: they say where a new campaign is likely to lie,
its own calls soon outweigh them.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from statistics import NormalDist, fmean
from typing import Final, TypeVar

from campana.engine.words import Outcome, ResultClass
from campana.sim.callees import Fate
from campana.sim.campaign.plan import MISSES, RESULTS, Laws, Sampled
from campana.sim.laws import Law

FATES: Final[Mapping[str, Fate]] = {
    Outcome.NO_ANSWER: Fate.NO_ANSWER,
    Outcome.BUSY: Fate.BUSY,
    Outcome.REJECTED: Fate.REJECTED,
    Outcome.UNAVAILABLE: Fate.UNAVAILABLE,
    Outcome.CONGESTION: Fate.CONGESTION,
    Outcome.INVALID_NUMBER: Fate.NOT_FOUND,
    Outcome.MACHINE: Fate.MACHINE,
}
ANSWERED: Final = frozenset({Outcome.ANSWERED, Outcome.ABANDONED, Outcome.HUNG_UP_WAITING})
KEPT: Final = 600
"""Times of each kind that are kept."""
ROUNDS: Final = 4
LATER: Final = (1.0, 0.85, 0.75, 0.7)
"""What later rounds are likely to bring of the first one's answers, before anything was seen."""
FIRST_GUESS: Final = (0.3, 8.0)
"""Share of answers before anything was seen, and how many attempts that guess is worth."""
ALIKE: Final = 30.0
"""How many attempts the organisation's other campaigns are worth for a new one, at most."""
TALK_GUESS: Final = 120.0
"""Mean talk before anything was seen."""
TALK_APART: Final = 0.25
"""Spread of the logarithm of the mean talk between campaigns of one organisation."""
TALK_ALONE: Final = 0.4
"""The same without any other campaign."""
LUCK: Final = 0.08
"""How far a day's share of answers lies from the average of days, as a share of itself: one standard deviation."""
PRESENT_GUESS: Final = (0.85, 6.0)
"""Share of their hours in which agents are there, and how many observations that guess is worth."""
Kind = TypeVar("Kind", Fate, ResultClass)


@dataclass(frozen=True, slots=True)
class Seen:
    """One attempt that is over. ``rounds``: those before it. Times in seconds, None where there is none."""

    hour: int
    rounds: int
    outcome: str
    rang: float = 0.0
    """From the dialling to the answer, or to the end of an attempt without one."""
    talked: float | None = None
    wrapped: float | None = None
    result: ResultClass | None = None
    calls_back_in: float | None = None
    day: int = 0
    """Any number that tells local days apart."""


@dataclass(slots=True)
class Seeing:
    """Counts and times, added up."""

    tried: Counter[tuple[int, int]] = field(default_factory=Counter)
    """Attempts by hour and round."""
    answered: Counter[tuple[int, int]] = field(default_factory=Counter)
    misses: Counter[Fate] = field(default_factory=Counter)
    results: Counter[ResultClass] = field(default_factory=Counter)
    rings: list[float] = field(default_factory=list)
    refusals: list[float] = field(default_factory=list)
    talks: list[float] = field(default_factory=list)
    wraps: list[float] = field(default_factory=list)
    callbacks: list[float] = field(default_factory=list)
    days: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, rows: Iterable[Seen]) -> Seeing:
        seeing = cls()
        for row in rows:
            seeing.add(row)
        return seeing

    def add(self, row: Seen) -> None:
        """Attempts that failed for our own sake (a dead trunk, a cancelled call) say nothing about callees."""
        self.days.add(row.day)
        place = row.hour, min(row.rounds, ROUNDS - 1)
        if row.outcome in ANSWERED:
            self.tried[place] += 1
            self.answered[place] += 1
            _keep(self.rings, row.rang)
        elif row.outcome in FATES:
            fate = FATES[row.outcome]
            self.tried[place] += 1
            self.misses[fate] += 1
            if fate not in {Fate.NO_ANSWER, Fate.MACHINE}:
                _keep(self.refusals, row.rang)
        if row.talked is not None:
            _keep(self.talks, row.talked)
        if row.wrapped is not None:
            _keep(self.wraps, row.wrapped)
        if row.result is not None:
            self.results[row.result] += 1
        if row.calls_back_in is not None:
            _keep(self.callbacks, max(60.0, row.calls_back_in))

    @property
    def attempts(self) -> int:
        return self.tried.total()


def _keep(times: list[float], seconds: float) -> None:
    if len(times) < KEPT:
        times.append(max(0.1, seconds))


@dataclass(frozen=True, slots=True)
class Evidence:
    own: Seeing = field(default_factory=Seeing)
    others: Seeing = field(default_factory=Seeing)
    present: float = 0.0
    """Seconds in which agents were there, of ``expected`` seconds of their hours."""
    expected: float = 0.0

    @property
    def attempts(self) -> int:
        return self.own.attempts + self.others.attempts

    def answer_seen(self) -> float:
        """The plain share of this campaign's own attempts that were answered, else of all."""
        seen = self.own if self.own.attempts >= 30 else self._both()
        return seen.answered.total() / seen.attempts if seen.attempts else FIRST_GUESS[0]

    def _both(self) -> Seeing:
        return Seeing(self.own.tried + self.others.tried, self.own.answered + self.others.answered)

    def draws(self, number: int, of: Random) -> list[Laws]:
        """So many laws that fit what was seen. What matters most is drawn from every part of its range once."""
        answers, talks, presents = (_spread(number, of) for _ in range(3))
        return [self._draw(of, *each) for each in zip(answers, talks, presents, strict=True)]

    def _draw(self, of: Random, u_answer: float, u_talk: float, u_present: float) -> Laws:
        by_hour, by_round = self._factors(of)
        values, scale = self._talks(u_talk)
        plain = Laws()
        return Laws(
            answer=self._answer(u_answer, by_hour, by_round, of),
            by_hour=by_hour,
            by_round=by_round,
            misses=self._misses(of),
            rings=self._times("rings", plain.rings),
            refuses=self._times("refusals", plain.refuses),
            talks=Sampled(values, scale),
            wraps=self._times("wraps", plain.wraps),
            results=self._results(of),
            calls_back_in=self._times("callbacks", plain.calls_back_in, least=8),
            present=self._present(u_present, of),
        )

    def _factors(self, of: Random) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Of hours and of rounds, each against the average of the other; drawn within what the counts allow."""
        both = self._both()
        first = [(h, r) for h, r in both.tried if r == 0]
        tried = sum(both.tried[place] for place in first)
        rate = (sum(both.answered[place] for place in first) + 3) / (tried + 10)
        rounds = []
        for n in range(ROUNDS):
            met = sum(count for (_, r), count in both.answered.items() if r == n)
            expected = rate * sum(count for (_, r), count in both.tried.items() if r == n)
            rounds.append(1.0 if n == 0 else (_gamma(of, met + 15 * LATER[n])) / (expected + 15))
        hours = []
        for hour in range(24):
            met = sum(count for (h, _), count in both.answered.items() if h == hour)
            expected = rate * sum(count * rounds[r] for (h, r), count in both.tried.items() if h == hour)
            hours.append(_gamma(of, met + 25) / (expected + 25))
        weights = [sum(count for (h, _), count in both.tried.items() if h == hour) + 0.1 for hour in range(24)]
        mean = sum(w * f for w, f in zip(weights, hours, strict=True)) / sum(weights)
        return tuple(f / mean for f in hours), tuple(rounds)

    def _answer(self, u: float, by_hour: Sequence[float], by_round: Sequence[float], of: Random) -> float:
        guess, worth = FIRST_GUESS
        others = self.others.answered.total() + guess * worth
        known = _weighed(self.others, by_hour, by_round) + worth
        mean, worth = min(0.95, others / known), min(ALIKE, known)
        weighed = _weighed(self.own, by_hour, by_round)
        met, tried = _of_few_days(self.own.answered.total(), weighed, len(self.own.days))
        return _beta(mean * worth + met, max(0.5, (1 - mean) * worth + tried - met), u, of)

    def _talks(self, u: float) -> tuple[tuple[float, ...], float]:
        own, others = self.own.talks, self.others.talks
        pool = tuple(own + others) if len(own) < 100 else tuple(own)
        if not pool:
            wide = NormalDist(math.log(TALK_GUESS), TALK_ALONE)
            return _LIKELY_TALKS, math.exp(wide.inv_cdf(u)) / fmean(_LIKELY_TALKS)
        centre, sure = (fmean(others), 1 / TALK_APART**2) if others else (TALK_GUESS, 1 / TALK_ALONE**2)
        varies = _variation(pool) ** 2
        weight = len(own) / varies
        middle = (math.log(centre) * sure + (math.log(fmean(own)) * weight if own else 0.0)) / (sure + weight)
        law = NormalDist(middle, (1 / (sure + weight)) ** 0.5)
        return pool, math.exp(law.inv_cdf(u)) / fmean(pool)

    def _times(self, kind: str, otherwise: Law, *, least: int = 20) -> Law:
        own: list[float] = getattr(self.own, kind)
        found = own if len(own) >= least else own + getattr(self.others, kind)
        return Sampled(tuple(found)) if len(found) >= least else otherwise

    def _misses(self, of: Random) -> Mapping[Fate, float]:
        found = _counts(self.own.misses, self.others.misses, MISSES)
        return {fate: _gamma(of, 12 * MISSES.get(fate, 0.0) + n) for fate, n in found.items()}

    def _results(self, of: Random) -> Mapping[ResultClass, float]:
        found = _counts(self.own.results, self.others.results, RESULTS)
        return {kind: _gamma(of, 6 * RESULTS.get(kind, 0.0) + n) for kind, n in found.items()}

    def _present(self, u: float, of: Random) -> float:
        """A person's day is worth about three observations."""
        mean, worth = PRESENT_GUESS
        days = self.expected / (8 * 3600)
        share = min(1.0, self.present / self.expected) if self.expected else 0.0
        return min(0.995, _beta(mean * worth + share * 3 * days, (1 - mean) * worth + (1 - share) * 3 * days, u, of))


def _counts(own: Counter[Kind], others: Counter[Kind], known: Mapping[Kind, float]) -> dict[Kind, float]:
    """The own ones whole, the others as hearsay. In the order of ``known``, so that a seed draws the same."""
    hearsay = min(1.0, ALIKE / max(1, others.total()))
    found: dict[Kind, float] = {}
    kinds: tuple[Iterable[Kind], ...] = (known, own, others)
    for some in kinds:
        found.update((each, own[each] + hearsay * others[each]) for each in some)
    return found


def _weighed(seen: Seeing, by_hour: Sequence[float], by_round: Sequence[float]) -> float:
    """Attempts of an average hour and a first round that would have brought as many answers."""
    return sum(n * by_hour[hour] * by_round[rounds] for (hour, rounds), n in seen.tried.items())


def _of_few_days(met: float, tried: float, days: int) -> tuple[float, float]:
    """Many attempts of one day know that day: what they are worth for other days is bounded by ``LUCK``."""
    if not tried or not days:
        return met, tried
    share = min(0.95, max(0.02, met / tried))
    odds = (1 - share) / share
    worth = odds / (odds / tried + LUCK**2 / days) / tried
    return met * worth, tried * worth


def _spread(number: int, of: Random) -> list[float]:
    places = [(n + 0.5) / number for n in range(number)]
    of.shuffle(places)
    return places


def _gamma(of: Random, shape: float) -> float:
    return of.gammavariate(shape, 1.0) if shape > 0 else 0.0


def _beta(a: float, b: float, u: float, of: Random) -> float:
    """The quantile ``u`` of a beta law, from draws: exact enough for ranges, and it needs no library."""
    draws = sorted(of.betavariate(max(a, 0.05), max(b, 0.05)) for _ in range(199))
    return draws[min(198, int(u * 199))]


def _variation(values: Sequence[float]) -> float:
    """Standard deviation over mean, never less than a half: talks are rarely more alike."""
    mean = fmean(values)
    return max(0.5, (fmean((value - mean) ** 2 for value in values) ** 0.5) / mean) if len(values) > 20 else 0.9


_LIKELY_TALKS: Final = tuple(100.0 * math.exp(0.7 * NormalDist().inv_cdf((n + 0.5) / 40)) for n in range(40))


def quantile(values: Sequence[float], share: float) -> float:
    """Of values in any order, between its neighbours."""
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def share_below(values: Sequence[float], limit: float) -> float:
    ordered = sorted(values)
    return bisect_left(ordered, limit) / len(ordered) if ordered else 0.0
