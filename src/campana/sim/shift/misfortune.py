"""Faults, crashes, and the engine that begins anew."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from campana.engine.inputs import (
    AgentConfigured,
    CampaignConfigured,
    HotlineConfigured,
    Input,
    OrganisationConfigured,
    OtherCallsCounted,
    SwitchLost,
    SwitchReturned,
    TrunkConfigured,
)
from campana.engine.words import TaskState
from campana.kernel.clock import Instant
from campana.sim.faults import CrashPhase, Fault, Strike
from campana.sim.laws import stream
from campana.sim.shift.parts import Parts
from campana.sim.shift.process import HEARTBEAT, LEASE_LIFE, Process
from campana.sim.world import TrunkHealth


class Misfortune(Parts):
    def _flush(self, process: Process, now: Instant) -> None:
        raise NotImplementedError

    def _think(self, process: Process, given: Input) -> None:
        raise NotImplementedError

    def _go_on(self, process: Process, now: Instant) -> None:
        raise NotImplementedError

    def _strike(self, strike: Strike, now: Instant) -> None:
        fault, of = strike.fault, stream(strike.draw)
        self.coverage[f"fault:{fault}"] += 1
        self.inspector.disturbed(now)
        self.note("!!", strike)
        match fault:
            case Fault.CRASH if of.random() < 0.1:
                self._die(self.process, CrashPhase.AT_ONCE, now)
            case Fault.CRASH:
                phases = [phase for phase in CrashPhase if phase is not CrashPhase.AT_ONCE]
                self._armed.append((of.choice(phases), of.randint(0, 8)))
            case Fault.SWITCH_LOST:
                self.world.lose(now)
                self.agenda.after(now, 1 + of.random() * 30, self._switch_back)
            case Fault.SWITCH_RESTARTED:
                self.world.lose(now)
                self.world.restart(now)
                self.agenda.after(now, 1 + of.random() * 10, self._switch_back)
            case Fault.DATABASE_AWAY:
                self._database_goes(1 + of.random() * 9, of.random() * HEARTBEAT, now)
            case Fault.END_UNHEARD:
                self._line.unheard += 1
            case Fault.CLOCK_FORWARD:
                self._skew += timedelta(seconds=of.choice((2, 45, 900)))
                self.inspector.refilled(now)
            case Fault.CLOCK_BACK:
                self._skew -= timedelta(seconds=of.choice((0.5, 5, 60)))
            case Fault.TRUNK_DEAD | Fault.TRUNK_REFUSING:
                health = TrunkHealth.DEAD if fault is Fault.TRUNK_DEAD else TrunkHealth.REFUSING
                trunk = of.choice(self.plan.trunks).endpoint
                self.world.set_trunk(trunk, health, now)
                self.agenda.after(
                    now, self.plan.length.total_seconds() * of.uniform(0.02, 0.2), self._trunk_back, trunk
                )
            case _:
                self._armed.append((fault, of.randint(0, 8)))

    def _switch_back(self, now: Instant) -> None:
        self.inspector.disturbed(now)
        self.inspector.listen(now)
        self.world.restore(now)

    def _trunk_back(self, trunk: str, now: Instant) -> None:
        self.inspector.disturbed(now)
        self.world.set_trunk(trunk, TrunkHealth.WELL, now)

    # --- the database -----------------------------------------------------------------------------

    def _database_goes(self, seconds: float, noticed: float, now: Instant) -> None:
        self._database_away_until = now + timedelta(seconds=seconds)
        self.agenda.after(now, noticed, self._heartbeat_fails)

    def _heartbeat_fails(self, now: Instant) -> None:
        """Any failure of the database throws the engine away."""
        if self._database_away(now):
            self._die(self.process, Fault.DATABASE_AWAY, now)

    def _database_away(self, now: Instant) -> bool:
        return self._database_away_until is not None and now < self._database_away_until

    # --- sleep ------------------------------------------------------------------------------------

    def _sleep(self, process: Process, seconds: float, now: Instant) -> None:
        """The process stands still; when that takes too long, another one takes its lease."""
        process.asleep = True
        process.naps += 1
        beat = HEARTBEAT * self._of.random()
        process.renewed = now - timedelta(seconds=beat)
        self.inspector.disturbed(now + timedelta(seconds=seconds))
        self.agenda.after(now, seconds, self._wake, process, process.naps)
        self.agenda.after(now, LEASE_LIFE - beat + 0.01, self._take_over, process, process.naps)

    def _take_over(self, process: Process, nap: int, now: Instant) -> None:
        if process is self.process and process.asleep and process.naps == nap:
            self.coverage["world:two engines"] += 1
            self.rivals.append(process)
            self.process = None
            self._start_engine(now)

    def _wake(self, process: Process, nap: int, now: Instant) -> None:
        if process.alive and process.naps == nap:
            process.asleep = False
            self.note("!!", f"engine {process.fencing} goes on")
            self.agenda.after(now, HEARTBEAT, self._find_out, process)
            self._go_on(process, now)

    def _find_out(self, process: Process, now: Instant) -> None:
        if process in self.rivals:
            self._die(process, CrashPhase.TAKEN_OVER, now)

    # --- death and life ---------------------------------------------------------------------------

    def _die(
        self, process: Process | None, why: CrashPhase | Fault, now: Instant, *, back_after: float | None = None
    ) -> None:
        if process is None or not process.alive:
            return
        self.coverage[f"crash:{why}"] += 1
        self.note("!!", f"engine {process.fencing} dies: {why}")
        process.alive = False
        process.inbox.clear()
        if process is not self.process:
            self.rivals.remove(process)
            return
        self.inspector.crashed(now)
        self.process = None
        after = 0.5 + self._of.random() * 15 if back_after is None else back_after
        self.agenda.after(now, after, self._start_engine)

    def _start_engine(self, now: Instant) -> None:
        """A new engine from what is on disk: configuration, open attempts, people, and what the switch has up."""
        if self.process is not None:
            return
        if self._database_away(now):
            self.agenda.after(now, 1.0, self._start_engine)
            return
        self._database_away_until = None
        fencing = self.directory.fencing + 1
        self._engine_now = max(self._engine_now, now + self._skew)
        self.directory.take_lease(fencing, self._engine_now)
        self.inspector.disturbed(now)
        self.inspector.listen(now)
        self.inspector.begins(now)
        self.note("!!", f"engine {fencing} begins")
        engine = self._build(self.organisation, fencing, self._engine_now)
        self.process = process = Process(engine, fencing)
        for given in self._on_disk():
            self._think(process, given)
        self._flush(process, now)
        if process.alive:
            process.inbox.append(SwitchLost() if self.world.lost else SwitchReturned(self.world.up()))

    def _on_disk(self) -> Iterator[Input]:
        at = self._engine_now
        yield OrganisationConfigured(self.organisation)
        yield from (TrunkConfigured(trunk) for trunk in self.managers.trunks())
        yield from (HotlineConfigured(self.managers.hotline(hotline)) for hotline in self.managers.hotlines())
        yield from (AgentConfigured(agent) for agent in self.agents.values())
        yield from (CampaignConfigured(each) for each in self.managers.known_campaigns())
        yield OtherCallsCounted(self.other_calls)
        for restored in self.directory.open_attempts(at):
            self.coverage[f"restored:{restored.state}"] += 1
            yield restored
        for wrap_up in self.directory.open_wrap_ups(at):
            self.coverage["restored:wrap_up"] += 1
            if self.directory.tasks[wrap_up.card.id].state is not TaskState.WRAP_UP:
                self.inspector.violate("a restored wrap-up has its task", f"{wrap_up.attempt_id:x}")
            yield wrap_up
        for call in self.directory.open_calls():
            self.coverage[f"restored by hand:{call.state}"] += 1
            yield call
        for arrival in self.directory.open_arrivals():
            self.coverage[f"restored inbound:{arrival.state}"] += 1
            yield arrival
        yield from list(self._presence.values())
