"""What is to be expected of a campaign: ranges from repeated simulation, over luck and over what is not known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from campana.kernel.clock import Instant
from campana.sim.campaign.evidence import Evidence, quantile
from campana.sim.campaign.plan import Laws, Plan
from campana.sim.campaign.walk import Rates, Walked, measure, walk
from campana.sim.laws import stream

LOW: Final = 0.1
HIGH: Final = 0.9
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Effort:
    draws: int = 10
    """Laws that are drawn, each with a run of the engine of its own."""
    walks: int = 8
    """Walks through the calendar with each of them."""
    attempts: int = 1000
    """Attempts the engine makes for each."""


USUAL: Final = Effort()


@dataclass(frozen=True, slots=True)
class Range:
    """In four of five cases between ``low`` and ``high``, half of them below ``middle``."""

    low: float
    middle: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Range:
        return cls(quantile(values, LOW), quantile(values, 0.5), quantile(values, HIGH))


@dataclass(frozen=True, slots=True)
class Outlook:
    """``early``, ``middle`` and ``late``: when the list is done; None: not before the campaign's end."""

    early: Instant | None
    middle: Instant | None
    late: Instant | None
    done: float
    """Share of the simulated campaigns whose list was done before the end, 0 to 1."""
    left: Range
    """Contacts still open at the end."""
    attempts: Range
    answered: Range
    occupancy: Range
    abandonment: Range
    answer_rate: Range
    hours: Range
    """Hours of agents' work it takes."""
    runs: int = 0
    measured: int = 0
    """Attempts the engine itself made for this."""
    days: tuple[tuple[date, float, float, float], ...] = field(default=())
    """Contacts done by the end of each day: low, middle, high."""


def outlook(
    plan: Plan,
    evidence: Evidence,
    *,
    seed: int = 1,
    effort: Effort = USUAL,
    change: Callable[[Laws], Laws] = lambda laws: laws,
    progress: Progress = lambda done, of: None,
) -> Outlook:
    """The same seed draws the same laws, so two plans compared differ by what was changed and not by luck.

    ``change`` alters the drawn laws: a "what if" that fixes the answer rate.
    """
    of = stream(seed, 31)
    draws = effort.draws
    ways: list[tuple[Walked, Rates]] = []
    for n, laws in enumerate(evidence.draws(draws, of), start=1):
        drawn = replace(plan, laws=change(laws))
        rates = measure(drawn, seed * 1000 + n, attempts=effort.attempts)
        ways += [(walk(drawn, rates, seed * 1000 + n * 100 + each), rates) for each in range(effort.walks)]
        progress(n, draws)
    return summed_up(plan, ways, measured=draws * effort.attempts)


def summed_up(plan: Plan, ways: Sequence[tuple[Walked, Rates]], *, measured: int) -> Outlook:
    walked = [way for way, _ in ways]
    never = (plan.end + timedelta(days=3650)).timestamp()
    ends = [way.finished_at.timestamp() if way.finished_at else never for way in walked]
    return Outlook(
        early=_instant(ends, LOW, never),
        middle=_instant(ends, 0.5, never),
        late=_instant(ends, HIGH, never),
        done=sum(way.finished_at is not None for way in walked) / len(walked),
        left=Range.of([way.left for way in walked]),
        attempts=Range.of([way.attempts for way in walked]),
        answered=Range.of([way.answered for way in walked]),
        occupancy=Range.of([way.busy / way.worked if way.worked else 0.0 for way in walked]),
        abandonment=Range.of([rates.abandoned for _, rates in ways]),
        answer_rate=Range.of([way.answered / way.attempts if way.attempts else 0.0 for way in walked]),
        hours=Range.of([way.worked / 3600 for way in walked]),
        runs=len(ways),
        measured=measured,
        days=_days(walked),
    )


def _instant(ends: Sequence[float], share: float, never: float) -> Instant | None:
    """An end that one of them had: between two of them may lie a night or a weekend. None as soon as a campaign that
    is not done takes part in it."""
    ordered = sorted(ends)
    place = share * (len(ordered) - 1)
    if ordered[min(len(ordered) - 1, int(place) + (place % 1 > 0))] >= never:
        return None
    return datetime.fromtimestamp(ordered[round(place)], UTC)


def _days(walked: Sequence[Walked]) -> tuple[tuple[date, float, float, float], ...]:
    found = sorted({day for way in walked for day in way.by_day})
    rows = []
    reached = [0.0] * len(walked)
    for day in found:
        reached = [way.by_day.get(day, before) for way, before in zip(walked, reached, strict=True)]
        spread = Range.of(reached)
        rows.append((day, spread.low, spread.middle, spread.high))
    return tuple(rows)
