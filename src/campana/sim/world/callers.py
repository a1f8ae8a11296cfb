"""People who call us, and the sounds that customers hear."""

from __future__ import annotations

from itertools import count

from campana.engine.inputs import CallArrived, LegAnswered, SoundFinished
from campana.engine.outputs import AnswerCall, PlaySound
from campana.engine.words import Cause
from campana.kernel.clock import Instant
from campana.kernel.ids import LegId, arrived_leg
from campana.sim.callees import Reaction
from campana.sim.world.legs import LATENCY, Leg, Legs

MESSAGE = 6.0
"""How long every message of this world is."""


class Callers(Legs):
    _arrivals = count(1)

    def arrive(self, caller: str, called: str, trunk: str, reaction: Reaction, now: Instant) -> LegId:
        """Somebody calls: waits ``reaction.patience`` for an agent, then talks as the reaction says."""
        name = f"{now:%Y%m%d%H%M%S}_{next(self._arrivals)}"  # names of legs never come again
        told = CallArrived(arrived_leg(name), caller, called, trunk)
        leg = self._add(Leg(told.leg, caller, now, trunk=trunk, reaction=reaction, arrived=told), trunk)
        self._plan(leg, reaction.patience, self._end, Cause.HUNG_UP, None)
        self._tell(told)
        return told.leg

    def _answer_call(self, command: AnswerCall, now: Instant) -> None:
        leg = self._legs.get(command.leg)
        if leg is not None and leg.arrived is not None and leg.answered_at is None:
            self._plan(leg, LATENCY, self._picked_up, since=now)

    def _picked_up(self, leg: Leg, now: Instant) -> None:
        if leg.answered_at is None:
            leg.answered_at = now
            self._tell(LegAnswered(leg.id))

    def _play_sound(self, command: PlaySound, now: Instant) -> None:
        leg = self._legs.get(command.leg)
        if leg is not None:
            leg.message += 1
            self._plan(leg, MESSAGE, self._played, leg.message, since=now)

    def _other_sound(self, leg_id: LegId) -> None:
        """Whatever message there was gives way."""
        leg = self._legs.get(leg_id)
        if leg is not None:
            leg.message += 1

    def _played(self, leg: Leg, message: int, now: Instant) -> None:
        if leg.message == message and leg.partner is None:
            self._tell(SoundFinished(leg.id))
