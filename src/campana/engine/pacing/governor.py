"""The abandonment governor: what was lost, against what may be lost. It stands over every pacing method (CAM-486, 488).

Two measures: the last 200 live answers, and the window the law counts by (30 days, 24 hours, the campaign's day). Over
the limit in either, a campaign dials one call per free agent. Chance alone takes 200 answers of an honest 3 % process
over 3 % nearly half of the time, so a method that steers its own risk (Adaptive) is stopped by the last 200 only where
chance is no explanation any more, and goes on when they are within the limit again.

A person taken for a machine is hung up without a word. Nobody can count those, so a share of the calls taken for
machines is held to be such people: live answers that were lost.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from campana.engine.words import BudgetWindow, Governed
from campana.kernel.clock import Instant, local

PROMPTLY: Final = timedelta(seconds=2)
"""After the answer an agent must be there (16 CFR 310.4(b)(4))."""
RECENT: Final = 200
MOST_MACHINES: Final = 2000
"""Of the calls taken for machines so many are remembered beside the recent answers."""
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
    machines: int = 0
    """Calls that machine detection took for machines."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a campaign stands to its limit now."""

    answers: int
    """In the window."""
    lost: int
    recent_answers: int
    recent_lost: int
    over: bool
    silent: float = 0.0
    """People taken for machines, as estimated, in the window: live answers that were lost, in no other figure here."""
    recent_silent: float = 0.0

    @property
    def recent_rate(self) -> float:
        answers = self.recent_answers + self.recent_silent
        return (self.recent_lost + self.recent_silent) / answers if answers else 0.0

    def left(self, limit: float) -> float:
        """Calls that may still be lost in the window; negative when too many were."""
        return limit * (self.answers + self.silent) - self.lost - self.silent


class Governor:
    """Counts one campaign's live answers, by both figures, so that the governed one can be changed at any time."""

    def __init__(self) -> None:
        self._recent: deque[Answer] = deque(maxlen=RECENT)
        self._machines: deque[Instant] = deque(maxlen=MOST_MACHINES)
        """When detection said machine, since the oldest of the recent answers."""
        self._slots: dict[Instant, list[int]] = {}
        self._stopped = False

    def remember(self, recent: Iterable[Answer], slots: Iterable[Counted], machines: Iterable[Instant] = ()) -> None:
        """What was counted before this engine: the last answers, oldest first, the sums of the last 30 days, and when
        detection said machine since the first of those answers."""
        self._recent.extend(recent)
        self._machines.extend(machines)
        for counted in slots:
            self._add(counted.slot, counted.answers, counted.abandoned, counted.late, counted.machines)

    def count(self, answer: Answer) -> None:
        self._recent.append(answer)
        while len(self._recent) == RECENT and self._machines and self._machines[0] < self._recent[0].at:
            self._machines.popleft()
        self._add(answer.at, 1, answer.abandoned, answer.late, 0)

    def count_machine(self, at: Instant) -> None:
        self._machines.append(at)
        self._add(at, 0, 0, 0, 1)

    def _add(self, at: Instant, *counts: int) -> None:
        sums = self._slots.setdefault(slot_of(at), [0, 0, 0, 0])
        for place, count in enumerate(counts):
            sums[place] += count

    def standing(
        self,
        *,
        limit: float | None,
        governed: Governed,
        window: BudgetWindow,
        zone: str,
        now: Instant,
        allow_for_chance: bool,
        false_machines: float = 0.0,
    ) -> Standing:
        """``allow_for_chance``: the method steers its own risk (see above). ``false_machines``: of the calls taken for
        machines the share that is held to be people, and so lost."""
        answers, lost, machines = self._in_window(window, governed, zone, now)
        recent: float = len(self._recent)
        recent_lost = sum(answer.lost(governed) for answer in self._recent)
        silent, recent_silent = false_machines * machines, false_machines * len(self._machines)
        standing = Standing(answers, lost, len(self._recent), recent_lost, False, silent, recent_silent)
        if limit is None:
            return standing
        spent = standing.left(limit) < -1e-9
        recent += recent_silent
        above = recent_lost + recent_silent - limit * recent
        bearable = BY_CHANCE * math.sqrt(max(0.0, limit * (1 - limit)) * recent) if allow_for_chance else 0.0
        if above > bearable + 1e-9:
            self._stopped = True
        elif above <= 1e-9:
            self._stopped = False
        return replace(standing, over=spent or self._stopped)

    def _in_window(self, window: BudgetWindow, governed: Governed, zone: str, now: Instant) -> tuple[int, int, int]:
        """Live answers, those lost, and machines."""
        since = _since(window, zone, now)
        for old in [slot for slot in self._slots if slot < now - LONGEST - SLOT]:
            del self._slots[old]
        which = 2 if governed is Governed.LATE else 1
        inside = [sums for slot, sums in self._slots.items() if slot >= since]
        return sum(sums[0] for sums in inside), sum(sums[which] for sums in inside), sum(sums[3] for sums in inside)


def slot_of(at: Instant) -> Instant:
    moment = int(at.timestamp())
    return datetime.fromtimestamp(moment - moment % int(SLOT.total_seconds()), UTC)


def _since(window: BudgetWindow, zone: str, now: Instant) -> Instant:
    """Whole quarters of an hour: the one in which the window begins counts as a whole."""
    if window is BudgetWindow.DAY:
        return local(now, zone).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
    return slot_of(now - (LONGEST if window is BudgetWindow.DAYS_30 else timedelta(hours=24)))
