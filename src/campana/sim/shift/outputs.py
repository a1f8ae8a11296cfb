"""What the engine says: facts committed as a whole, then commands, and what may go wrong in between.

``plan.one_transaction``: the database's answers (tasks reserved, attempts refused) are thought about before the
commit, as the product does; else they come later, each in a batch of its own.
"""

from __future__ import annotations

from dataclasses import replace

from campana.engine.inputs import Input
from campana.engine.outputs import (
    AgentSetNotReady,
    AttemptEnded,
    Bridge,
    Command,
    Fact,
    Originate,
    Output,
    ReleaseTasks,
    Request,
    ReserveTasks,
    RingAgent,
)
from campana.engine.words import Presence
from campana.kernel.clock import Instant
from campana.kernel.ids import AttemptId, leg_attempt
from campana.sim.directory import Fenced
from campana.sim.faults import CrashPhase, Fault
from campana.sim.shift.misfortune import Misfortune
from campana.sim.shift.process import Process

NOTHING_WRITTEN = frozenset(
    {CrashPhase.BEFORE_FACTS, Fault.COMMIT_LOST, Fault.COMMIT_CONFLICT, Fault.COMMIT_CUT, CrashPhase.IN_RESTORE}
)
UNSAID = frozenset({CrashPhase.AFTER_FACTS, Fault.ANSWER_LOST})
"""Strike where two are let together: it is written, and nobody says it to the switch."""
OF_DATABASE = frozenset({Fault.COMMIT_LOST, Fault.COMMIT_CONFLICT, Fault.COMMIT_CUT, Fault.ANSWER_LOST})
"""The process lives and begins anew at once."""


class Outputs(Misfortune):
    def _plan_flush(self, process: Process) -> None:
        process.flush_planned = True
        self.agenda.at(self.now + self.plan.batch_window, self._flush_later, process)

    def _flush_later(self, process: Process, now: Instant) -> None:
        process.flush_planned = False
        if process.alive and not process.asleep:
            self._flush(process, now)

    def _flush(self, process: Process, now: Instant) -> None:
        """Commits what is pending, then lets its commands and requests leave."""
        if self._database_away(now):
            return self._die(process, Fault.DATABASE_AWAY, now)
        blow = self._due_blow(process)
        if blow in NOTHING_WRITTEN:
            return self._struck(process, blow, now)
        if blow is Fault.ASLEEP_BEFORE:
            return self._sleep(process, self._of.uniform(1, 20), now)
        if blow is CrashPhase.TAKEN_OVER:
            self.directory.take_lease(self.directory.fencing + 1, self._engine_now)
        commands: list[Command] = []
        requests: list[Request] = []
        try:
            void = self._commit(process, commands, requests, now)
        except Fenced:
            return self._die(process, CrashPhase.TAKEN_OVER, now, back_after=0.0)
        process.newborn = False
        self._forget_read(process)
        commands = [command for command in commands if not _void(command, *void)]
        if blow in {CrashPhase.AFTER_FACTS, Fault.ANSWER_LOST}:
            return self._struck(process, blow, now)
        if blow in {Fault.ASLEEP_AFTER, Fault.COMMIT_SLOW}:
            process.unsent = (commands, requests)
            longest = 20 if blow is Fault.ASLEEP_AFTER else 9
            return self._sleep(process, self._of.uniform(0.5, longest), now)
        return self._send(process, commands, requests, blow, now)

    def _commit(
        self, process: Process, commands: list[Command], requests: list[Request], now: Instant
    ) -> tuple[set[AttemptId], set[AttemptId]]:
        """Writes facts, and in one transaction thinks on with what the database answers. Attempts refused and over."""
        refusals: set[AttemptId] = set()
        over: set[AttemptId] = set()
        first = True
        while first or process.pending:
            first = False
            facts, orders, wishes = _sorted_out(process.pending)
            process.pending = []
            refused = self.directory.apply(facts, fencing=process.fencing)
            self.inspector.committed(facts, refused, now)
            for fact in facts:
                self.floor.hear(fact, now)
                if isinstance(fact, AgentSetNotReady) and fact.agent_id in self._presence:
                    known = self._presence[fact.agent_id]
                    self._presence[fact.agent_id] = replace(known, presence=Presence.NOT_READY)
            refusals |= {refusal.attempt_id for refusal in refused}
            over |= {fact.attempt_id for fact in facts if isinstance(fact, AttemptEnded)}
            commands += orders
            if not self.plan.one_transaction:
                process.inbox.extend(refused)
                requests += wishes
                continue
            answers: list[Input] = list(refused)
            for wish in wishes:
                if isinstance(wish, ReserveTasks):
                    answers.append(self.directory.reserve(wish, self.engine_time()))
                elif isinstance(wish, ReleaseTasks):
                    self.directory.release(wish.task_ids, fencing=process.fencing)
            for answer in answers:
                self._think(process, answer)
        return refusals, over

    def _forget_read(self, process: Process) -> None:
        """The wishes that were read are gone from the mailbox with the commit."""
        count = process.read
        for _ in range(count):
            self._mailbox.popleft()
        for other in self._processes():
            other.read = max(0, other.read - count)

    def _send(
        self,
        process: Process,
        commands: list[Command],
        requests: list[Request],
        blow: CrashPhase | Fault | None,
        now: Instant,
    ) -> None:
        """Commands leave in order, while the lease surely holds."""
        if commands and not self._may_send(process, now):
            return self._die(process, CrashPhase.TAKEN_OVER, now, back_after=0.0)
        if blow is CrashPhase.AMID_COMMANDS:
            commands = commands[: len(commands) // 2]
        for command in commands:
            self.world.carry_out(command, now)
        if blow is not None:
            return self._struck(process, blow, now)
        for request in requests:
            self._ask(process, request, now)
        return None

    def _may_send(self, process: Process, now: Instant) -> bool:
        """Late, a heartbeat is tried first (``runtime.shell``)."""
        if not process.fresh(now) and process.fencing == self.directory.fencing:
            process.renewed = None
        return process.fresh(now)

    def _go_on(self, process: Process, now: Instant) -> None:
        """After sleep: first what was left undone."""
        if process.unsent is not None:
            (commands, requests), process.unsent = process.unsent, None
            self._send(process, commands, requests, None, now)
        elif process.pending:
            self._flush(process, now)

    def _struck(self, process: Process, blow: CrashPhase | Fault | None, now: Instant) -> None:
        assert blow is not None
        if blow is Fault.COMMIT_CUT:
            self._database_goes(self._of.uniform(0.2, 5), 0.0, now)
        if blow is CrashPhase.IN_RESTORE and not process.newborn:
            self._armed.appendleft((blow, 0))  # the next engine dies while it restores
            blow = CrashPhase.AT_ONCE
        self._die(process, blow, now, back_after=0.3 if blow in OF_DATABASE else None)

    def _due_blow(self, process: Process) -> CrashPhase | Fault | None:
        """What was armed for this batch, once there is a batch worth it."""
        if not self._armed or process is not self.process:
            return None
        blow, passes = self._armed[0]
        commands = sum(isinstance(output, Command) for output in process.pending)
        if not process.pending or (blow is CrashPhase.AMID_COMMANDS and commands < 2 and self._of.random() < 0.98):
            return None
        joins = blow in UNSAID and any(isinstance(output, Bridge) for output in process.pending)
        if passes > 0 and not joins:
            self._armed[0] = (blow, passes - 1)
            return None
        if not commands and blow is not CrashPhase.IN_RESTORE and self._of.random() < 0.7:
            return None
        self._armed.popleft()
        return blow

    def _ask(self, process: Process, request: Request, now: Instant) -> None:
        match request:
            case ReserveTasks():
                latency = self._of.random() * (0.02 if self._of.random() < 0.98 else 2.0)
                self.agenda.after(now, latency, self._answer, request, process)
            case ReleaseTasks():
                self.directory.release(request.task_ids, fencing=process.fencing)

    def _answer(self, request: ReserveTasks, process: Process, now: Instant) -> None:
        if not process.alive or process is not self.process:
            return
        if self._database_away(now):
            self._die(process, Fault.DATABASE_AWAY, now)
        else:
            process.inbox.append(self.directory.reserve(request, self.engine_time()))


def _void(command: Command, refused: set[AttemptId], over: set[AttemptId]) -> bool:
    """Whether it would dial for an attempt that was refused or is over already, or ring somebody for a refused one."""
    match command:
        case Originate():
            return leg_attempt(command.leg) in refused or leg_attempt(command.leg) in over
        case RingAgent():
            return leg_attempt(command.leg) in refused
        case _:
            return False


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
