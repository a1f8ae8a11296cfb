"""The simulated switch in lock-step: virtual time, callees and telephones that do as their name says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count

from campana.engine.config import TrunkConfig
from campana.kernel.clock import seconds
from campana.kernel.ids import LegId, TrunkId
from campana.kernel.phone import PhoneNumber, phone_number
from campana.sim.callees import Fate, Reaction
from campana.sim.switch import SimulatedSwitch, SteppedClock
from campana.sim.world import PatientTelephones, RingReaction, World
from contract.switch.worlds import Callee, Telephone

REACTIONS = {
    Callee.ANSWERS: Reaction(Fate.PERSON, patience=3600.0, talks=3600.0),
    Callee.HANGS_UP: Reaction(Fate.PERSON, patience=2.0, talks=2.0),
    Callee.RINGS: Reaction(Fate.NO_ANSWER),
    Callee.BUSY: Reaction(Fate.BUSY, rings=None),
    Callee.REJECTS: Reaction(Fate.REJECTED),
    Callee.UNAVAILABLE: Reaction(Fate.UNAVAILABLE, rings=None),
    Callee.NOT_FOUND: Reaction(Fate.NOT_FOUND, rings=None),
    Callee.CONGESTED: Reaction(Fate.CONGESTION, rings=None),
    Callee.MUTE: Reaction(Fate.SILENT, rings=None),
}


class Callees:
    def __init__(self) -> None:
        self.known: dict[PhoneNumber, Callee] = {}

    def reaction(self, number: PhoneNumber, call: int) -> Reaction:
        return REACTIONS[self.known[number]]


class Telephones(PatientTelephones):
    def __init__(self, world: SimulatedWorld) -> None:
        self._world = world

    def ring(self, endpoint: str, leg: LegId, now: datetime) -> RingReaction:
        from campana.engine.words import Cause

        match Telephone(endpoint.removeprefix("PJSIP/")):
            case Telephone.BUSY:
                return RingReaction(None, refuses=Cause.BUSY)
            case Telephone.RINGS:
                return RingReaction(None)
            case _:
                return RingReaction(1.0)

    def talk_began(self, endpoint: str, leg: LegId, machine: bool, now: datetime) -> None:
        if endpoint.endswith(Telephone.HANGS_UP):
            self._world.world.hang_up_telephone(leg, now, after=2.0)


class SimulatedWorld:
    trunk = "carrier"
    caller_id = phone_number("15550001111")

    def __init__(self) -> None:
        self._callees = Callees()
        self.world = World(
            callees=self._callees, trunks=[TrunkConfig(TrunkId(1), self.trunk)], telephones=Telephones(self)
        )
        self.clock = SteppedClock(datetime(2026, 3, 2, 8, tzinfo=UTC))
        self.switch = SimulatedSwitch(self.world, self.clock)
        self._counter = count(1)

    def number(self, callee: Callee) -> PhoneNumber:
        number = phone_number(f"1555000{next(self._counter):04d}")
        self._callees.known[number] = callee
        return number

    def endpoint(self, telephone: Telephone) -> str:
        return f"PJSIP/{telephone}"

    def until(self, happened: Callable[[], bool]) -> None:
        while not happened():
            due = self.switch.next_event_at()
            assert due is not None, "nothing more will happen in this world"
            self.clock.advance(due)
            self.switch.pump(self.clock())

    def settle(self) -> None:
        self.clock.advance(self.clock() + seconds(4))
        self.switch.pump(self.clock())

    def lose(self) -> None:
        self.world.lose(self.clock())

    def restore(self) -> None:
        self.world.restore(self.clock())

    def another(self) -> SimulatedSwitch:
        return SimulatedSwitch(self.world, self.clock)

    def close(self) -> None:
        self.switch.close()
