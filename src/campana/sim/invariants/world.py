"""What is seen of the switch with a stop-watch: who is dialled and rung, and who is cut off."""

from __future__ import annotations

from campana.engine.outputs import (
    Originate,
    RingAgent,
)
from campana.engine.words import MACHINES, AttemptState
from campana.kernel.clock import Instant
from campana.kernel.ids import LegId, agent_leg, customer_leg, leg_attempt
from campana.sim.invariants.books import PACED, Books


class WorldWatch(Books):
    def dialled(self, command: Originate, live_on_trunk: int, live_to_number: int, now: Instant) -> None:
        attempt = leg_attempt(command.leg)
        row = self._shift.directory.attempts.get(attempt) if attempt is not None else None
        if row is None or row.ended_at is not None or row.number != command.number:
            self.violate("an attempt is on disk before it is dialled", f"{command.leg}: {row}")
            return
        if live_to_number - self._shift.world.callers_from(command.number) > 1:
            self.violate("one telephone never rings twice at once", f"{command.leg} to {command.number}")
        since = self._suppressed.get(command.number)
        if since is not None and since <= self._committed_at[row.id]:
            self.violate("no call to a suppressed number", f"{command.leg} to {command.number}, suppressed {since}")
        contact = self._shift.directory.contacts[row.contact_id] if row.contact_id is not None else None
        if contact and row.task_id and contact.deleted_at and contact.deleted_at <= self._committed_at[row.id]:
            self.violate("no call to a deleted contact", f"{command.leg}, contact {contact.id}")
        if row.campaign_id is None and agent_leg(row.id, 1) not in self._shift.world.picked_up:
            self.violate("by hand the agent is on the line first", f"{command.leg}")
        trunk = next(trunk for trunk in self._shift.plan.trunks if trunk.endpoint == command.trunk)
        live_on_trunk -= self._shift.world.callers_on(command.trunk)  # they come unasked
        if live_on_trunk > trunk.channels:
            self.violate("no call over the trunk's channels", f"{command.leg}: {live_on_trunk} on {trunk.endpoint}")
        dials = self._trunk_dials[command.trunk]
        dials.append(now)
        while now - dials[0] >= PACED:
            dials.popleft()
        anew = sum(now - at < PACED for at in self._refilled)
        if len(dials) > trunk.calls_per_second * 11 + 1 + anew * max(1.0, trunk.calls_per_second):
            self.violate("no call over the trunk's pace", f"{command.leg}: {len(dials)} in 10 s on {trunk.endpoint}")

    def rang_agent(self, command: RingAgent, legs_of_agent: int, now: Instant) -> None:
        attempt = leg_attempt(command.leg)
        row = self._shift.directory.attempts.get(attempt) if attempt is not None else None
        if row is not None and (row.state is AttemptState.DETECTING or row.verdict in MACHINES):
            self.violate("no agent rings for a machine", f"{command.leg}: {row.state}, {row.verdict}")
        if legs_of_agent > 1:
            self._shift.coverage["world:agent rung while on the telephone"] += 1
            if now >= self._calm_from and not self._shift.plan.faults.lost:
                self.violate("an agent is in one place", f"{command.leg} rings {command.endpoint}, who is on the line")

    def we_hung_up(self, leg: LegId, talking: bool, now: Instant) -> None:
        attempt = leg_attempt(leg) or self._shift.directory.arrivals.get(leg)
        gives_way = attempt is not None and attempt in self._asked_again and customer_leg(attempt) != leg
        if talking and attempt not in self._asked and not gives_way:
            self.violate("never a talking customer cut off by us", f"{leg}")
