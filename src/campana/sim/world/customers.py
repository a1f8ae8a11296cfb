"""Customers: dialled over a trunk, ringing, answering, refusing."""

from __future__ import annotations

from campana.engine.inputs import LegAnswered, VerdictReached
from campana.engine.outputs import DetectMachine, Originate
from campana.engine.words import Cause, Verdict
from campana.kernel.clock import Instant
from campana.sim.callees import ANSWERED, REFUSALS, Fate, Reaction
from campana.sim.world.legs import LATENCY, Leg, Legs
from campana.sim.world.people import TrunkHealth


class Customers(Legs):
    def _originate(self, command: Originate, now: Instant) -> None:
        if command.leg in self._seen:
            return None
        self._seen.add(command.leg)
        number, trunk = command.number, command.trunk
        self._calls[number] = call = self._calls.get(number, 0) + 1
        on_trunk, to_number = self._busy(trunk), self._busy(number)
        self.tally.dialled += 1
        self.watch.dialled(command, on_trunk + 1, to_number + 1, now)
        reaction = self._on_the_line(trunk, on_trunk, to_number) or self._callees.reaction(number, call)
        leg = self._add(Leg(command.leg, number, now, trunk=trunk, reaction=reaction), trunk)
        if trunk not in self._channels or self.refuse(command):
            return self._plan(leg, LATENCY, self._end, Cause.SWITCH_ERROR, None)
        ring = command.ring.total_seconds()
        if reaction.rings is not None and reaction.rings < ring:
            self._plan(leg, reaction.rings, self._ringing)
        if reaction.fate in ANSWERED and reaction.decides < ring:
            self._plan(leg, reaction.decides, self._answers)
        elif reaction.fate in REFUSALS and reaction.decides < ring:
            cause, code = REFUSALS[reaction.fate]
            self._plan(leg, reaction.decides, self._end, cause, reaction.sip_code or code)
        else:
            cause = Cause.TRUNK_DEAD if reaction.fate is Fate.SILENT else Cause.RING_TIMEOUT
            self._plan(leg, ring + LATENCY, self._end, cause, None)
        return None

    def _on_the_line(self, trunk: str, on_trunk: int, to_number: int) -> Reaction | None:
        """What the carrier does by itself, before any callee hears of the call."""
        health = self._health.get(trunk, TrunkHealth.WELL)
        if health is TrunkHealth.DEAD:
            return Reaction(Fate.SILENT, rings=None)
        if health is TrunkHealth.REFUSING or on_trunk >= self._channels.get(trunk, 0):
            return Reaction(Fate.CONGESTION, rings=None, decides=0.1)
        if to_number:
            return Reaction(Fate.BUSY, rings=None, decides=0.3)
        return None

    def _answers(self, leg: Leg, now: Instant) -> None:
        assert leg.reaction is not None
        self.tally.answered += 1
        leg.answered_at = now
        leg.turn += 1
        self._plan(leg, leg.reaction.patience, self._end, Cause.HUNG_UP, None, since=now)
        self._tell(LegAnswered(leg.id))

    def _detect(self, command: DetectMachine, now: Instant) -> None:
        leg = self._legs.get(command.leg)
        if leg is None or leg.answered_at is None or leg.reaction is None or leg.partner is not None:
            return
        leg.listening += 1
        verdict, longest = leg.reaction.verdict, command.longest.total_seconds()
        if verdict is not None:
            in_time = leg.reaction.listens < longest
            said = verdict if in_time else Verdict.UNSURE
            self._plan(leg, min(leg.reaction.listens, longest), self._judged, said, leg.listening, since=now)

    def _judged(self, leg: Leg, verdict: Verdict, listening: int, now: Instant) -> None:
        if leg.listening == listening:
            self._tell(VerdictReached(leg.id, verdict))
