"""What can go wrong in a shift, how often, and the line that garbles the events of the switch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from random import Random

from campana.engine.inputs import LegEnded, SwitchLost, SwitchReturned
from campana.kernel.clock import Instant
from campana.kernel.ids import LegId
from campana.sim.agenda import Agenda
from campana.sim.laws import stream
from campana.sim.world import event_leg
from campana.telephony.port import Listener, SwitchEvent


class Fault(StrEnum):
    CRASH = "crash"
    SWITCH_LOST = "switch_lost"
    SWITCH_RESTARTED = "switch_restarted"
    DATABASE_AWAY = "database_away"
    CLOCK_FORWARD = "clock_forward"
    CLOCK_BACK = "clock_back"
    TRUNK_DEAD = "trunk_dead"
    TRUNK_REFUSING = "trunk_refusing"
    COMMIT_LOST = "commit_lost"
    """The transaction failed: nothing is on disk."""
    COMMIT_CONFLICT = "commit_conflict"
    COMMIT_CUT = "commit_cut"
    """The connection broke in its middle, and the database is away for a while."""
    COMMIT_SLOW = "commit_slow"
    ANSWER_LOST = "answer_lost"
    """All is on disk, and the engine does not learn of it."""
    ASLEEP_BEFORE = "asleep_before"
    """The process was stopped before it wrote, perhaps for longer than its lease lives."""
    ASLEEP_AFTER = "asleep_after"
    """The same between writing and dialling."""
    END_UNHEARD = "end_unheard"
    """The switch never says that a customer's leg has ended, and nobody notices."""
    SWITCH_ERROR = "switch_error"
    DUPLICATE = "duplicate"
    LATE = "late"
    LOST = "lost"


class CrashPhase(StrEnum):
    """Where in the life of a batch the engine dies."""

    BEFORE_FACTS = "before_facts"
    AFTER_FACTS = "after_facts"
    AMID_COMMANDS = "amid_commands"
    BEFORE_REQUESTS = "before_requests"
    AT_ONCE = "at_once"
    """Whatever it was doing."""
    IN_RESTORE = "in_restore"
    """Also the engine after it, before it has written anything."""
    TAKEN_OVER = "taken_over"
    """Another engine took the lease while the batch was under way."""


COMMIT = (Fault.COMMIT_LOST, Fault.COMMIT_CONFLICT, Fault.COMMIT_CUT, Fault.COMMIT_SLOW, Fault.ANSWER_LOST)
ASLEEP = (Fault.ASLEEP_BEFORE, Fault.ASLEEP_AFTER)


@dataclass(frozen=True, slots=True, order=True)
class Strike:
    """One misfortune of a shift: when, what, and the seed of its details."""

    at: Instant
    fault: Fault
    draw: int


@dataclass(frozen=True, slots=True)
class Faults:
    """Shares of events, and how often in a shift things fail."""

    duplicate: float = 0.0
    late: float = 0.0
    lost: float = 0.0
    switch_errors: float = 0.0
    crashes: int = 0
    switch_losses: int = 0
    switch_restarts: int = 0
    database_outages: int = 0
    clock_steps: int = 0
    trunk_failures: int = 0
    commit_failures: int = 0
    sleeps: int = 0
    unheard: int = 0

    def plan(self, seed: int, start: Instant, length: timedelta) -> tuple[Strike, ...]:
        """When the countable ones strike, in order."""
        of = stream(seed, 11)
        kinds: list[tuple[int, tuple[Fault, ...]]] = [
            (self.crashes, (Fault.CRASH,)),
            (self.switch_losses, (Fault.SWITCH_LOST,)),
            (self.switch_restarts, (Fault.SWITCH_RESTARTED,)),
            (self.database_outages, (Fault.DATABASE_AWAY,)),
            (self.clock_steps, (Fault.CLOCK_FORWARD, Fault.CLOCK_BACK)),
            (self.trunk_failures, (Fault.TRUNK_DEAD, Fault.TRUNK_REFUSING)),
            (self.commit_failures, COMMIT),
            (self.sleeps, ASLEEP),
            (self.unheard, (Fault.END_UNHEARD,)),
        ]
        strikes = (
            Strike(start + of.random() * length, of.choice(choices), of.getrandbits(32))
            for count, choices in kinds
            for _ in range(count)
        )
        return tuple(sorted(strikes))


NO_FAULTS = Faults()
HARD_DAY = Faults(
    duplicate=0.01,
    late=0.02,
    lost=0.002,
    switch_errors=0.001,
    crashes=6,
    switch_losses=3,
    switch_restarts=1,
    database_outages=2,
    clock_steps=3,
    trunk_failures=2,
    commit_failures=3,
    sleeps=2,
    unheard=2,
)


class Line:
    """Carries events from the world to the engine: some twice, some late, some never.

    Events of one leg stay in order, as the port promises; a duplicate may come after anything. ``missed``
    hears of every event that was swallowed, so that a driver can notice and reconcile.
    """

    def __init__(
        self,
        *,
        agenda: Agenda,
        faults: Faults,
        of: Random,
        deliver: Listener,
        missed: Callable[[SwitchEvent, Instant], None],
        coverage: Counter[str],
    ) -> None:
        self._agenda = agenda
        self._faults = faults
        self._of = of
        self._deliver = deliver
        self._missed = missed
        self._coverage = coverage
        self._not_before: dict[LegId, Instant] = {}
        self.unheard = 0
        """How many of the next ends of customers' legs are never told."""
        self.quiet = False
        """No faults of its own any more: the shift is draining."""

    def carry(self, event: SwitchEvent, now: Instant) -> None:
        leg = event_leg(event)
        if leg is None or isinstance(event, SwitchLost | SwitchReturned):
            return self._deliver(event)
        of, faults = self._of, self._faults
        if self.unheard and not self.quiet and isinstance(event, LegEnded) and leg.endswith("-c"):
            self.unheard -= 1
            return None
        if not self.quiet and of.random() < faults.lost:
            self._coverage[f"fault:{Fault.LOST}:{type(event).__name__}"] += 1
            return self._missed(event, now)
        if not self.quiet and of.random() < faults.duplicate:
            self._coverage[f"fault:{Fault.DUPLICATE}:{type(event).__name__}"] += 1
            self._agenda.after(now, of.random() * 10, self._late, event)
        at = self._not_before.get(leg, now)
        if not self.quiet and of.random() < faults.late:
            self._coverage[f"fault:{Fault.LATE}:{type(event).__name__}"] += 1
            at = max(at, now + timedelta(seconds=0.2 + of.random() * 8))
        if at <= now:
            return self._deliver(event)
        self._not_before[leg] = at
        if isinstance(event, LegEnded):
            del self._not_before[leg]
        return self._agenda.at(at, self._late, event)

    def _late(self, event: SwitchEvent, now: Instant) -> None:
        self._deliver(event)
