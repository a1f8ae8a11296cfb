"""What reaches the engine: wishes of people, events of the switch, answers of the database."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from campana.engine.inputs import (
    CallRequested,
    HangUpRequested,
    Input,
    LateResultEntered,
    PresenceChanged,
    ResultEntered,
)
from campana.engine.words import Presence
from campana.kernel.clock import Instant
from campana.kernel.ids import AgentId, ContactId
from campana.sim.faults import Fault
from campana.sim.floor import Whom, Wish
from campana.sim.plan import draw_number
from campana.sim.shift.outputs import Outputs
from campana.telephony.port import SwitchEvent


class Inputs(Outputs):
    def _wish(self, wish: Wish) -> None:
        if isinstance(wish, PresenceChanged):
            if wish.agent_id not in self.agents:
                return
            self._presence[wish.agent_id] = wish
            if wish.presence is not Presence.READY:
                self.inspector.left(wish.agent_id, self._engine_now)
        elif isinstance(wish, ResultEntered):
            self.directory.say(wish, self.engine_time())
        elif isinstance(wish, CallRequested):
            wish = replace(wish, request_id=len(self.asked) + 1, asked_at=self.engine_time())
            self.asked[wish.request_id] = wish
            self.coverage["wish:CallRequested"] += 1
        elif isinstance(wish, HangUpRequested):
            self.inspector.asked_to_hang_up(wish.attempt_id)
        self._mailbox.append(wish)

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
        while self.engine is not None and (self._inbox or self._read < len(self._mailbox)):
            if self._inbox:
                given = self._inbox.popleft()
            else:
                given = self._mailbox[self._read]
                self._read += 1
                if isinstance(given, ResultEntered):
                    given = self._late(given)
            self._handle(given)

    def _late(self, given: ResultEntered) -> ResultEntered | LateResultEntered:
        assert self.engine is not None
        row = self.directory.attempts.get(given.attempt_id)
        if row is None or self.engine.knows(given.attempt_id) or not self.directory.takes_late_result(given):
            return given
        if row.task_id is None:
            return given
        self.coverage["input:LateResultEntered"] += 1
        card = self.directory.card(self.directory.tasks[row.task_id], self.engine_time())
        return LateResultEntered(given, card)

    def _handle(self, given: Input) -> None:
        assert self.engine is not None
        self._engine_now = max(self._engine_now, self.now + self._skew)
        self.report.inputs += 1
        if self._trace:
            self._trace(self._engine_now, "in", given)
        outputs = self.engine.handle(given, now=self._engine_now)
        if self._trace:
            for output in outputs:
                self._trace(self._engine_now, "out", output)
        self._pending.extend(outputs)
        if self._flush_planned:
            return
        if self._database_away_until is not None or self.plan.batch_window:
            self._plan_flush(self.plan.batch_window)
        else:
            self._flush(self.now)
