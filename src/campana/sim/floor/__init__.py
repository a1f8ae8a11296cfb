"""The floor of agents: people at desks and telephones, who are mostly diligent.

The floor hears the facts an agent's screen would show (``hear``) and answers with the wishes a desk
would send (``people``). Every agent has a stream of randomness of their own.
"""

from __future__ import annotations

from campana.engine.inputs import HangUpRequested
from campana.engine.words import Cause
from campana.kernel.clock import Instant
from campana.kernel.ids import LegId, leg_attempt
from campana.sim.floor.habits import RESULTS, Habits, People, Seat, Whom, Wish
from campana.sim.floor.screen import Screen
from campana.sim.world import RingReaction

__all__ = ["RESULTS", "Floor", "Habits", "People", "Seat", "Whom", "Wish"]


class Floor(Screen):
    """Agents in ``seats`` working from ``open`` to ``close`` by their ``habits``."""

    def ring(self, endpoint: str, leg: LegId, now: Instant) -> RingReaction:
        person = self._by_endpoint.get(endpoint)
        if person is None or not person.online:
            return RingReaction(None, refuses=Cause.UNAVAILABLE)
        of, habits = person.of, self._habits
        chance, after = of.random(), habits.picks_up.draw(of)
        if chance < habits.refuses:
            return RingReaction(None, refuses=Cause.REJECTED)
        return RingReaction(None if chance < habits.refuses + habits.misses else after)

    def talk_began(self, endpoint: str, leg: LegId, machine: bool, now: Instant) -> None:
        person = self._by_endpoint.get(endpoint)
        if person is not None:
            person.machine = machine

    def talk_over(self, endpoint: str, leg: LegId, now: Instant) -> bool:
        person, attempt = self._by_endpoint.get(endpoint), leg_attempt(leg)
        if person is None or attempt is None or person.of.random() >= self._habits.hangs_up_by_desk:
            return True
        self.people(HangUpRequested(person.seat.agent_id, attempt))
        return False
