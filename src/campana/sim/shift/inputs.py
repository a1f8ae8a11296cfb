"""What reaches the engine: wishes of people, events of the switch, answers of the database."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from campana.engine.inputs import (
    CallRequested,
    CampaignConfigured,
    HangUpRequested,
    Input,
    LateResultEntered,
    PresenceChanged,
    ResultEntered,
    RingAgainRequested,
    TimePassed,
)
from campana.engine.outputs import WrapUpEnded
from campana.engine.words import DialMode, Presence
from campana.kernel.clock import Instant
from campana.kernel.ids import AgentId, AttemptId, ContactId
from campana.sim.faults import Fault
from campana.sim.floor import Whom, Wish
from campana.sim.plan import draw_number
from campana.sim.shift.meetings import met
from campana.sim.shift.outputs import Outputs
from campana.sim.shift.process import Process
from campana.telephony.port import SwitchEvent


class Inputs(Outputs):
    def _wish(self, wish: Wish) -> None:
        if isinstance(wish, PresenceChanged):
            if wish.agent_id not in self.agents:
                return
            self._presence[wish.agent_id] = wish
            if wish.presence is Presence.READY and wish.online and wish.dialling:
                self.inspector.came(self.agents[wish.agent_id].campaigns)
            else:
                self.inspector.left(wish.agent_id, self._engine_now)
        elif isinstance(wish, ResultEntered):
            self.directory.say(wish, self.engine_time())
        elif isinstance(wish, CallRequested):
            wish = replace(wish, request_id=len(self.asked) + 1, asked_at=self.engine_time())
            self.asked[wish.request_id] = wish
            self.coverage["wish:CallRequested"] += 1
        elif isinstance(wish, HangUpRequested):
            row = self.directory.attempts.get(wish.attempt_id)
            if row is not None and row.agent_id == wish.agent_id:
                self.inspector.asked_to_hang_up(wish.attempt_id)
        elif isinstance(wish, RingAgainRequested):
            self.inspector.asked_to_ring_again(wish.attempt_id)
        self._mailbox.append(wish)

    def unread(self, attempt_id: AttemptId) -> bool:
        """Whether a result for that talk still lies in the mailbox."""
        return any(isinstance(wish, ResultEntered) and wish.attempt_id == attempt_id for wish in self._mailbox)

    def dismiss(self, agent_id: AgentId) -> None:
        """An agent is removed from the organisation; what they wished is void."""
        self._presence.pop(agent_id, None)
        self.inspector.left(agent_id, self._engine_now)

    def _somebody(self, of: Random) -> Whom:
        """Whom an agent calls by hand: mostly anybody, sometimes who is in a call, or on the list of do not call."""
        directory, chance = self.directory, of.random()
        live = directory.live_attempts()
        if live and chance < 0.1:
            row = of.choice(live)
            return row.number, "", None
        if directory.suppressed and chance < 0.2:
            return of.choice(list(directory.suppressed)), "", None
        contact = directory.contacts[of.choice(list(directory.contacts))]
        if not contact.numbers:
            return draw_number(of, 999_999, 0), "", None
        number, zone = of.choice(contact.numbers)
        return number, zone, ContactId(contact.id)

    def _hear(self, event: SwitchEvent) -> None:
        self.tell(event)

    def _missed(self, event: SwitchEvent, now: Instant) -> None:
        """A driver that lost an event reconnects before long and says what is really up."""
        self.agenda.after(now, 5 + self._of.random() * 60, self._reconcile)

    def _reconcile(self, now: Instant) -> None:
        if not self.world.lost:
            self.world.lose(now)
            self.world.restore(now)

    def _refuses(self, refused: bool) -> bool:
        if refused and not self._line.quiet:
            self.coverage[f"fault:{Fault.SWITCH_ERROR}"] += 1
            return True
        return False

    def _drain(self) -> None:
        """Lets every process that is awake read what there is for it."""
        reading = True
        while reading:
            reading = False
            for process in list(self._processes()):
                reading = self._reads(process) or reading

    def _reads(self, process: Process) -> bool:
        read = False
        while process.alive and not process.asleep and (process.inbox or process.read < len(self._mailbox)):
            read = True
            if process.inbox:
                self._think(process, process.inbox.popleft())
            else:
                wish = self._mailbox[process.read]
                if isinstance(wish, ResultEntered) and self._closes_first(process):
                    continue
                process.read += 1
                for given in self._understood(process, wish):
                    self._think(process, given)
            if not process.flush_planned:
                if self.plan.batch_window:
                    self._plan_flush(process)
                else:
                    self._flush(process, self.now)
        return read

    def _closes_first(self, process: Process) -> bool:
        """Before a result is read: a wrap-up that is over must be on disk as over (``runtime.shell``)."""
        self._think(process, TimePassed())
        if any(isinstance(output, WrapUpEnded) for output in process.pending):
            self._flush(process, self.now)
            return True
        return False

    def _understood(self, process: Process, wish: Wish) -> list[Input]:
        """A result for a conversation that the engine does not hold any more comes with its task's card; a presence is
        read from its row (``runtime.messages``)."""
        if isinstance(wish, PresenceChanged):
            return [self._presence.get(wish.agent_id, wish)]
        row = self.directory.attempts.get(wish.attempt_id) if isinstance(wish, ResultEntered) else None
        if not isinstance(wish, ResultEntered) or row is None or row.task_id is None or row.campaign_id is None:
            return [wish]
        if process.engine.knows(wish.attempt_id) or not self.directory.takes_late_result(wish):
            return [wish]
        self.coverage["input:LateResultEntered"] += 1
        card = self.directory.card(self.directory.tasks[row.task_id], self.engine_time())
        late = LateResultEntered(wish, replace(card, rounds=max(0, card.rounds - 1)))  # the talk is counted already
        if not self.is_finished(row.campaign_id):
            return [late]
        finished = self.managers.campaign(
            self.campaigns[row.campaign_id]
        )  # an engine that began since does not know it
        return [CampaignConfigured(replace(finished, wanted=None)), late]

    def _think(self, process: Process, given: Input) -> None:
        self._engine_now = max(self._engine_now, self.now + self._skew)
        self.report.inputs += 1
        campaign = process.meets(given)
        if campaign is not None and campaign.mode is DialMode.PREDICTIVE:
            given = CampaignConfigured(campaign, self.directory.pacing(campaign.id, self._engine_now))
        for pair in met(given, self.directory):
            self.coverage[pair] += 1
        if self._trace:
            self._trace(self._engine_now, "in", given)
        outputs = process.engine.handle(given, now=self._engine_now)
        if self._trace:
            for output in outputs:
                self._trace(self._engine_now, "out", output)
        process.pending.extend(outputs)
