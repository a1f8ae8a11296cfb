"""Who is called in a simulated campaign: reactions drawn by the hour on the callee's clock and the rounds so far."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from random import Random
from zoneinfo import ZoneInfo

from campana.engine.words import Verdict
from campana.kernel.clock import Instant
from campana.kernel.phone import PhoneNumber
from campana.sim.callees import Fate, Reaction
from campana.sim.campaign.plan import Laws
from campana.sim.laws import stream

ANSWERS, MISSES = 1, 2
RECORDS, MACHINE_TALK, LISTENS = 30.0, 8.0, 2.0
"""Of an answering machine: how long it records, how long an agent hears it, how long detection takes; in seconds."""


class PlannedCallees:
    """Each call to a number has a stream of its own, so two settings compared meet the same people in the same mood."""

    def __init__(self, laws: Laws, seed: int, clock: Callable[[], Instant]) -> None:
        self._laws = laws
        self._seed = seed
        self._clock = clock
        self._who: dict[PhoneNumber, tuple[ZoneInfo, int]] = {}
        self._fates = list(laws.misses)
        self._weights = list(laws.misses.values())

    def add(self, number: PhoneNumber, time_zone: str, rounds: int) -> None:
        self._who[number] = (ZoneInfo(time_zone), rounds)

    def reaction(self, number: PhoneNumber, call: int) -> Reaction:
        zone, before = self._who[number]
        of = stream(self._seed, int(number), call)
        wall: datetime = self._clock().astimezone(zone)
        if of.random() < self._laws.answered(wall.hour, before + call - 1):
            return self._answers(of)
        return self._misses(of)

    def _answers(self, of: Random) -> Reaction:
        laws = self._laws
        return Reaction(
            Fate.PERSON,
            rings=None,
            decides=laws.rings.draw(of),
            patience=laws.patience.draw(of),
            talks=laws.talks.draw(of),
        )

    def _misses(self, of: Random) -> Reaction:
        fate = of.choices(self._fates, self._weights)[0]
        if fate is Fate.MACHINE:
            return machine(self._laws.rings.draw(of))
        return Reaction(fate, rings=None, decides=self._laws.refuses.draw(of))


def machine(rings: float) -> Reaction:
    """One that picks up after ``rings`` seconds and that detection, where it listens, knows for what it is."""
    return Reaction(Fate.MACHINE, None, rings, RECORDS, MACHINE_TALK, verdict=Verdict.MACHINE, listens=LISTENS)
