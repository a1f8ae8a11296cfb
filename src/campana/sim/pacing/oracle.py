"""The best a pacer could do here: every true law known, one threshold for the whole day chosen in hindsight."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

import numpy as np

from campana.engine.pacing.adaptive import Limits, Situation
from campana.engine.pacing.adaptive.answering import by_age, calls_out, spread
from campana.engine.pacing.adaptive.demand import Alike, Demand
from campana.engine.pacing.adaptive.freeing import Freeing
from campana.engine.pacing.adaptive.hazards import Array
from campana.engine.pacing.adaptive.pacer import MARGIN, most
from campana.sim.pacing.scenarios import Scenario
from campana.sim.pacing.world import SLIPPED_TALK, Day, World

SAMPLES = 60_000
DETECTION = 12


def _density(draw: Callable[[], float], span: int) -> Array:
    counts = np.bincount(np.minimum(np.array([draw() for _ in range(SAMPLES)]), span).astype(int), minlength=span + 1)
    density: Array = counts / SAMPLES
    return density


def _alive(draw: Callable[[], float], span: int) -> Array:
    """Survival by the second with 64 zeros behind, as ``Freeing.know`` takes it."""
    alive = np.maximum(1 - np.concatenate(([0.0], np.cumsum(_density(draw, span)[:span]))), 0.0)
    return np.concatenate((alive, np.zeros(64)))


class Truth:
    """The same tables the pacer learns, from the laws themselves."""

    def __init__(self, scenario: Scenario) -> None:
        self.s = scenario
        dice = random.Random(99)
        self.span = int(scenario.ring_timeout) + 2
        self.horizon = self.span + DETECTION
        self._ring = _density(lambda: scenario.ring.draw(dice), self.span)[: self.span - 2]
        self._machine = _density(lambda: scenario.machine_ring.draw(dice), self.span)[: self.span - 2]
        self._delay = _density(lambda: scenario.detection.draw(dice), DETECTION)[:DETECTION]
        self._at = math.inf
        self.freeing = Freeing(self.horizon)
        slipped = scenario.machine * scenario.slips / (scenario.machine * scenario.slips + scenario.live)
        self.freeing.know(
            talk=_alive(lambda: self._talk(dice, slipped), 3600), wrap=_alive(lambda: scenario.wrap.draw(dice), 900)
        )
        leave = sum(1 / every for every in (scenario.break_every, scenario.leaves_every) if every)
        self.freeing.know(leaves=leave, wraps=float(scenario.wrap.mean > 0))

    def _talk(self, dice: random.Random, slipped: float) -> float:
        return SLIPPED_TALK * dice.uniform(0.7, 1.3) if dice.random() < slipped else self.s.talk.draw(dice)

    def tables(self, now: float) -> None:
        if 0 <= now - self._at < 60:
            return
        self._at = now
        s, span = self.s, self.span
        live = s.live_at(now)
        person, machine = np.zeros(span), np.zeros(span)
        person[: span - 2] = live * self._ring
        machine[: span - 2] = s.machine * self._machine
        other = np.zeros(span)
        other[1:4] = s.busy / 3 + s.invalid / 3
        alive = 1 - np.concatenate(([0.0], np.cumsum(person + machine + other)))[:span]
        answers = person + machine * s.slips
        self.fresh = spread(answers, self._delay, self.horizon)
        self.by_age = by_age(answers, self._delay, alive, self.horizon)
        share = answers.sum() / (person.sum() + machine.sum())
        sound = 1 - np.concatenate(([0.0], np.cumsum(self._delay)))[:DETECTION]
        self.detected = by_age(self._delay * share, np.ones(1), sound, self.horizon)

    def out(self, situation: Situation) -> Alike:
        return calls_out(situation, self.by_age, self.detected)


def day(scenario: Scenario, seed: int, truth: Truth, threshold: float) -> Day:
    def decide(situation: Situation, limits: Limits) -> int:
        truth.tables(situation.now)
        free = truth.freeing.by(situation, max(0.0, limits.max_wait - MARGIN))
        spare = len(situation.idle) - len(situation.waiting)
        demand = Demand(answered=truth.out(situation), free=free, spare=spare, fresh=truth.fresh)
        return most(demand, threshold, limits.cap - situation.lines)[0]

    return World(scenario, seed, decide).run()


def best(scenario: Scenario, seed: int, *, tries: int = 5) -> Day:
    """Bisects the threshold in hindsight: the busiest day that ends within the limit."""
    truth = Truth(scenario)
    low, high = 0.1 * scenario.max_abandon, 6 * scenario.max_abandon
    found = day(scenario, seed, truth, low)
    for _ in range(tries):
        middle = (low * high) ** 0.5
        tried = day(scenario, seed, truth, middle)
        if tried.abandonment <= scenario.max_abandon:
            low = middle
            if tried.utilisation > found.utilisation:
                found = tried
        else:
            high = middle
    return found
