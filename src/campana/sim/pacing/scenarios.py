"""Working days for pacers to be judged on: teams, answer rates with drift and steps, laws, breaks, trunks."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from campana.sim.pacing.laws import Law


@dataclass(frozen=True, slots=True)
class Scenario:
    name: str
    agents: int
    hours: float = 6.0
    live: float = 0.30
    """P(a call would be answered by a person)."""
    swing: float = 0.0
    """Share by which ``live`` swings over three hours."""
    step: float = 1.0
    """Factor of ``live`` in the second half."""
    machine: float = 0.15
    busy: float = 0.06
    invalid: float = 0.04
    ring: Law = Law("gamma", 9.0, 0.5)
    machine_ring: Law = Law("gamma", 17.0, 0.25)
    talk: Law = Law("lognormal", 90.0, 0.9)
    wrap: Law = Law("lognormal", 20.0, 0.6)
    detection: Law = Law("fixed", 0.0)
    slips: float = 0.0
    """P(a machine is taken for a person); holds an agent about 8 s."""
    patience: Law = Law("lognormal", 12.0, 0.8)
    break_every: float = 0.0
    """Talks between two breaks of an agent, on average; 0 for none."""
    break_lasts: Law = Law("lognormal", 600.0, 0.5)
    leaves_every: float = 0.0
    """Talks between two log-outs; the agent is back after a break."""
    deaf: float = 0.0
    """P(an agent's telephone is not answered)."""
    ramp: float = 0.0
    """Seconds over which the team logs in."""
    mass_break_every: float = 0.0
    """Seconds between two breaks that many agents begin together; 0 for none."""
    mass_break_share: float = 0.5
    cap: int = 1_000_000
    max_abandon: float = 0.03
    max_wait: float = 2.0
    ring_timeout: float = 28.0

    def live_at(self, now: float) -> float:
        share = self.live * (1 + self.swing * math.sin(now / 10_800 * 2 * math.pi))
        if now > self.hours * 1800:
            share *= self.step
        return min(0.95 - self.machine - self.busy - self.invalid, max(0.01, share))


_REFUSAL_OR_SALE = Law("lognormal", 35.0, 0.5, 0.25, 320.0, 0.5)
_SCRIPTED = Law("gamma", 75.0, 0.12)
"""A talk that is nearly always as long: a survey, an announcement."""
_NO_WRAP = Law("fixed", 0.0)
_FIXED_WRAP = Law("fixed", 15.0)
_SLOW = Law("gamma", 3.0, 0.3)


def _exponential(mean: float) -> Law:
    return Law("gamma", mean, 1.0)


DEVELOPMENT: tuple[Scenario, ...] = (
    Scenario("one", 1, 8, live=0.35),
    Scenario("one-rich", 1, 8, live=0.70, machine=0.05, talk=_exponential(60), max_abandon=0.10),
    Scenario("two-scripted", 2, 8, live=0.30, talk=_SCRIPTED, wrap=_NO_WRAP),
    Scenario("two-low", 2, 8, live=0.08, machine=0.3, talk=_exponential(120)),
    Scenario("three", 3, 8, live=0.25, wrap=_FIXED_WRAP),
    Scenario("three-tight", 3, 8, live=0.50, max_abandon=0.01),
    Scenario("five", 5, 8, live=0.30, talk=Law("gamma", 60, 0.7), wrap=_NO_WRAP),
    Scenario("five-detection", 5, 8, live=0.30, machine=0.25, detection=_SLOW, slips=0.1, deaf=0.02),
    Scenario("ten", 10, live=0.30),
    Scenario("ten-low", 10, live=0.08, machine=0.3),
    Scenario("ten-tight", 10, live=0.30, max_abandon=0.01),
    Scenario("ten-loose", 10, live=0.45, max_abandon=0.10, talk=_REFUSAL_OR_SALE),
    Scenario("ten-rich", 10, live=0.70, machine=0.05, talk=_exponential(100), ring=Law("gamma", 6.0, 0.6)),
    Scenario("twenty", 20, live=0.25, swing=0.3, talk=_REFUSAL_OR_SALE, break_every=30),
    Scenario("twenty-detection", 20, live=0.3, machine=0.25, detection=_SLOW, slips=0.08),
    Scenario("twenty-tight-low", 20, live=0.15, talk=_exponential(150), max_abandon=0.01, break_every=40),
    Scenario("thirty-step", 30, live=0.2, step=2.5, wrap=_FIXED_WRAP),
    Scenario("forty-cap", 40, live=0.3, cap=90, talk=Law("gamma", 150, 0.8)),
    Scenario("fifty", 50, 4, live=0.3, swing=0.4, break_every=25, leaves_every=80, deaf=0.01),
    Scenario("fifty-mass", 50, 4, live=0.35, talk=_SCRIPTED, ramp=900, mass_break_every=4500, break_every=60),
    Scenario("hundred", 100, 4, live=0.18, machine=0.2, busy=0.1, invalid=0.12, talk=_REFUSAL_OR_SALE),
    Scenario("three-hundred", 300, 4, live=0.5, step=0.5, talk=_exponential(120)),
    Scenario("thousand", 1000, 4, live=0.3, swing=0.3, ramp=600, break_every=50),
)
"""Tuned on."""

UNSEEN: tuple[Scenario, ...] = (
    Scenario("one-tight", 1, 8, live=0.45, talk=_exponential(100), max_abandon=0.01),
    Scenario("two-swing", 2, 8, live=0.25, swing=0.4, talk=_REFUSAL_OR_SALE, max_abandon=0.03),
    Scenario("three-loose", 3, 6, live=0.15, talk=_SCRIPTED, max_abandon=0.10),
    Scenario("five-low", 5, 8, live=0.08, machine=0.25, talk=_exponential(90), wrap=_FIXED_WRAP),
    Scenario("five-breaks", 5, 8, live=0.50, break_every=20, leaves_every=60, deaf=0.02),
    Scenario("ten-half", 10, live=0.50, step=0.4, talk=_SCRIPTED, invalid=0.15),
    Scenario("ten-slow", 10, live=0.20, machine=0.3, detection=_SLOW, slips=0.1, talk=_REFUSAL_OR_SALE),
    Scenario("twenty-tight", 20, live=0.50, swing=0.3, max_abandon=0.01, ring=Law("gamma", 13.0, 0.4)),
    Scenario("fifty-low", 50, 4, live=0.08, machine=0.3, talk=_exponential(90), wrap=_FIXED_WRAP),
    Scenario("fifty-cap", 50, 5, live=0.25, cap=115, ramp=600, deaf=0.01),
    Scenario("hundred-mass", 100, 4, live=0.30, mass_break_every=5400, leaves_every=100, max_abandon=0.10),
    Scenario("three-hundred-swing", 300, 4, live=0.15, swing=0.4, machine=0.25, detection=_SLOW, slips=0.05),
)
"""Never tuned on: looked at when the tuning is over."""


def named(name: str) -> Scenario:
    return next(scenario for scenario in DEVELOPMENT + UNSEEN if scenario.name == name)


def draw(seed: int) -> Scenario:
    """A scenario nobody chose: for the unseen third."""
    dice = random.Random(seed)
    agents = dice.choice([1, 2, 3, 4, 5, 8, 10, 12, 15, 20, 25, 30, 40, 60, 80, 120])
    talk = dice.choice(
        [
            Law("gamma", dice.uniform(40, 240), dice.uniform(0.4, 1.0)),
            Law("lognormal", dice.uniform(40, 240), dice.uniform(0.5, 1.4)),
            Law("lognormal", dice.uniform(20, 50), 0.6, dice.uniform(0.1, 0.4), dice.uniform(150, 400), 0.5),
        ]
    )
    wrap = dice.choice(
        [Law("fixed", 0.0), Law("fixed", dice.uniform(5, 40)), Law("lognormal", dice.uniform(5, 60), 0.7)]
    )
    return Scenario(
        f"drawn-{seed}",
        agents,
        hours=8 if agents <= 10 else 5 if agents <= 40 else 2.5,
        live=dice.uniform(0.08, 0.55),
        swing=dice.choice([0.0, 0.0, 0.3, 0.5]),
        step=dice.choice([1.0, 1.0, 0.5, 2.0]),
        machine=dice.uniform(0.05, 0.25),
        busy=dice.uniform(0.02, 0.08),
        invalid=dice.uniform(0.0, 0.1),
        ring=Law("gamma", dice.uniform(5, 14), dice.uniform(0.3, 0.8)),
        talk=talk,
        wrap=wrap,
        detection=dice.choice([Law("fixed", 0.0), Law("gamma", 1.8, 0.3), Law("gamma", 3.5, 0.3)]),
        slips=dice.choice([0.0, 0.05, 0.1]),
        break_every=dice.choice([0.0, 0.0, 25.0, 60.0]),
        leaves_every=dice.choice([0.0, 0.0, 100.0]),
        deaf=dice.choice([0.0, 0.0, 0.02]),
        cap=dice.choice([1_000_000, 1_000_000, 1_000_000, int(agents * 2.5) + 2]),
        max_abandon=dice.choice([0.01, 0.03, 0.03, 0.03, 0.10]),
    )
