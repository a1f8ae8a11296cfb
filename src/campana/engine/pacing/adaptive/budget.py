"""What risk to accept now, so that the whole ends just under the limit.

The price of an abandoned call is one number, moved by every live answer: an answer that found an agent raises the
accepted risk a little, an abandoned one lowers it much. It steers to 98.5 % of the limit, keeps some calls in
reserve, and never aims far above the limit, so saved budget is not spent in one burst.

The price is slow, and the end of a day comes unannounced. So the calls that may still be lost are counted as well:
with few left the accepted risk falls at once, e-fold with each, whatever the price says.
"""

from __future__ import annotations

import math
from typing import Final

GAIN: Final = 0.25
AIM: Final = 0.985
RESERVE: Final = 1.5
RESERVE_GROWS: Final = 0.3
"""Abandoned calls left to the limit in the steady state, and how many more for each root of those that might
be lost so far: nobody says when the day ends, and it has to end under it."""
GUARDED: Final = 2.0
"""Calls that may still be lost, below which the accepted risk falls at once."""
LEAST_RISK: Final = 0.02
STRICT: Final = 0.25
"""What is left of the risk besides where one more abandoned call would cross the limit."""
SHORTEST_DAY: Final = 3 * 3600.0
"""Seconds a day is taken to last at least. Before that a small team may lose one call on account of the answers still
to come: at its first answers it could not dial ahead at all otherwise."""
ON_ACCOUNT: Final = 0.8
"""The part of those answers that is counted on, at the pace of those that came."""
PACE_KNOWN: Final = 60.0
BRISK: Final = 1800.0
"""Seconds in which a team earns one call that may be lost; one that earns it sooner needs that much less on account."""
PAYBACK: Final = 80.0
"""Live answers within which a surplus or a debt is worked off."""
DEAD_TIME: Final = 20.0
"""Seconds from a launch until its answer is judged. What a large team does within it is paced by the old price, so
every step and payback has to be gentle against the answers that come meanwhile, or the price swings up and down."""
STEADY: Final = 0.2
"""The most that all abandoned calls of one dead time, at the limit, may move ln(price)."""
PAYBACK_DEAD_TIMES: Final = 5.0
CALM: Final = 0.5
CALM_ANSWERS: Final = 100.0
"""A team with so many answers in one dead time leaves this share of its limit unspent, a smaller one less of it. Its
losses come in clusters, when everybody is busy for the same seconds, and its thousand answers are two minutes; it loses
little by it."""
LOWEST_AIM, HIGHEST_AIM = 0.05, 1.15
LOWEST_RISK, HIGHEST_RISK, HIGHEST_CALM_RISK = 0.05, 6.0, 1.4
"""The last for such a large team: while it logs in nobody is lost and the price would climb; when the last has come
it would fall from high."""


class Budget:
    def __init__(self, max_abandon: float) -> None:
        self._limit = max_abandon
        self._log = 0.0
        """ln(accepted risk / target)"""
        self._recent = 0.0
        """Live answers within about one dead time."""
        self._seconds = 0.0
        self.answers = 0
        self.abandoned = 0

    def set_limit(self, max_abandon: float) -> None:
        self._limit = max_abandon

    def wait(self, seconds: float) -> None:
        self._seconds += seconds
        self._recent *= math.exp(-seconds / DEAD_TIME)

    def answer(self, *, abandoned: bool) -> None:
        self.answers += 1
        self._recent += 1.0
        self.abandoned += abandoned
        if self._limit <= 0:
            return
        payback = max(PAYBACK, PAYBACK_DEAD_TIMES * self._recent)
        target = self._target
        reserve = RESERVE + RESERVE_GROWS * math.sqrt(self._limit * self.answers)
        surplus = (AIM * target * self.answers - self.abandoned - reserve) / payback
        aim = min(max(target + surplus, LOWEST_AIM * target), HIGHEST_AIM * target)
        gain = min(GAIN, STEADY / (self._limit * self._recent))
        self._log += gain * (aim - abandoned)
        highest = math.log(HIGHEST_RISK) * (1.0 - self._crowd) + math.log(HIGHEST_CALM_RISK) * self._crowd
        self._log = min(max(self._log, math.log(LOWEST_RISK)), highest)

    def accepted(self, waiting: int = 0) -> float:
        """The risk a call may leave with now. ``waiting``: customers without an agent, who may yet be lost."""
        left = self._limit * self.answers - self.abandoned - waiting + self._on_account
        guarded = math.exp(min(self._log, left) - max(0.0, GUARDED - left))
        return self._target * max(LEAST_RISK, guarded * (STRICT if left < 1.0 else 1.0))

    @property
    def _on_account(self) -> float:
        """Calls, one at most, that may be lost before their answers came: a day is seldom over so soon."""
        earned = self._limit * self.answers
        if not earned or self._seconds < PACE_KNOWN:
            return 0.0
        pace = self._seconds / earned
        coming = ON_ACCOUNT * max(0.0, SHORTEST_DAY - self._seconds) / pace
        return min(1.0, coming) * min(1.0, pace / BRISK)

    @property
    def _crowd(self) -> float:
        return min(1.0, self._recent / CALM_ANSWERS)

    @property
    def _target(self) -> float:
        return self._limit * (1.0 - CALM * self._crowd)
