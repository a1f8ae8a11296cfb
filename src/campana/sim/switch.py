"""The simulated world behind the Switch port.

Two ways to let time pass: in lock-step, where the runtime asks ``next_event_at`` and calls ``pump``, and
by ``run``, a thread that follows a clock. Both give every event to the listener given to ``start``.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta

from campana.engine.outputs import Command
from campana.kernel.clock import Clock, Instant
from campana.sim.world import World
from campana.telephony.port import Listener


class FastClock:
    """A clock that began at ``start`` and runs ``speed`` times as fast as the wall clock."""

    def __init__(self, start: Instant, speed: float = 1.0) -> None:
        self.speed = speed
        self._start = start
        self._origin = time.monotonic()

    def __call__(self) -> Instant:
        return self._start + timedelta(seconds=(time.monotonic() - self._origin) * self.speed)


class SteppedClock:
    """A clock that stands still until it is told otherwise; it never goes back."""

    def __init__(self, start: Instant) -> None:
        self._now = start

    def __call__(self) -> Instant:
        return self._now

    def advance(self, to: Instant) -> None:
        self._now = max(self._now, to)


class SimulatedSwitch:
    """``telephony.port.Switch`` over a ``World``. ``clock`` says the world's time; ``speed`` its pace."""

    def __init__(self, world: World, clock: Clock, *, speed: float = 1.0) -> None:
        self.world = world
        self._clock = clock
        self._speed = speed
        self._lock = threading.RLock()
        self._changed = threading.Condition(self._lock)
        self._open = False
        self._thread: threading.Thread | None = None

    # --- the port ---------------------------------------------------------------------------------

    def start(self, listener: Listener) -> None:
        with self._changed:
            self.world.listener = listener
            self._open = True
            self.world.agenda.at(self._clock(), self.world.report)
            self._changed.notify()

    def send(self, command: Command) -> None:
        with self._changed:
            if self._open:
                self.world.carry_out(command, self._clock())
                self._changed.notify()

    def close(self) -> None:
        with self._changed:
            self._open = False
            self.world.listener = lambda event: None
            self._changed.notify()
        thread, self._thread = self._thread, None
        if thread and thread is not threading.current_thread():
            thread.join()

    def meanwhile(self, act: Callable[[Instant], None]) -> None:
        """Something else that touches the world, such as what its people see: one at a time with its events."""
        with self._changed:
            act(self._clock())
            self._changed.notify()

    # --- lock-step --------------------------------------------------------------------------------

    def next_event_at(self) -> Instant | None:
        with self._lock:
            return self.world.agenda.next_at

    def pump(self, now: Instant) -> None:
        """Lets everything happen that is due, floor of agents included."""
        with self._lock:
            self.world.agenda.run(now)

    # --- alive ------------------------------------------------------------------------------------

    def run(self) -> None:
        """Follows the clock in a thread of its own until ``close``."""
        self._open = True
        self._thread = threading.Thread(target=self._follow, name="simulated-switch", daemon=True)
        self._thread.start()

    def _follow(self) -> None:
        with self._changed:
            while self._open:
                now, due = self._clock(), self.world.agenda.next_at
                if due is not None and due <= now:
                    self.world.agenda.run(now)
                else:
                    wait = None if due is None else (due - now).total_seconds() / self._speed
                    self._changed.wait(wait)
