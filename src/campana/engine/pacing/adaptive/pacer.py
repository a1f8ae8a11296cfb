"""The adaptive pacer: launch while the chance of losing one more answer is worth its price (CAM-482 to 488)."""

from __future__ import annotations

from typing import Final

import numpy as np

from campana.engine.pacing.adaptive.answering import Answering
from campana.engine.pacing.adaptive.budget import Budget
from campana.engine.pacing.adaptive.demand import Alike, Demand
from campana.engine.pacing.adaptive.freeing import Freeing
from campana.engine.pacing.adaptive.hazards import Array
from campana.engine.pacing.adaptive.situation import Kind, Limits, Pace, Situation

CAREFUL_ANSWERS: Final = 6
CAREFUL_CALLS: Final = 30
"""A careful start keeps one call per free agent until so many live answers were seen, or so many calls have ended, and
calls have been out for a whole ring time-out: a large team sees many ends at once, but only of calls that end soon."""
DOUBTFUL_RINGS: Final = 20
"""Rings that were answered, taken as seen before the first: one deaf telephone among few is little evidence."""
MARGIN: Final = 0.4
"""Seconds of the tolerated wait that are not counted on: the way from an agent's freedom to his ear."""


class Adaptive:
    """One campaign's pacer. Feed it every moment in order; it learns, decides, and explains."""

    def __init__(self, limits: Limits, *, careful: bool = True) -> None:
        self._limits = limits
        self._careful = careful
        self._answering = Answering(limits)
        self._freeing = Freeing(self._answering.horizon)
        self._budget = Budget(limits.max_abandon)
        self._last: float | None = None
        self._began: float | None = None
        """When the first calls were out."""
        self._picked_up = 0
        self._deaf = 0
        """Agents' telephones that rang and were, or were not, answered."""

    def decide(self, situation: Situation, limits: Limits) -> Pace:
        self._learn(situation, limits)
        tolerated = max(0.0, limits.max_wait - MARGIN)
        answered = self._answering.out(situation)
        free = self._freeing.by(situation, tolerated)
        spare = len(situation.idle) - len(situation.waiting)
        fresh = self._answering.fresh()
        room = limits.cap - situation.lines
        likely = int(np.argmax(np.cumsum(fresh) >= 0.5 * fresh.sum()))
        accepted = self._budget.accepted(len(situation.waiting))
        launch, risk, bound = self._launch(answered, free, spare, fresh, room, situation, accepted)
        return Pace(
            launch=launch,
            free_soon=len(situation.idle) + float(free.counts @ free.chances[:, likely]),
            answers_soon=len(situation.waiting) + float(answered.counts @ answered.chances[:, likely]),
            risk=risk,
            accepted=accepted,
            bound=bound,
        )

    def _learn(self, situation: Situation, limits: Limits) -> None:
        dt = 1.0 if self._last is None else max(1e-3, situation.now - self._last)
        self._last = situation.now
        self._limits = limits
        if self._began is None and situation.ringing:
            self._began = situation.now
        self._budget.set_limit(limits.max_abandon)
        self._answering.observe(situation, dt)
        self._freeing.observe(situation, dt)
        if self._began is not None:
            self._budget.wait(dt)
        for event in situation.happened:
            if event.kind is Kind.CONNECT or event.kind is Kind.ABANDON:
                self._budget.answer(abandoned=event.kind is Kind.ABANDON)
            self._picked_up += event.kind is Kind.CONNECT
            self._deaf += event.kind is Kind.AGENT_NO_ANSWER

    def _deafness(self, situation: Situation) -> float:
        """P(an agent who is rung does not pick up). Whoever works alone has nobody to fall back on and would never
        call: there it is not counted."""
        alone = len(situation.idle) + len(situation.talking) + len(situation.wrapping) <= 1
        return 0.0 if alone else self._deaf / (self._deaf + self._picked_up + DOUBTFUL_RINGS)

    def _is_new(self, now: float) -> bool:
        seen_whole_rings = self._began is not None and now - self._began >= self._limits.ring_timeout
        known = self._budget.answers >= CAREFUL_ANSWERS or self._answering.ended >= CAREFUL_CALLS
        return not (seen_whole_rings and known)

    def _launch(
        self,
        answered: Alike,
        free: Alike,
        spare: int,
        fresh: Array,
        room: int,
        situation: Situation,
        accepted: float,
    ) -> tuple[int, float, str]:
        pending = len(situation.ringing) + len(situation.detecting)
        if self._limits.max_abandon <= 0 or (self._careful and self._is_new(situation.now)):
            wanted = max(0, spare - pending)
            return min(wanted, max(0, room)), 0.0, "cap" if wanted > room else "start"
        if not len(situation.idle) and not len(free):
            return 0, 0.0, "nobody"
        deaf = self._deafness(situation)
        doubt = self._answering.doubt()
        demand = Demand(answered=answered, free=free, spare=spare, fresh=fresh, deaf=deaf, doubt=doubt)
        return most(demand, accepted, room)


def most(demand: Demand, accepted: float, room: int) -> tuple[int, float, str]:
    """As many launches as keep the risk of each within ``accepted`` and the lines within ``room``.

    Each launch raises the risk of the next, so the number is found by doubling and halving.
    """
    if room <= 0:
        return 0, 0.0, "cap"
    fits, fails, step = 0, room + 1, 1
    risk = 0.0
    while fits + 1 < fails:
        tried = min(fits + step, fails - 1)
        risk_tried = demand.risk(tried - 1)
        if risk_tried <= accepted:
            fits, step = tried, step * 2
        else:
            fails, risk, step = tried, risk_tried, max(1, step // 2)
    return fits, risk, "cap" if fits >= room else "risk"
