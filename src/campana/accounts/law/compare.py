"""Where settings are looser than a law pack, and what would be stricter. Pure.

Another window than the law's counts as looser, whichever it is: the figure is then not the law's. That nobody came
two seconds (``late``) takes in all that ``abandoned`` does but people who hang up at once: it is the stricter.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from campana.accounts.law.packs import Pack
from campana.engine.words import BudgetWindow, Governed
from campana.kernel.windows import Period, common, merge


class Point(StrEnum):
    LIMIT = "limit"
    WINDOW = "window"
    GOVERNED = "governed"
    RING = "ring"
    MESSAGE = "message"
    CALLS_A_DAY = "calls_a_day"
    HOURS = "hours"
    CLOCK = "clock"


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignRules:
    """What a campaign keeps to. ``hours``: periods of the week, none for all of it; ``limit`` None: no limit."""

    dials_ahead: bool
    """More calls than agents: only then is anybody abandoned by the pace."""
    limit: float | None
    window: BudgetWindow
    governed: Governed
    ring: int
    message: bool
    attempts_a_day: int
    """Calls to one number in 24 hours, as retries and the organisation's cap would have it."""
    hours: tuple[Period, ...]
    callees_clock: bool


def looser(pack: Pack, rules: CampaignRules) -> list[Point]:
    """The points of the pack that a campaign does not keep."""
    return [*(_ahead(pack, rules) if rules.dials_ahead else ()), *_always(pack, rules)]


def _ahead(pack: Pack, rules: CampaignRules) -> Iterable[Point]:
    if pack.most_abandoned and (rules.limit is None or rules.limit > pack.most_abandoned.value):
        yield Point.LIMIT
    if pack.window and rules.window != pack.window.value:
        yield Point.WINDOW
    if pack.governed and pack.governed.value == Governed.LATE != rules.governed:
        yield Point.GOVERNED
    if pack.message and not rules.message:
        yield Point.MESSAGE


def _always(pack: Pack, rules: CampaignRules) -> Iterable[Point]:
    if pack.ring and rules.ring < pack.ring.value:
        yield Point.RING
    if pack.calls_a_day and rules.attempts_a_day > pack.calls_a_day.value:
        yield Point.CALLS_A_DAY
    if pack.hours:
        if not within(rules.hours, pack.hours.value):
            yield Point.HOURS
        if not rules.callees_clock:
            yield Point.CLOCK


def within(hours: Iterable[Period], law: Iterable[Period]) -> bool:
    """Whether these hours, which are all hours when there are none, leave the law's nowhere."""
    own = merge(hours)
    return bool(own) and common(own, law) == own


@dataclass(frozen=True, slots=True)
class Stricter:
    """What an organisation would have to set; None where what it has keeps to the pack, or the pack says nothing."""

    cap: int | None = None
    hours: tuple[Period, ...] | None = None

    def __bool__(self) -> bool:
        return self.cap is not None or self.hours is not None


def stricter(pack: Pack, *, cap: int, hours: Iterable[Period]) -> Stricter:
    """``cap``: calls to one number in 24 hours, 0 for no limit; ``hours``: those of every call, none for all.

    Never looser than what is there: hours become those that are both theirs and the law's, which may leave none.
    """
    most, law = pack.calls_a_day, pack.hours
    own = merge(hours)
    new_cap = most.value if most and (not cap or cap > most.value) else None
    if law is None or within(own, law.value):
        return Stricter(new_cap)
    return Stricter(new_cap, common(own, law.value) if own else merge(law.value))
