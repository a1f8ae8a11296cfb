"""Who waits, for what and how long: customers and callers for an agent, agents for work, both sides for a sound."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from campana.engine.engine import Engine
from campana.engine.words import AgentState, AttemptState, CampaignState, Presence
from campana.kernel.clock import Instant
from campana.kernel.ids import agent_leg, customer_leg
from campana.sim.invariants.books import IDLE, Books

BUSY: Final = frozenset({AgentState.RESERVED, AgentState.RINGING, AgentState.IN_CALL})
MESSAGE: Final = timedelta(seconds=200)
"""What hears nobody is said a message; its end may be told late, or never."""
LAG: Final = timedelta(seconds=15)
LONGEST: Final = timedelta(seconds=120)
"""No campaign and no number of these worlds lets anybody wait longer."""


class Waiting(Books):
    def _look_for_waiting(self, now: Instant) -> None:
        self._look_for_silence()
        self._look_for_the_lonely(now)
        if now < self._calm_from:
            return
        clock = self._shift.engine_time()
        for attempt_id, live in self._live.items():
            waits = live.state is AttemptState.WAITING_AGENT and live.since is not None
            if waits and live.since is not None and clock - live.since > LONGEST + MESSAGE:
                self.violate("nobody waits for ever", f"{attempt_id:x} since {live.since}")
        for agent_id, moved in self._agents.items():
            row = self._shift.directory.attempts.get(moved.attempt_id) if moved.attempt_id is not None else None
            over = row is not None and row.ended_at is not None and clock - row.ended_at > IDLE
            if moved.state in BUSY and over:
                self.violate("no agent is stuck", f"agent {agent_id} is {moved.state} for {moved.attempt_id:x}")
            if moved.state is AgentState.WRAP_UP and moved.until is not None and clock - moved.until > IDLE:
                self.violate("wrap-up ends", f"agent {agent_id} until {moved.until}")
        self._look_for_callers(clock)

    def listen(self, now: Instant) -> None:
        """Twice, soon after an engine or a switch came back."""
        self._apart = set()
        for seconds in (2.0, 4.0):
            self._shift.agenda.after(now, seconds, self._listen)

    def _listen(self, now: Instant) -> None:
        self._look_for_silence()

    def _look_for_silence(self) -> None:
        """Whoever talks by the journal hears the other side, once the engine has had its time to say so."""
        shift = self._shift
        process = shift.process
        if process is None or process.asleep or process.unsent is not None or shift.world.lost:
            self._apart = set()
            return
        apart = set()
        for attempt_id, live in self._live.items():
            row = shift.directory.attempts[attempt_id]
            ours = row.arrived or customer_leg(attempt_id)
            if live.state is AttemptState.CONNECTED and shift.world.apart(ours, agent_leg(attempt_id, live.offers)):
                apart.add(attempt_id)
        for attempt_id in apart & self._apart:
            self.violate("who talks hears the other", f"{attempt_id:x} for {process.fencing}")
        self._apart = apart

    def _look_for_the_lonely(self, now: Instant) -> None:
        """A campaign that wants agents does not run without any (CAM-042); an engine that begins counts from there."""
        shift = self._shift
        if shift.process is None or shift.process.asleep:
            self._alone_since.clear()
            return
        clock = shift.engine_time()  # when it goes back, nothing is due meanwhile
        for campaign in shift.campaigns.values():
            somebody = any(
                campaign.id in agent.campaigns
                and (known := shift.presence_of(agent.id)) is not None
                and (known.presence is Presence.READY and known.online and known.dialling)
                for agent in shift.agents.values()
            )
            runs = self._running.get(campaign.id) is CampaignState.RUNNING
            if somebody or not runs or not campaign.only_with_agent or campaign.id in shift.managers.withdrawn:
                self._alone_since.pop(campaign.id, None)
                continue
            since = self._alone_since.setdefault(campaign.id, clock)
            if now >= self._calm_from and clock - since > campaign.no_agent_grace + LAG:
                self.violate(
                    "a campaign that wants agents pauses without them", f"campaign {campaign.id} since {since}"
                )

    def _look_for_callers(self, clock: Instant) -> None:
        """A caller waits while somebody who could take the call has nothing to do."""
        shift = self._shift
        routes = {hotline.id: hotline.inbound for hotline in shift.managers.hotlines()}
        for attempt_id, live in self._live.items():
            route = routes.get(live.opened.hotline_id)
            waits = live.opened.arrived is not None and live.state is AttemptState.WAITING_AGENT
            if not waits or route is None or live.agent_id is not None or live.since is None:
                continue
            if live.opened.permit.checks.get("inbound") != "passed" or clock - live.since < IDLE:
                continue
            for agent_id in route.agents:
                moved = self._agents.get(agent_id)
                free = moved is not None and moved.state is AgentState.AVAILABLE and clock - moved.at > IDLE
                if free and agent_id in shift.agents and clock - live.since < route.max_wait:
                    self.violate("nobody waits while an agent is free", f"{attempt_id:x}, agent {agent_id}")

    def _nothing_leaks(self) -> None:
        """What the engine still holds when everything is over."""
        engine = self._shift.engine
        if not isinstance(engine, Engine):
            return
        s = engine._state
        held: dict[str, object] = {
            "attempts": s.attempts,
            "conversations": s.ended,
            "results": s.early_results,
            "calls by hand": s.by_hand,
            "unclosed talks": s.unclosed,
            "callers": s.inbound,
            "legs of callers": s.arrived,
            "the line of callers": s.callers,
            "channels": [trunk.config.id for trunk in s.trunks.values() if trunk.busy],
            "campaigns": [
                each.id
                for each in s.campaigns.values()
                if each.live or each.waiting or each.wrapping or each.previews or each.due_previews or each.buffer
            ],
            "free agents": [each.id for each in s.campaigns.values() if each.free or each.dialling],
            "timers": [key for key in s.timers._set if key[0] not in OF_CAMPAIGNS],
        }
        for what, left in held.items():
            if left:
                self.violate("nothing is left in the engine", f"{what}: {left}")


OF_CAMPAIGNS: Final = frozenset({"start", "end", "hours", "due", "buffer", "lonely", "decide", "pace", "rest"})
"""Timers that may be armed though nothing goes on."""
