"""The simulated world of the demo: a carrier, callees, and a floor of agents beside the free chair."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from campana.campaigns import snapshot
from campana.engine import outputs as o
from campana.engine.words import ResultClass
from campana.kernel.clock import Instant
from campana.kernel.ids import LegId, ResultId
from campana.sim.agenda import Agenda
from campana.sim.callees import LaboratoryCallees, MixedCallees
from campana.sim.floor import Floor, Habits, People, Seat
from campana.sim.laws import Between
from campana.sim.world import PatientTelephones, RingReaction, World

HABITS = Habits(signs_in=Between(0.0, 15.0))


class DemoWorld:
    """One organisation's world. ``people`` takes the wishes of the floor."""

    def __init__(
        self,
        organisation_id: int,
        *,
        seed: int,
        people: People,
        seats: Sequence[Seat] = (),
        results: Mapping[ResultClass, ResultId] | None = None,
    ) -> None:
        agenda = Agenda()
        self.floor = Floor(seed=seed, agenda=agenda, seats=seats, people=people, results=results or {}, habits=HABITS)
        self.world = World(
            callees=LaboratoryCallees(MixedCallees(seed=seed)),
            trunks=snapshot.trunks(organisation_id),
            telephones=_Telephones(self.floor, {seat.endpoint for seat in seats}),
            agenda=agenda,
        )

    def hear(self, fact: o.Fact, now: Instant) -> None:
        self.floor.hear(fact, now)


class _Telephones:
    """Telephones of the floor are answered by its people; any other answers by itself after two seconds."""

    def __init__(self, floor: Floor, endpoints: set[str]) -> None:
        self._floor = floor
        self._endpoints = endpoints
        self._others = PatientTelephones()

    def ring(self, endpoint: str, leg: LegId, now: Instant) -> RingReaction:
        return self._of(endpoint).ring(endpoint, leg, now)

    def talk_began(self, endpoint: str, leg: LegId, machine: bool, now: Instant) -> None:
        self._of(endpoint).talk_began(endpoint, leg, machine, now)

    def talk_over(self, endpoint: str, leg: LegId, now: Instant) -> bool:
        return self._of(endpoint).talk_over(endpoint, leg, now)

    def _of(self, endpoint: str) -> Floor | PatientTelephones:
        return self._floor if endpoint in self._endpoints else self._others
