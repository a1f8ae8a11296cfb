"""One working day in virtual time: engine, directory and world in lock-step, with misfortune.

The shift is the smallest honest runtime: inputs one at a time, outputs gathered into batches, the facts
of a batch committed as a whole, and only then its commands and requests sent. Wishes of people stay in a
mailbox until the batch they caused is on disk. The world has its own time; the engine sees that time
plus the steps of a wandering clock, never going back.
"""

from __future__ import annotations

import time
from collections import Counter

from campana.engine.inputs import (
    TimePassed,
)
from campana.kernel.clock import Instant
from campana.sim.callees import Callees, Fate, LaboratoryCallees, MixedCallees, Reaction
from campana.sim.faults import Line
from campana.sim.floor import Floor, Seat
from campana.sim.invariants import Inspector
from campana.sim.laws import stream
from campana.sim.meddling import Managers
from campana.sim.plan import PlannedCaller, ShiftPlan
from campana.sim.report import ShiftReport
from campana.sim.rows import ContactRow
from campana.sim.shift.inputs import Inputs
from campana.sim.shift.parts import DRAIN, RESULTS, Stuck, Trace
from campana.sim.shift.process import Builder, Dialler, build_engine
from campana.sim.world import World

__all__ = ["RESULTS", "Builder", "Dialler", "Shift", "Stuck", "Trace", "build_engine"]


class Shift(Inputs):
    """Runs a plan. ``trace(at, kind, thing)`` is told everything that passes, when given."""

    def __init__(
        self,
        plan: ShiftPlan,
        *,
        build: Builder = build_engine,
        callees: Callees | None = None,
        trace: Trace | None = None,
    ) -> None:
        super().__init__(plan, build=build, trace=trace)
        self.inspector = Inspector(self)
        self.floor = Floor(
            seed=plan.seed,
            agenda=self.agenda,
            seats=[Seat(agent.id, agent.endpoint) for agent in plan.agents],
            people=self._wish,
            results=RESULTS,
            habits=plan.habits,
            whom=self._somebody,
        )
        self.world = World(
            callees=callees or LaboratoryCallees(MixedCallees(seed=plan.seed, mix=plan.mix)),
            trunks=plan.trunks,
            telephones=self.floor,
            agenda=self.agenda,
            watch=self.inspector,
        )
        self.floor.cut_off = self.world.lose_telephone
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
        for strike in plan.strikes:
            self.agenda.at(strike.at, self._strike, strike)
        for caller in plan.callers:
            self.agenda.at(caller.at, self._call_in, caller)
        self.floor.open(plan.start)
        self.managers.plan()
        self.inspector.plan()
        self._start_engine(plan.start)

    def _call_in(self, caller: PlannedCaller, now: Instant) -> None:
        hotline = next(each for each in self.managers.hotlines() if each.id == caller.hotline_id)
        trunk = next(trunk for trunk in self.managers.trunks() if trunk.id == hotline.trunk_id)
        reaction = Reaction(Fate.PERSON, patience=caller.patience, talks=caller.talks, leaves_first=caller.leaves_first)
        self.coverage["world:called us"] += 1
        self.world.arrive(caller.caller, hotline.number, trunk.endpoint, reaction, now)

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
            for process in self._processes():
                if not process.asleep:
                    process.inbox.append(TimePassed())
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
        due = [
            deadline
            for process in self._processes()
            if not process.asleep and (deadline := process.engine.deadline()) is not None
        ]
        return max(min(due) - self._skew, self.now) if due else None

    def _wind_up(self, now: Instant) -> None:
        """Managers pause everything, agents go home, nothing fails any more."""
        self._line.quiet = True
        self._armed.clear()
        self.managers.pause_all()
        self.floor.close(now)

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
