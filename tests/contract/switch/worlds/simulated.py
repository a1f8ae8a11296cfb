"""The simulated world in lock-step: time passes only where the suite lets it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

from campana.engine.config import TrunkConfig
from campana.engine.words import Cause, Verdict
from campana.kernel.clock import Instant
from campana.kernel.ids import LegId, TrunkId
from campana.kernel.phone import PhoneNumber, phone_number
from campana.sim.callees import Fate, Reaction
from campana.sim.switch import SimulatedSwitch, SteppedClock
from campana.sim.world import RingReaction, World
from contract.switch.worlds import Callee, Telephone

REACTIONS = {
    Callee.ANSWERS: Reaction(Fate.PERSON, decides=2, patience=3600, talks=3600),
    Callee.CHOPPED: Reaction(Fate.PERSON, decides=2, patience=3600, talks=3600),
    Callee.MACHINE: Reaction(Fate.MACHINE, decides=2, patience=3600, talks=3600, verdict=Verdict.MACHINE),
    Callee.HANGS_UP: Reaction(Fate.PERSON, decides=2, patience=3, talks=3),
    Callee.RINGS: Reaction(Fate.NO_ANSWER),
    Callee.BUSY: Reaction(Fate.BUSY),
    Callee.REJECTS: Reaction(Fate.REJECTED),
    Callee.UNAVAILABLE: Reaction(Fate.UNAVAILABLE),
    Callee.NOT_FOUND: Reaction(Fate.NOT_FOUND, rings=None),
    Callee.CONGESTED: Reaction(Fate.CONGESTION, rings=None),
    Callee.MUTE: Reaction(Fate.SILENT, rings=None),
}
RINGS = {
    Telephone.ANSWERS: RingReaction(after=0.5),
    Telephone.HANGS_UP: RingReaction(after=0.5),
    Telephone.RINGS: RingReaction(after=None),
    Telephone.BUSY: RingReaction(after=None, refuses=Cause.BUSY),
}


class SimulatedWorld:
    trunk = "carrier"
    caller_id = phone_number("15550001111")
    sound = "1/hello"

    def __init__(self) -> None:
        self._clock = SteppedClock(datetime(2026, 3, 2, 9, tzinfo=UTC))
        self._behaviours: dict[PhoneNumber, Callee] = {}
        self._counter = count(1)
        trunk = TrunkConfig(TrunkId(1), self.trunk, channels=100, calls_per_second=100)
        self._world = World(callees=self, telephones=self, trunks=(trunk,))
        self.switch = self.another()

    # --- the far ends -------------------------------------------------------------------------------

    def reaction(self, number: PhoneNumber, call: int) -> Reaction:
        return REACTIONS[self._behaviours[number]]

    def ring(self, endpoint: str, leg: LegId, now: Instant) -> RingReaction:
        return RINGS[Telephone(endpoint.removeprefix("PJSIP/"))]

    def talk_began(self, endpoint: str, leg: LegId, machine: bool, now: Instant) -> None:
        if endpoint == self.endpoint(Telephone.HANGS_UP):
            self._world.hang_up_telephone(leg, now, after=2)

    def talk_over(self, endpoint: str, leg: LegId, now: Instant) -> bool:
        return True

    # --- the world ----------------------------------------------------------------------------------

    def number(self, callee: Callee) -> PhoneNumber:
        number = phone_number(f"1555000{next(self._counter):04d}")
        self._behaviours[number] = callee
        return number

    def arrive(self, *, patience: float = 60) -> tuple[str, str]:
        caller, called = f"1555000{next(self._counter):04d}", self.caller_id
        reaction = Reaction(Fate.PERSON, patience=patience, talks=3600)
        self._world.arrive(caller, called, self.trunk, reaction, self._clock())
        return caller, called

    def endpoint(self, telephone: Telephone) -> str:
        return f"PJSIP/{telephone}"

    def until(self, happened: Callable[[], bool]) -> None:
        while not happened():
            due = self.switch.next_event_at()
            assert due is not None, "nothing more will happen in this world"
            self._clock.advance(due)
            self.switch.pump(due)

    def settle(self) -> None:
        self._pass(1)

    def linger(self) -> None:
        self._pass(5)

    def _pass(self, seconds: float) -> None:
        until = self._clock() + timedelta(seconds=seconds)
        self.switch.pump(until)
        self._clock.advance(until)

    def lose(self) -> None:
        self._world.lose(self._clock())

    def restore(self) -> None:
        self._world.restore(self._clock())

    def another(self) -> SimulatedSwitch:
        return SimulatedSwitch(self._world, self._clock)

    def close(self) -> None:
        self.switch.close()
