"""When the agents who are busy will be free.

Talk and wrap-up are learnt by age, the ones under way as censored data: a talk of refusal or sale is not exponential,
so the seconds already talked matter (EIS, US 5,640,445, had the idea first).
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from campana.engine.pacing.adaptive.hazards import RELEARN_SECONDS, Ages, Array, as_ages, survival
from campana.engine.pacing.adaptive.situation import Kind, Situation

TALK_SPAN: Final = 3600
WRAP_SPAN: Final = 900
MEMORY_TALKS: Final = 400.0
MEMORY_SECONDS: Final = 1800.0
SMOOTHING: Final = 0.08
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
        self._talk_alive = self._talk_alive if talk is None else talk
        self._wrap_alive = self._wrap_alive if wrap is None else wrap
        if leaves is not None:
            self._left = leaves * (self._talks + 1.0)
        if wraps is not None:
            self._wraps = wraps * self._talks

    def by(self, situation: Situation, tolerated: float) -> Array:
        """P(free within s + 1/2 + ``tolerated`` seconds) of every busy agent (agents x horizon)."""
        stays = 1.0 - min(0.5, self._left / (self._talks + 1.0))
        whole, part = int(tolerated + 0.5), (tolerated + 0.5) % 1.0
        reach = self._horizon + whole + 2
        wraps = min(1.0, (self._wraps + len(situation.wrapping)) / max(self._talks, 1e-9))
        ages, which = np.unique(np.rint(as_ages(situation.talking)), return_inverse=True)
        talk = _ends_within(self._talk_alive, ages, reach)
        wrap = _ends_within(self._wrap_alive, as_ages(situation.wrapping), reach)
        pace = np.diff(1.0 - self._wrap_alive[: reach + 1]) * wraps
        pace[0] += 1.0 - wraps
        after_wrap = np.zeros_like(talk)
        for took, share in enumerate(pace):
            after_wrap[:, took:] += talk[:, : reach - took] * share
        after_wrap = after_wrap[which]
        free = np.cumsum(np.concatenate((after_wrap, wrap)), axis=1) * stays
        first, second = free[:, whole : whole + self._horizon], free[:, whole + 1 : whole + 1 + self._horizon]
        between: Array = first * (1 - part) + second * part
        return between

    def _learn(self) -> None:
        self._stale = 0.0
        self._talk_alive = _padded(survival(self._talk.hazards(width=SMOOTHING, prior_seconds=90.0)[0]))
        self._wrap_alive = _padded(survival(self._wrap.hazards(width=SMOOTHING, prior_seconds=15.0)[0]))


def _padded(alive: Array) -> Array:
    return np.concatenate((alive, np.zeros(64)))


def _ends_within(alive: Array, ages: Array, reach: int) -> Array:
    """P(ends in second u from now) for u in 0 .. reach - 1 of things as old as ``ages``."""
    if not len(ages):
        return np.zeros((0, reach))
    whole = np.minimum(ages.astype(int), len(alive) - 65)
    part = np.minimum(ages - whole, 1.0)[:, None]
    steps = np.minimum(whole[:, None] + np.arange(reach + 2)[None, :], len(alive) - 1)
    curve = alive[steps]
    left = curve[:, :-1] * (1 - part) + curve[:, 1:] * part
    ends: Array = (left[:, :-1] - left[:, 1:]) / np.maximum(left[:, :1], 1e-12)
    return ends
