"""When the agents who are busy will be free.

Talk and wrap-up are learnt by age, the ones under way as censored data: a talk of refusal or sale is not exponential,
so the seconds already talked matter (EIS, US 5,640,445, had the idea first).
"""

from __future__ import annotations

import math
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from campana.engine.pacing.adaptive.demand import Alike
from campana.engine.pacing.adaptive.hazards import RELEARN_SECONDS, Ages, Array, alike, as_ages, survival
from campana.engine.pacing.adaptive.situation import Kind, Situation

TALK_SPAN: Final = 3600
WRAP_SPAN: Final = 900
MEMORY_TALKS: Final = 400.0
MEMORY_SECONDS: Final = 1800.0
SMOOTHING: Final = 0.6
SMOOTHEST, SHARPEST = 0.35, 0.05
"""Hazards are smoothed over a window of ``SMOOTHING`` / (ends seen)^(1/3) of the age to either side."""
LEAVES: Final = frozenset({Kind.PAUSE, Kind.LOGOUT})


class Freeing:
    def __init__(self, horizon: int) -> None:
        self._horizon = horizon
        self._talk = Ages(span=TALK_SPAN)
        self._wrap = Ages(span=WRAP_SPAN)
        self._talks = 4.0
        self._wraps = 4.0
        self._left = 0.1
        self._talk_alive: Array = np.ones(1)
        self._wrap_alive: Array = np.ones(1)
        self._wrapped: Array | None = None
        self._wrapped_for = 0.0
        self._stale = 0.0
        self._learn()

    def observe(self, situation: Situation, dt: float) -> None:
        ended = [event for event in situation.happened if event.kind is Kind.TALK_END]
        fade = math.exp(-min(len(ended) / MEMORY_TALKS, dt / MEMORY_SECONDS))
        self._talk.forget(fade)
        self._wrap.forget(fade)
        self._talks, self._wraps, self._left = self._talks * fade, self._wraps * fade, self._left * fade
        self._talk.live(as_ages(situation.talking), dt)
        self._wrap.live(as_ages(situation.wrapping), dt)
        began = situation.now - dt
        for event in situation.happened:
            if event.kind is Kind.TALK_END:
                self._talk.end(event.seconds, 0, unseen=event.at - began)
                self._talks += 1
            elif event.kind is Kind.WRAP_END:
                self._wrap.end(event.seconds, 0, unseen=event.at - began)
                self._wraps += 1
            elif event.kind in LEAVES:
                self._left += 1
        self._stale += dt
        if self._stale >= RELEARN_SECONDS:
            self._learn()

    def know(
        self,
        *,
        talk: Array | None = None,
        wrap: Array | None = None,
        leaves: float | None = None,
        wraps: float | None = None,
    ) -> None:
        """Take laws as known: survival by the second (with 64 zeros behind), shares of talks."""
        self._wrapped = None
        self._talk_alive = self._talk_alive if talk is None else talk
        self._wrap_alive = self._wrap_alive if wrap is None else wrap
        if leaves is not None:
            self._left = leaves * (self._talks + 1.0)
        if wraps is not None:
            self._wraps = wraps * self._talks

    def by(self, situation: Situation, tolerated: float) -> Alike:
        """P(free within s + 1/2 + ``tolerated`` seconds) of every busy agent."""
        stays = 1.0 - min(0.5, self._left / (self._talks + 1.0))
        wraps = min(1.0, (self._wraps + len(situation.wrapping)) / max(self._talks, 1e-9))
        reach = self._horizon + int(tolerated + 0.5) + 2
        wrapped = self._wrapped_by(tolerated, reach)
        at_once = _steps(reach, self._horizon, tolerated)
        ages, talking = alike(np.rint(as_ages(situation.talking)).astype(int))
        talk = _ends_within(self._talk_alive, ages, reach) @ (wrapped * wraps + at_once * (1.0 - wraps))
        ages, wrapping = alike(np.rint(as_ages(situation.wrapping)).astype(int))
        wrap = _ends_within(self._wrap_alive, ages, reach) @ at_once
        return Alike(np.concatenate((talk, wrap)) * stays, np.concatenate((talking, wrapping)))

    def _wrapped_by(self, tolerated: float, reach: int) -> Array:
        """P(wrap-up over within s + 1/2 + ``tolerated`` seconds) of a talk that ends in second u (reach x horizon)."""
        if self._wrapped is None or self._wrapped_for != tolerated:
            pace = np.diff(1.0 - self._wrap_alive[: reach + 1])
            late = np.arange(reach)[None, :] - np.arange(reach)[:, None]
            over = np.where(late >= 0, pace[np.maximum(late, 0)], 0.0)
            self._wrapped, self._wrapped_for = over @ _steps(reach, self._horizon, tolerated), tolerated
        return self._wrapped

    def _learn(self) -> None:
        self._stale = 0.0
        self._wrapped = None
        self._talk_alive = _padded(survival(self._talk.hazards(width=_width(self._talk), prior_seconds=90.0)[0]))
        self._wrap_alive = _padded(survival(self._wrap.hazards(width=_width(self._wrap), prior_seconds=15.0)[0]))


@cache
def _steps(reach: int, horizon: int, tolerated: float) -> Array:
    """What ends in second u is over within s + 1/2 + ``tolerated`` seconds: 1, 0, or a part (reach x horizon)."""
    whole, part = int(tolerated + 0.5), (tolerated + 0.5) % 1.0
    late = np.arange(horizon)[None, :] + whole - np.arange(reach)[:, None]
    steps: Array = np.where(late >= 0, 1.0, np.where(late == -1, part, 0.0))
    return steps


def _width(record: Ages) -> float:
    ended = float(record.ends.sum())
    return min(SMOOTHEST, max(SHARPEST, SMOOTHING / math.cbrt(ended + 1.0)))


def _padded(alive: Array) -> Array:
    return np.concatenate((alive, np.zeros(64)))


def _ends_within(alive: Array, ages: NDArray[np.int_], reach: int) -> Array:
    """P(ends in second u from now) for u in 0 .. reach - 1 of things as old as ``ages``."""
    whole = np.minimum(ages, len(alive) - 65)
    left = alive[np.minimum(whole[:, None] + np.arange(reach + 1)[None, :], len(alive) - 1)]
    ends: Array = (left[:, :-1] - left[:, 1:]) / np.maximum(left[:, :1], 1e-12)
    return ends
