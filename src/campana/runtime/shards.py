"""The organisations of one engine process: takes its part of them, lets go what is over it, notices what was lost."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Final, Protocol

import structlog
from django.db import DatabaseError, InterfaceError, connection

from campana.runtime import lease, processes
from campana.runtime.holders import this_process
from campana.runtime.sharing import share
from campana.tenancy import system_scope

log = structlog.get_logger("campana.engine")

LOOK: Final = 0.5
"""Seconds between two looks: what a dead process held begins anew within its lease and one of these."""
HEARTBEAT: Final = 1.0
"""Seconds between two, of the process and of its engines' leases; an engine renews by itself after twice that."""
STUCK: Final = 30.0
"""Seconds in which an engine has to come round, or the process no longer renews its lease."""
STOP: Final = 10.0
"""Seconds that all loops together have to end in order."""
TURN: Final = 0.02
"""Seconds for which a thread may keep Python's lock while others want it. Whoever waits asks again after so long: with
hundreds of engines in a process and the interpreter's own 5 ms the asking alone kept two cores busy."""


def let_threads_be() -> None:
    """For the whole process; whoever waits for the database lets go of the lock at once anyway."""
    sys.setswitchinterval(TURN)


class Served(Protocol):
    """runtime.loop.Loop, as far as it is needed here."""

    @property
    def ended(self) -> bool: ...

    @property
    def is_busy(self) -> bool: ...

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def ring(self) -> None: ...

    def held(self, turned_since: float) -> lease.Lease | None: ...


class Shards:
    def __init__(self, make_loop: Callable[[int], Served], *, name: str | None = None) -> None:
        self._make_loop = make_loop
        self._name = name or this_process()
        self._loops: dict[int, Served] = {}
        self._leaving: set[int] = set()
        self._announced = -HEARTBEAT

    def ring(self, organisation_id: int) -> None:
        loop = self._loops.get(organisation_id)
        if loop is not None:
            loop.ring()

    def look(self) -> None:
        """Once every LOOK seconds. A lost database changes nothing here: loops begin anew by themselves."""
        try:
            with system_scope():
                if time.monotonic() - self._announced >= HEARTBEAT:
                    processes.announce(self._name)
                    self._renew()
                    self._announced = time.monotonic()
                view = processes.look()
        except (DatabaseError, InterfaceError) as problem:
            log.warning("organisations can not be read", problem=type(problem).__name__)
            connection.close()
            return
        self._bury(view.holders)
        mine = self._loops.keys() - self._leaving
        wanted = share(
            me=self._name,
            processes=view.processes,
            holders=view.holders,
            mine=mine,
            busy=[each for each in mine if self._loops[each].is_busy],
        )
        for each in wanted.take:
            if each not in self._loops:
                self._loops[each] = self._make_loop(each)
                self._loops[each].start()
        for each in wanted.give:
            log.info("engine gives an organisation to another process", organisation=each)
            self._leaving.add(each)
            self._loops[each].stop()

    def close(self) -> None:
        """A graceful stop: leases are given up, so that others need not wait."""
        for loop in self._loops.values():
            loop.stop()
        end = time.monotonic() + STOP
        while time.monotonic() < end and not all(loop.ended for loop in self._loops.values()):
            time.sleep(0.02)
        try:
            with system_scope():
                processes.retire(self._name)
        except (DatabaseError, InterfaceError):
            connection.close()

    def _renew(self) -> None:
        """The heartbeat of all engines at once."""
        since = time.monotonic() - STUCK
        found = [self._loops[each].held(since) for each in self._loops.keys() - self._leaving]
        lease.renew_together([each for each in found if each is not None])

    def _bury(self, holders: dict[int, str | None]) -> None:
        """Loops that have ended, and those of organisations that are no more."""
        for each, loop in list(self._loops.items()):
            if loop.ended:
                del self._loops[each]
                self._leaving.discard(each)
            elif each not in holders and each not in self._leaving:
                self._leaving.add(each)
                loop.stop()
