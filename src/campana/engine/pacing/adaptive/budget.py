"""What risk to accept now, so that the whole ends just under the limit.

The price of an abandoned call is one number, moved by every live answer: an answer that found an agent raises the
accepted risk a little, an abandoned one lowers it much. It steers to 98.5 % of the limit, keeps two calls in reserve,
and never aims far above the limit, so saved budget is not spent in one burst.
"""

from __future__ import annotations

import math
from typing import Final

GAIN: Final = 0.25
AIM: Final = 0.985
RESERVE: Final = 2.0
PAYBACK: Final = 120.0
"""Live answers within which a surplus or a debt is worked off."""
LOWEST_AIM, HIGHEST_AIM = 0.05, 1.3
LOWEST_RISK, HIGHEST_RISK = 0.05, 6.0


class Budget:
    def __init__(self, max_abandon: float) -> None:
        self._limit = max_abandon
        self._log = 0.0
        """ln(accepted risk / limit)"""
        self.answers = 0
        self.abandoned = 0

    def set_limit(self, max_abandon: float) -> None:
        self._limit = max_abandon

    def answer(self, *, abandoned: bool) -> None:
        self.answers += 1
        self.abandoned += abandoned
        if self._limit <= 0:
            return
        surplus = (AIM * self._limit * self.answers - self.abandoned - RESERVE) / PAYBACK
        aim = min(max(self._limit + surplus, LOWEST_AIM * self._limit), HIGHEST_AIM * self._limit)
        self._log += GAIN * (aim - abandoned)
        self._log = min(max(self._log, math.log(LOWEST_RISK)), math.log(HIGHEST_RISK))

    @property
    def accepted(self) -> float:
        return self._limit * math.exp(self._log)
