"""The abandonment governor: what was lost, against what may be lost. It stands over every pacing method (CAM-486, 488).

Two measures: the last 200 live answers, and the window the law counts by (30 days, 24 hours, the campaign's day). Over
the limit in either, a campaign dials one call per free agent. Chance alone takes 200 answers of an honest 3 % process
over 3 % nearly half of the time, so a method that steers its own risk (Adaptive) is stopped by the last 200 only where
chance is no explanation any more, and goes on when they are within the limit again.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from campana.engine.words import BudgetWindow, Governed
from campana.kernel.clock import Instant, local

PROMPTLY: Final = timedelta(seconds=2)
"""After the answer an agent must be there (16 CFR 310.4(b)(4))."""
RECENT: Final = 200
SLOT: Final = timedelta(minutes=15)
LONGEST: Final = timedelta(days=30)
BY_CHANCE: Final = 2.0
"""Standard deviations by which the last answers may lie over the limit before chance is no explanation."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A live answer that has been judged: was it abandoned, and was an agent there only after two seconds?"""

    at: Instant
    abandoned: bool
    late: bool

    def lost(self, governed: Governed) -> bool:
        return self.late if governed is Governed.LATE else self.abandoned


@dataclass(frozen=True, slots=True)
class Counted:
    """Live answers of a quarter of an hour, and what was lost of them."""

    slot: Instant
    answers: int
    abandoned: int
    late: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How a campaign stands to its limit now."""

    answers: int
    """In the window."""
    lost: int
    recent_answers: int
    recent_lost: int
    over: bool

    @property
    def recent_rate(self) -> float:
        return self.recent_lost / self.recent_answers if self.recent_answers else 0.0

    def left(self, limit: float) -> float:
        """Calls that may still be lost in the window; negative when too many were."""
        return limit * self.answers - self.lost


class Governor:
    """Counts one campaign's live answers, by both figures, so that the governed one can be changed at any time."""

    def __init__(self) -> None:
        self._recent: deque[Answer] = deque(maxlen=RECENT)
        self._slots: dict[Instant, list[int]] = {}
        self._stopped = False

    def remember(self, recent: Iterable[Answer], slots: Iterable[Counted]) -> None:
        """What was counted before this engine: the last answers, oldest first, and the sums of the last 30 days."""
        self._recent.extend(recent)
        for counted in slots:
            sums = self._slots.setdefault(slot_of(counted.slot), [0, 0, 0])
            sums[0] += counted.answers
            sums[1] += counted.abandoned
            sums[2] += counted.late

    def count(self, answer: Answer) -> None:
        self._recent.append(answer)
        sums = self._slots.setdefault(slot_of(answer.at), [0, 0, 0])
        sums[0] += 1
        sums[1] += answer.abandoned
        sums[2] += answer.late

    def standing(
        self,
        *,
        limit: float | None,
        governed: Governed,
        window: BudgetWindow,
        zone: str,
        now: Instant,
        allow_for_chance: bool,
    ) -> Standing:
        """``allow_for_chance``: the method steers its own risk (see above)."""
        answers, lost = self._in_window(window, governed, zone, now)
        recent = len(self._recent)
        recent_lost = sum(answer.lost(governed) for answer in self._recent)
        if limit is None:
            return Standing(answers, lost, recent, recent_lost, over=False)
        spent = lost > limit * answers + 1e-9
        above = recent_lost - limit * recent
        bearable = BY_CHANCE * math.sqrt(max(0.0, limit * (1 - limit)) * recent) if allow_for_chance else 0.0
        if above > bearable + 1e-9:
            self._stopped = True
        elif above <= 1e-9:
            self._stopped = False
        return Standing(answers, lost, recent, recent_lost, over=spent or self._stopped)

    def _in_window(self, window: BudgetWindow, governed: Governed, zone: str, now: Instant) -> tuple[int, int]:
        since = _since(window, zone, now)
        for old in [slot for slot in self._slots if slot < now - LONGEST - SLOT]:
            del self._slots[old]
        which = 2 if governed is Governed.LATE else 1
        inside = [sums for slot, sums in self._slots.items() if slot >= since]
        return sum(sums[0] for sums in inside), sum(sums[which] for sums in inside)


def slot_of(at: Instant) -> Instant:
    moment = int(at.timestamp())
    return datetime.fromtimestamp(moment - moment % int(SLOT.total_seconds()), UTC)


def _since(window: BudgetWindow, zone: str, now: Instant) -> Instant:
    """Whole quarters of an hour: the one in which the window begins counts as a whole."""
    if window is BudgetWindow.DAY:
        return local(now, zone).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
    return slot_of(now - (LONGEST if window is BudgetWindow.DAYS_30 else timedelta(hours=24)))
