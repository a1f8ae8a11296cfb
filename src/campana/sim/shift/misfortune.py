"""Faults, crashes, and the engine that begins anew."""

from __future__ import annotations

from datetime import timedelta

from campana.engine.inputs import (
    AgentConfigured,
    CampaignConfigured,
    HotlineConfigured,
    Input,
    OrganisationConfigured,
    OtherCallsCounted,
    SwitchLost,
    TrunkConfigured,
)
from campana.engine.outputs import (
    Command,
)
from campana.engine.words import TaskState
from campana.kernel.clock import Instant
from campana.sim.faults import CrashPhase, Fault
from campana.sim.shift.parts import Parts
from campana.sim.world import TrunkHealth


class Misfortune(Parts):
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
        for call in self.directory.open_calls():
            self.coverage[f"restored by hand:{call.state}"] += 1
            first.append(call)
        first += list(self._presence.values())
        self._inbox.extend(first)
        if self.world.lost:
            self._inbox.append(SwitchLost())
        else:
            self.world.report(now)
