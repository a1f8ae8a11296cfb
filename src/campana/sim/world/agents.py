"""The telephones of agents, and the talks."""

from __future__ import annotations

from campana.engine.inputs import (
    LegAnswered,
)
from campana.engine.outputs import Bridge, HangUp, Monitor, PlayHoldMusic, PlayRinging, RingAgent
from campana.engine.words import Cause
from campana.kernel.clock import Instant
from campana.sim.callees import Fate
from campana.sim.world.legs import LATENCY, LONELY, PATIENCE_OF_CALLERS, Leg, Legs


class Agents(Legs):
    def _ring_agent(self, command: RingAgent, now: Instant) -> None:
        if command.leg in self._seen:
            return None
        self._seen.add(command.leg)
        self.tally.rings += 1
        busy = self._busy(command.endpoint)
        self.watch.rang_agent(command, busy + 1, now)
        leg = self._add(Leg(command.leg, command.endpoint, now))
        if busy:
            return self._plan(leg, LATENCY, self._end, Cause.BUSY, 486)
        if self.refuse(command):
            return self._plan(leg, LATENCY, self._end, Cause.SWITCH_ERROR, None)
        reaction = self.telephones.ring(command.endpoint, leg.id, now)
        if reaction.refuses is Cause.UNAVAILABLE:
            return self._plan(leg, LATENCY, self._end, Cause.UNAVAILABLE, 480)
        if reaction.refuses is Cause.BUSY:
            return self._plan(leg, LATENCY, self._end, Cause.BUSY, 486)
        self._plan(leg, 0.1, self._ringing)
        ring = command.ring.total_seconds()
        if reaction.refuses is not None:
            self._plan(leg, 2.0, self._end, reaction.refuses, 603)
        elif reaction.after is not None and reaction.after < ring:
            self._plan(leg, 0.1 + reaction.after, self._agent_answers)
        else:
            self._plan(leg, ring + LATENCY, self._end, Cause.RING_TIMEOUT, None)
        return None

    def _agent_answers(self, leg: Leg, now: Instant) -> None:
        leg.answered_at = now
        leg.turn += 1
        self.picked_up.add(leg.id)
        self._plan(leg, 4 * LONELY, self._end, Cause.HUNG_UP, None, since=now)
        self._tell(LegAnswered(leg.id))

    def _ring_tone(self, command: PlayRinging, now: Instant) -> None:
        """The agent called and waits for an answer, longer than for somebody who should be there already."""
        leg = self._legs.get(command.leg)
        if leg is not None and leg.answered_at is not None and leg.partner is None:
            leg.turn += 1
            self._plan(leg, PATIENCE_OF_CALLERS, self._end, Cause.HUNG_UP, None, since=now)

    def _monitor(self, command: Monitor, now: Instant) -> None:
        """A supervisor hears a talk and stays as long as he is let."""
        leg = self._legs.get(command.monitor_leg)
        if leg is not None and leg.answered_at is not None and command.leg in self._legs:
            leg.turn += 1

    def lose_telephone(self, endpoint: str, now: Instant) -> None:
        """Nobody hangs up: the telephone is gone, with the page it lived in."""
        for leg_id in sorted(self._at.get(endpoint, ())):
            if self._legs[leg_id].answered_at is not None:
                self._end(self._legs[leg_id], Cause.LOST, None, now)

    def _music(self, command: PlayHoldMusic, now: Instant) -> None:
        """Whoever was let alone in a talk hears that it goes on, and waits for a while."""
        leg = self._legs.get(command.leg)
        if leg is not None and leg.talked and leg.reaction is not None and leg.partner not in self._legs:
            leg.partner = None
            leg.turn += 1
            self._plan(leg, leg.reaction.patience, self._end, Cause.HUNG_UP, None, since=now)

    # --- talks ------------------------------------------------------------------------------------

    def _bridge(self, command: Bridge, now: Instant) -> None:
        customer, agent = self._legs.get(command.customer_leg), self._legs.get(command.agent_leg)
        if not customer or not agent or customer.partner == agent.id:
            return
        if customer.answered_at is None or agent.answered_at is None or customer.reaction is None:
            return
        customer.partner, agent.partner = agent.id, customer.id
        customer.talked = agent.talked = True
        customer.turn += 1
        agent.turn += 1
        self.tally.talks += 1
        reaction = customer.reaction
        self.telephones.talk_began(agent.address, agent.id, reaction.fate is Fate.MACHINE, now)
        if reaction.leaves_first:
            self._plan(customer, reaction.talks, self._end, Cause.HUNG_UP, None, since=now)
        else:
            self._plan(customer, reaction.talks, self._agent_has_done, since=now)

    def _agent_has_done(self, customer: Leg, now: Instant) -> None:
        agent = self._legs.get(customer.partner) if customer.partner else None
        if agent is None:
            return
        if self.telephones.talk_over(agent.address, agent.id, now):
            self._end(agent, Cause.HUNG_UP, None, now)
        else:  # the desk asks the engine; nobody waits for it for ever
            self._plan(customer, 4 * LONELY, self._end, Cause.HUNG_UP, None, since=now)

    def _hang_up(self, command: HangUp, now: Instant) -> None:
        leg = self._legs.get(command.leg)
        if leg is not None:
            self.watch.we_hung_up(leg.id, leg.partner in self._legs, now)
            self._leave(leg)
            self.agenda.after(now, LATENCY, self._end, leg, Cause.WE_HUNG_UP, None)
