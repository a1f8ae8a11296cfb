"""The same shell in virtual time: from one deadline to the next, as fast as the machine can.

Used by the demo's run to the end, by tests on a real database and by benchmarks. The clock jumps to whatever comes
first: the engine's deadline or the world's next event.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Protocol

from campana.engine import inputs as i
from campana.engine import outputs as o
from campana.kernel.clock import Instant, earliest
from campana.runtime import lease
from campana.runtime.holders import this_process
from campana.runtime.shell import Shell
from campana.telephony.port import Switch


class SteppedSwitch(Switch, Protocol):
    """A switch whose world stands still until it is pumped."""

    def next_event_at(self) -> Instant | None: ...

    def pump(self, now: Instant) -> None:
        """Let everything happen that is due by ``now``."""


class Lockstep:
    """``people``: called with every fact on disk; gives inputs by ``give``, as the switch's listener does."""

    def __init__(
        self,
        organisation_id: int,
        switch: SteppedSwitch,
        start: Instant,
        *,
        clock: Callable[[Instant], None] = lambda now: None,
        hear: Callable[[o.Fact], None] | None = None,
    ) -> None:
        """``clock`` is told every new instant, for worlds that keep one of their own."""
        held = lease.take(organisation_id, this_process())
        if held is None:
            raise RuntimeError(f"organisation {organisation_id} has another engine")
        self.now = start
        self._tell_clock = clock
        self._inbox: deque[i.Input] = deque()
        self.lease = held
        self.switch = switch
        self._tell_clock(start)
        self.shell = Shell(held, send=switch.send, now=start, hear=hear)
        switch.start(self.give)

    def give(self, given: i.Input) -> None:
        self._inbox.append(given)

    def run(self, *, until: Instant, done: Callable[[], bool] = lambda: False) -> Instant:
        """Go on until the instant, or until ``done`` (asked after every step), or until nothing will ever happen."""
        self.shell.read_mailbox(self.now)
        while not done():
            self._settle()
            if done():
                break
            target = earliest(self.shell.deadline(), self.switch.next_event_at())
            if target is None or target > until:
                break
            self.now = max(self.now, target)
            self._tell_clock(self.now)
            if not self.lease.fresh():
                self.lease.renew()  # virtual hours pass in seconds, the lease lives in real ones
            self.switch.pump(self.now)
            self._inbox.append(i.TimePassed())
        return self.now

    def finish(self) -> None:
        while self.shell.close_left_over(self.now):
            pass
        self.lease.give_up()
        self.switch.close()

    def _settle(self) -> None:
        """Hand over what is there until nothing new comes at this instant."""
        while self._inbox:
            given = list(self._inbox)
            self._inbox.clear()
            self.shell.step(given, self.now)
            self.switch.pump(self.now)
        self.shell.close_left_over(self.now)
