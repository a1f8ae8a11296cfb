"""What the engine says: facts committed as a whole, then commands and requests, and the deaths in between."""

from __future__ import annotations

from datetime import timedelta

from campana.engine.outputs import (
    AttemptEnded,
    Command,
    Fact,
    Originate,
    Output,
    ReleaseTasks,
    Request,
    ReserveTasks,
)
from campana.kernel.clock import Instant
from campana.kernel.ids import AttemptId, leg_attempt
from campana.sim.directory import Fenced
from campana.sim.faults import CrashPhase
from campana.sim.shift.misfortune import Misfortune


class Outputs(Misfortune):
    def _plan_flush(self, after: timedelta) -> None:
        self._flush_planned = True
        self.agenda.at(self.now + after, self._flush_later, self._generation)

    def _flush_later(self, generation: int, now: Instant) -> None:
        if generation == self._generation:
            self._flush_planned = False
            self._flush(now)

    def _flush(self, now: Instant) -> None:
        """Commits what is pending, then lets its commands and requests leave."""
        facts, commands, requests = _sorted_out(self._pending)
        phase = self._due_crash(commands)
        if phase is CrashPhase.BEFORE_FACTS:
            return self._die(phase, now)
        if self._database_away_until is not None:
            if now < self._database_away_until:
                return self._plan_flush(timedelta(seconds=1))
            self._database_away_until = None
        if phase is CrashPhase.TAKEN_OVER:
            self.directory.take_lease(self.directory.fencing + 1, self._engine_now)
        try:
            refused = self.directory.apply(facts, fencing=self._generation)
        except Fenced:
            return self._die(CrashPhase.TAKEN_OVER, now, back_after=0.0)
        self._pending = []
        for _ in range(self._read):
            self._mailbox.popleft()
        self._read = 0
        self.inspector.committed(facts, refused, now)
        for fact in facts:
            self.floor.hear(fact, now)
        void = {refusal.attempt_id for refusal in refused}
        void |= {fact.attempt_id for fact in facts if isinstance(fact, AttemptEnded)}
        self._inbox.extend(refused)
        return self._send(commands, requests, void, phase, now)

    def _send(
        self,
        commands: list[Command],
        requests: list[Request],
        void: set[AttemptId],
        phase: CrashPhase | None,
        now: Instant,
    ) -> None:
        """Commands leave in order, except dialling for attempts that were refused or are over already."""
        if phase is CrashPhase.AFTER_FACTS:
            return self._die(phase, now)
        if phase is CrashPhase.AMID_COMMANDS:
            commands = commands[: len(commands) // 2]
        for command in commands:
            if not isinstance(command, Originate) or leg_attempt(command.leg) not in void:
                self.world.carry_out(command, now)
        if phase is not None:
            return self._die(phase, now)
        for request in requests:
            self._ask(request, now)
        return None

    def _ask(self, request: Request, now: Instant) -> None:
        match request:
            case ReserveTasks():
                latency = self._of.random() * (0.02 if self._of.random() < 0.98 else 2.0)
                self.agenda.after(now, latency, self._answer, request, self._generation)
            case ReleaseTasks():
                self.directory.release(request.task_ids)

    def _answer(self, request: ReserveTasks, generation: int, now: Instant) -> None:
        if generation != self._generation or self.engine is None:
            return
        if self._database_away_until is not None and now < self._database_away_until:
            self.agenda.after(now, 1.0, self._answer, request, generation)
            return
        self.tell(self.directory.reserve(request, max(self._engine_now, now + self._skew)))


def _sorted_out(outputs: list[Output]) -> tuple[list[Fact], list[Command], list[Request]]:
    facts: list[Fact] = []
    commands: list[Command] = []
    requests: list[Request] = []
    for output in outputs:
        if isinstance(output, Command):
            commands.append(output)
        elif isinstance(output, Request):
            requests.append(output)
        else:
            facts.append(output)
    return facts, commands, requests
