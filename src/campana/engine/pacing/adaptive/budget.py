"""What risk to accept now, so that the whole ends just under the limit.

The price of an abandoned call is one number, moved by every live answer: an answer that found an agent raises the
accepted risk a little, an abandoned one lowers it much. It steers to 98.5 % of the limit, keeps two and a half
calls in reserve, and never aims far above the limit, so saved budget is not spent in one burst.
"""

from __future__ import annotations

import math
from typing import Final

GAIN: Final = 0.25
AIM: Final = 0.985
RESERVE: Final = 2.5
"""Abandoned calls left to the limit in the steady state: nobody says when the day ends, and it has to end under it."""
PAYBACK: Final = 80.0
"""Live answers within which a surplus or a debt is worked off."""
DEAD_TIME: Final = 20.0
"""Seconds from a launch until its answer is judged. What a large team does within it is paced by the old price, so
every step and payback has to be gentle against the answers that come meanwhile, or the price swings up and down."""
STEADY: Final = 0.2
"""The most that all abandoned calls of one dead time, at the limit, may move ln(price)."""
PAYBACK_DEAD_TIMES: Final = 5.0
CALM: Final = 0.35
CALM_ANSWERS: Final = 150.0
"""A team with so many answers in one dead time leaves this share of its limit unspent. Its losses come in clusters,
when everybody is busy for the same seconds, and its thousand answers are two minutes; it loses little by it."""
LOWEST_AIM, HIGHEST_AIM = 0.05, 1.15
LOWEST_RISK, HIGHEST_RISK = 0.05, 6.0


class Budget:
    def __init__(self, max_abandon: float) -> None:
        self._limit = max_abandon
        self._log = 0.0
        """ln(accepted risk / target)"""
        self._recent = 0.0
        """Live answers within about one dead time."""
        self.answers = 0
        self.abandoned = 0

    def set_limit(self, max_abandon: float) -> None:
        self._limit = max_abandon

    def wait(self, seconds: float) -> None:
        self._recent *= math.exp(-seconds / DEAD_TIME)

    def answer(self, *, abandoned: bool) -> None:
        self.answers += 1
        self._recent += 1.0
        self.abandoned += abandoned
        if self._limit <= 0:
            return
        payback = max(PAYBACK, PAYBACK_DEAD_TIMES * self._recent)
        target = self._target
        surplus = (AIM * target * self.answers - self.abandoned - RESERVE) / payback
        aim = min(max(target + surplus, LOWEST_AIM * target), HIGHEST_AIM * target)
        gain = min(GAIN, STEADY / (self._limit * self._recent))
        self._log += gain * (aim - abandoned)
        self._log = min(max(self._log, math.log(LOWEST_RISK)), math.log(HIGHEST_RISK))

    @property
    def _target(self) -> float:
        return self._limit * (1.0 - CALM * min(1.0, self._recent / CALM_ANSWERS))

    @property
    def accepted(self) -> float:
        return self._target * math.exp(self._log)
