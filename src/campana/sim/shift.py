"""One working day in virtual time: engine, directory and world in lock-step, with misfortune.

The shift is the smallest honest runtime: inputs one at a time, outputs gathered into batches, the facts
of a batch committed as a whole, and only then its commands and requests sent. Wishes of people stay in a
mailbox until the batch they caused is on disk. The world has its own time; the engine sees that time
plus the steps of a wandering clock, never going back.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable
from datetime import timedelta
from typing import Protocol

from campana.engine.config import CampaignConfig, OrganisationConfig
from campana.engine.engine import Engine
from campana.engine.inputs import (
    AgentConfigured,
    CampaignConfigured,
    HangUpRequested,
    HotlineConfigured,
    Input,
    LateResultEntered,
    OrganisationConfigured,
    OtherCallsCounted,
    PresenceChanged,
    ResultEntered,
    SwitchLost,
    TimePassed,
    TrunkConfigured,
)
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
from campana.engine.words import CampaignState, Presence, ResultClass, TaskState
from campana.kernel.clock import Instant
from campana.kernel.ids import AgentId, AttemptId, CampaignId, ResultId, leg_attempt
from campana.sim.agenda import Agenda
from campana.sim.callees import Callees, LaboratoryCallees, MixedCallees
from campana.sim.directory import Directory, Fenced
from campana.sim.faults import CrashPhase, Fault, Line
from campana.sim.floor import Floor, Seat, Wish
from campana.sim.invariants import Inspector
from campana.sim.laws import stream
from campana.sim.meddling import Managers
from campana.sim.plan import ShiftPlan
from campana.sim.report import ShiftReport
from campana.sim.rows import ContactRow
from campana.sim.world import TrunkHealth, World
from campana.telephony.port import SwitchEvent

RESULTS = {kind: ResultId(n) for n, kind in enumerate(ResultClass, start=1)}
DRAIN = timedelta(minutes=30)
"""After the shift nobody starts anything; then everything must have come to rest."""


class Dialler(Protocol):
    """What a shift needs of an engine."""

    def handle(self, given: Input, /, *, now: Instant) -> list[Output]: ...

    def deadline(self) -> Instant | None: ...

    def knows(self, attempt_id: AttemptId) -> bool: ...


Builder = Callable[[OrganisationConfig, int, Instant], Dialler]
Trace = Callable[[Instant, str, object], None]


def build_engine(organisation: OrganisationConfig, fencing: int, now: Instant) -> Dialler:
    return Engine(organisation, fencing=fencing, now=now)


class Shift:
    """Runs a plan. ``trace(at, kind, thing)`` is told everything that passes, when given."""

    def __init__(
        self,
        plan: ShiftPlan,
        *,
        build: Builder = build_engine,
        callees: Callees | None = None,
        trace: Trace | None = None,
    ) -> None:
        self.plan = plan
        self.now = plan.start
        self.organisation = plan.organisation
        self.campaigns: dict[CampaignId, CampaignConfig] = {campaign.id: campaign for campaign in plan.campaigns}
        self.agents = {agent.id: agent for agent in plan.agents}
        self.other_calls = 0
        self.report = ShiftReport(plan.seed, plan.length.total_seconds() / 3600, len(plan.agents), len(plan.campaigns))
        self.coverage: Counter[str] = self.report.coverage
        self.agenda = Agenda()
        self.directory = Directory()
        self.engine: Dialler | None = None
        self._build = build
        self._trace = trace
        self._of = stream(plan.seed, 3)
        self._skew = timedelta(0)
        self._engine_now = plan.start
        self._inbox: deque[Input] = deque()
        self._mailbox: deque[Wish] = deque()
        self._read = 0
        """How many wishes of the mailbox the engine has seen but the journal not yet confirmed."""
        self._pending: list[Output] = []
        self._flush_planned = False
        self._database_away_until: Instant | None = None
        self._crash: CrashPhase | None = None
        self._generation = 0
        self._presence: dict[AgentId, PresenceChanged] = {}
        self._stalled = 0
        self.inspector = Inspector(self)
        self.floor = Floor(
            seed=plan.seed,
            agenda=self.agenda,
            seats=[Seat(agent.id, agent.endpoint) for agent in plan.agents],
            people=self._wish,
            results=RESULTS,
            habits=plan.habits,
        )
        self.world = World(
            callees=callees or LaboratoryCallees(MixedCallees(seed=plan.seed, mix=plan.mix)),
            trunks=plan.trunks,
            telephones=self.floor,
            agenda=self.agenda,
            watch=self.inspector,
        )
        self._line = Line(
            agenda=self.agenda,
            faults=plan.faults,
            of=stream(plan.seed, 5),
            deliver=self._hear,
            missed=self._missed,
            coverage=self.coverage,
        )
        self.world.listener = lambda event: self._line.carry(event, self.now)
        switch_errors = stream(plan.seed, 6)
        self.world.refuse = lambda command: self._refuses(switch_errors.random() < plan.faults.switch_errors)
        self.managers = Managers(self)

    # --- the day ----------------------------------------------------------------------------------

    def run(self) -> ShiftReport:
        began = time.perf_counter()
        self._prepare()
        end = self.plan.end
        self.agenda.at(end, self._wind_up)
        while self._step(end + DRAIN):
            pass
        self.inspector.final_checks()
        self._count()
        self.report.wall_seconds = time.perf_counter() - began
        return self.report

    def _prepare(self) -> None:
        plan = self.plan
        for contact_id, numbers in plan.contacts:
            self.directory.add_contact(ContactRow(contact_id, numbers))
        for task in plan.tasks:
            self.directory.add_task(
                task.id,
                task.campaign_id,
                task.contact_id,
                task.time_zone,
                task.priority,
                task.not_before,
                task.not_after,
            )
        marks = {campaign.id: campaign.do_not_call_again for campaign in plan.campaigns}
        self.directory.set_rules(plan.organisation.frequency_cap, marks)
        for number in plan.suppressed:
            self.directory.suppress(number, plan.start)
        for at, fault in plan.faults.plan(plan.seed, plan.start, plan.length):
            self.agenda.at(at, self._strike, fault)
        self.floor.open(plan.start)
        self.managers.plan()
        self.inspector.plan()
        self._start_engine(plan.start)

    def _step(self, until: Instant) -> bool:
        """Lets the next thing happen: of the world, or the engine's deadline."""
        due = self.agenda.next_at
        wakes = self._wakes_at()
        if wakes is not None and (due is None or wakes <= due):
            if wakes > until:
                return False
            self._stalled = self._stalled + 1 if wakes <= self.now else 0
            if self._stalled > 200:
                self.inspector.violate("deadline does not move", f"the engine asks for {wakes} again and again")
                raise Stuck(self.report)
            self.now = max(self.now, wakes)
            self._inbox.append(TimePassed())
        elif due is not None and due <= until:
            if due > self.now:
                self._stalled = 0
                self.now = due
            self.agenda.step()
        else:
            return False
        self._drain()
        return True

    def _wakes_at(self) -> Instant | None:
        if self.engine is None:
            return None
        deadline = self.engine.deadline()
        if deadline is None:
            return None
        return max(deadline - self._skew, self.now)

    def _wind_up(self, now: Instant) -> None:
        """Managers pause everything, agents go home, nothing fails any more."""
        self._line.quiet = True
        self._crash = None
        self.managers.pause_all()
        self.floor.close(now)

    # --- inputs -----------------------------------------------------------------------------------

    def tell(self, given: Input) -> None:
        """Something for the engine; lost when no engine runs."""
        if self.engine is not None:
            self._inbox.append(given)

    def _wish(self, wish: Wish) -> None:
        if isinstance(wish, PresenceChanged):
            if wish.agent_id not in self.agents:
                return
            self._presence[wish.agent_id] = wish
            if wish.presence is not Presence.READY:
                self.inspector.left(wish.agent_id, self._engine_now)
        elif isinstance(wish, ResultEntered):
            self.directory.say(wish, self.engine_time())
        elif isinstance(wish, HangUpRequested):
            self.inspector.asked_to_hang_up(wish.attempt_id)
        self._mailbox.append(wish)

    def dismiss(self, agent_id: AgentId) -> None:
        """An agent is removed from the organisation; what they wished is void."""
        self._presence.pop(agent_id, None)
        self.inspector.left(agent_id, self._engine_now)

    def engine_time(self) -> Instant:
        return max(self._engine_now, self.now + self._skew)

    def is_finished(self, campaign_id: CampaignId) -> bool:
        return self.directory.campaigns.get(campaign_id, (None,))[0] is CampaignState.FINISHED

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

    # --- outputs ----------------------------------------------------------------------------------

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

    # --- misfortune -------------------------------------------------------------------------------

    def _strike(self, fault: Fault, now: Instant) -> None:
        self.coverage[f"fault:{fault}"] += 1
        self.inspector.disturbed(now)
        of = self._of
        match fault:
            case Fault.CRASH:
                self._crash = of.choice(list(CrashPhase))
            case Fault.SWITCH_LOST:
                self.world.lose(now)
                self.agenda.after(now, 1 + of.random() * 30, self._switch_back)
            case Fault.SWITCH_RESTARTED:
                self.world.lose(now)
                self.world.restart(now)
                self.agenda.after(now, 1 + of.random() * 10, self._switch_back)
            case Fault.DATABASE_AWAY:
                self._database_away_until = now + timedelta(seconds=1 + of.random() * 9)
            case Fault.CLOCK_FORWARD:
                self._skew += timedelta(seconds=of.choice((2, 45, 900)))
            case Fault.CLOCK_BACK:
                self._skew -= timedelta(seconds=of.choice((0.5, 5, 60)))
            case Fault.TRUNK_DEAD | Fault.TRUNK_REFUSING:
                health = TrunkHealth.DEAD if fault is Fault.TRUNK_DEAD else TrunkHealth.REFUSING
                trunk = of.choice(self.plan.trunks).endpoint
                self.world.set_trunk(trunk, health, now)
                self.agenda.after(now, 60 + of.random() * 600, self._trunk_back, trunk)
            case _:
                pass

    def _switch_back(self, now: Instant) -> None:
        self.inspector.disturbed(now)
        self.world.restore(now)

    def _trunk_back(self, trunk: str, now: Instant) -> None:
        self.world.set_trunk(trunk, TrunkHealth.WELL, now)

    def _due_crash(self, commands: list[Command]) -> CrashPhase | None:
        """The armed crash, once there is a batch worth dying in."""
        phase = self._crash
        if phase is None or not commands:
            return None
        if phase is CrashPhase.AMID_COMMANDS and len(commands) < 2 and self._of.random() < 0.98:
            return None
        self._crash = None
        return phase

    def _die(self, phase: CrashPhase, now: Instant, *, back_after: float | None = None) -> None:
        self.coverage[f"crash:{phase}"] += 1
        self.inspector.crashed(now)
        self.engine = None
        self._generation = -1
        self._pending = []
        self._inbox.clear()
        self._read = 0
        self._flush_planned = False
        after = 0.5 + self._of.random() * 15 if back_after is None else back_after
        self.agenda.after(now, after, self._start_engine)

    def _start_engine(self, now: Instant) -> None:
        """A new engine from what is on disk: configuration, open attempts, people, and what the switch has up."""
        if self._database_away_until is not None and now < self._database_away_until:
            self.agenda.after(now, 1.0, self._start_engine)
            return
        self._database_away_until = None
        self._generation = self.directory.fencing + 1
        self._engine_now = max(self._engine_now, now + self._skew)
        self.directory.take_lease(self._generation, self._engine_now)
        self.inspector.disturbed(now)
        self.engine = self._build(self.organisation, self._generation, self._engine_now)
        plan, at = self.plan, self._engine_now
        first: list[Input] = [OrganisationConfigured(self.organisation)]
        first += [TrunkConfigured(trunk) for trunk in plan.trunks]
        first += [HotlineConfigured(self.managers.hotline(hotline)) for hotline in plan.hotlines]
        first += [CampaignConfigured(self.managers.campaign(each)) for each in self.campaigns.values()]
        first += [AgentConfigured(agent) for agent in self.agents.values()]
        first += [OtherCallsCounted(self.other_calls)]
        for restored in self.directory.open_attempts(at):
            self.coverage[f"restored:{restored.state}"] += 1
            first.append(restored)
        for wrap_up in self.directory.open_wrap_ups(at):
            self.coverage["restored:wrap_up"] += 1
            if self.directory.tasks[wrap_up.card.id].state is not TaskState.WRAP_UP:
                self.inspector.violate("a restored wrap-up has its task", f"{wrap_up.attempt_id:x}")
            first.append(wrap_up)
        first += list(self._presence.values())
        self._inbox.extend(first)
        if self.world.lost:
            self._inbox.append(SwitchLost())
        else:
            self.world.report(now)

    # --- figures ----------------------------------------------------------------------------------

    def _count(self) -> None:
        report, directory = self.report, self.directory
        report.contacts = len(directory.contacts)
        rows = directory.attempts.values()
        report.attempts = len(rows)
        report.answered = sum(row.answered_at is not None for row in rows)
        report.connected = sum(row.connected_at is not None for row in rows)
        report.by_outcome = Counter(row.outcome for row in rows if row.outcome is not None)
        report.abandoned = sum(report.by_outcome[each] for each in self.inspector.ABANDONED)
        report.tasks = directory.by_state()


class Stuck(Exception):
    """The shift can not go on."""

    def __init__(self, report: ShiftReport) -> None:
        super().__init__(str(report.violations[-1]))
        self.report = report


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
