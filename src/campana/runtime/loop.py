"""One organisation's engine in life: a thread that waits for events, mail and deadlines, and never for the switch.

Any failure of the database or of the lease throws the engine away and begins anew from the journal: that path is
taken after every crash anyway, so it is the only one.
"""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Final

import structlog
from django.db import DatabaseError, InterfaceError, connection

from campana.engine import inputs as i
from campana.engine import outputs as o
from campana.kernel.clock import Clock, Instant
from campana.runtime import bells, lease
from campana.runtime.holders import this_process
from campana.runtime.restore import presence
from campana.runtime.shell import Shell
from campana.telephony.port import Switch, SwitchEvent
from campana.tenancy import system_scope
from campana.workforce.models import Agent

log = structlog.get_logger("campana.engine")

BATCH: Final = 256
HEARTBEAT: Final = 2.0
"""Seconds after which an engine renews its lease by itself. In a process of many the process did so before
(``shards``): a busy one may not come round to each in time."""
SCREENS: Final = 1.0
SWEEP: Final = 5.0
LONGEST_PAUSE: Final = 0.5
"""Between two tries to begin anew: a lost database is asked twice a second, for every one of them counts."""
SILENT_DESK: Final = timedelta(seconds=15)
"""A desk without a heartbeat for this long is closed (CAM-564)."""
_CLOSE_SILENT_DESKS: Final = (
    "UPDATE workforce_agent SET online = false, dialling = false"
    " WHERE organisation_id = %s AND online AND seen_at < %s RETURNING *"
)

_BELL: Final = object()
SwitchMaker = Callable[[int], Switch]


class Loop:
    """Runs until ``stop``. ``make_switch`` is called for every new engine, so none inherits another's events."""

    def __init__(
        self,
        organisation_id: int,
        make_switch: SwitchMaker,
        clock: Clock,
        *,
        hear: Callable[[o.Fact], None] | None = None,
        stands_by: bool = True,
    ) -> None:
        """``stands_by``: wait for the lease while another process holds it; otherwise ``ended`` says that it does."""
        self.organisation_id = organisation_id
        self._make_switch = make_switch
        self._clock = clock
        self._hear = hear
        self._inbox: queue.SimpleQueue[object] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._stands_by = stands_by
        self._shell: Shell | None = None
        self._held: lease.Lease | None = None
        self._turned = 0.0
        self.thread = threading.Thread(target=self._run, name=f"engine-{organisation_id}", daemon=True)

    def start(self) -> None:
        self.thread.start()

    def ring(self) -> None:
        """There is mail."""
        self._inbox.put(_BELL)

    def give(self, given: i.Input) -> None:
        """An input from inside the process: an event of the switch, or a simulated person."""
        self._inbox.put(given)

    def stop(self) -> None:
        self._stopping.set()
        self._inbox.put(_BELL)

    @property
    def ended(self) -> bool:
        return not self.thread.is_alive()

    @property
    def is_busy(self) -> bool:
        """Whether calls are up."""
        return self._shell is not None and self._shell.engine.live_calls > 0

    def held(self, turned_since: float) -> lease.Lease | None:
        """What is held here, unless the engine has not come round since that monotonic moment: a stuck one must not
        keep its organisation."""
        held = self._held
        return held if held is not None and self._turned >= turned_since else None

    def _run(self) -> None:
        pause = 0.2
        while not self._stopping.is_set():
            try:
                with system_scope():
                    if self._serve():
                        pause = 0.2
            except (DatabaseError, InterfaceError, lease.Fenced) as problem:
                log.warning("engine begins anew", organisation=self.organisation_id, problem=type(problem).__name__)
            except Exception:
                log.exception("engine failed", organisation=self.organisation_id)
            with contextlib.suppress(Exception):
                connection.close()
            self._stopping.wait(pause)
            pause = min(LONGEST_PAUSE, pause * 1.5)

    def _serve(self) -> bool:
        """Hold the lease and drive an engine until something breaks; False when somebody else holds it."""
        held = lease.take(self.organisation_id, this_process())
        if held is None:
            if not self._stands_by:
                self._stopping.set()
            self._stopping.wait(0.5)
            return False
        log.info("engine begins", organisation=self.organisation_id, fencing=held.fencing)
        self._drain()
        switch = self._make_switch(self.organisation_id)
        self._held, self._turned = held, time.monotonic()
        try:
            shell = self._shell = Shell(held, send=switch.send, now=self._clock(), hear=self._hear)
            switch.start(self._from_switch)
            self._turn(shell, held)
            self._held = None
            held.give_up()
        finally:
            self._held = None
            switch.close()
        return True

    def _turn(self, shell: Shell, held: lease.Lease) -> None:
        screens = sweep = 0.0
        shell.read_mailbox(self._clock())
        while not self._stopping.is_set():
            given, bell = self._collect(self._patience(shell))
            now = self._clock()
            for each in given:
                if isinstance(each, i.SwitchReturned | i.SwitchLost):
                    held.say_switch(isinstance(each, i.SwitchReturned))
            shell.step(given or [i.TimePassed()], now)
            moment = self._turned = time.monotonic()
            if bell or moment - screens >= SCREENS:
                while shell.read_mailbox(self._clock()):
                    pass
            shell.close_left_over(self._clock())
            if moment - held.renewed >= HEARTBEAT:
                held.renew()
            if moment - screens >= SCREENS:
                self._ring_screens(shell)
                screens = moment
            if moment - sweep >= SWEEP:
                self._close_silent_desks(shell, self._clock())
                sweep = moment

    def _patience(self, shell: Shell) -> float:
        deadline = shell.deadline()
        if deadline is None:
            return SCREENS
        return min(SCREENS, max(0.0, (deadline - self._clock()).total_seconds()))

    def _collect(self, patience: float) -> tuple[list[i.Input], bool]:
        given: list[i.Input] = []
        bell = False
        try:
            item = self._inbox.get(timeout=patience) if patience > 0 else self._inbox.get_nowait()
            while True:
                if item is _BELL:
                    bell = True
                else:
                    given.append(item)  # type: ignore[arg-type]
                if len(given) >= BATCH:
                    break
                item = self._inbox.get_nowait()
        except queue.Empty:
            pass
        return given, bell

    def _drain(self) -> None:
        """Events of the last engine's switch are not for this one: it asks its own switch what is up."""
        with contextlib.suppress(queue.Empty):
            while True:
                self._inbox.get_nowait()

    def _from_switch(self, event: SwitchEvent) -> None:
        self._inbox.put(event)

    def _ring_screens(self, shell: Shell) -> None:
        journal = shell.journal
        if journal.changed_campaigns or journal.changed_agents:
            bells.ring_screens(self.organisation_id, journal.changed_campaigns, journal.changed_agents)
            journal.changed_campaigns, journal.changed_agents = set(), set()

    def _close_silent_desks(self, shell: Shell, now: Instant) -> None:
        for agent in list(Agent.objects.raw(_CLOSE_SILENT_DESKS, [self.organisation_id, now - SILENT_DESK])):
            shell.step([presence(agent)], now)
