"""The engine process: one loop per organisation it can get hold of, and the choice of the switch."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from typing import Final

import structlog
from django.conf import settings
from django.db import DatabaseError, connection

from campana.accounts.models import Organisation
from campana.engine import outputs as o
from campana.kernel.clock import Clock, utc_now
from campana.runtime.bells import Doorman
from campana.runtime.loop import Loop, SwitchMaker
from campana.telephony.port import Switch
from campana.tenancy import system_scope

log = structlog.get_logger("campana.engine")
LOOK_FOR_ORGANISATIONS: Final = 5.0


def asterisk(organisation_id: int) -> Switch:
    """The switch of an installation: an Asterisk by URL, one application name per organisation."""
    from campana.telephony.asterisk import AsteriskSwitch

    return AsteriskSwitch(settings.ARI_URL, settings.ARI_USER, settings.ARI_PASSWORD, app=f"campana-{organisation_id}")


def run_engine(
    make_switch: SwitchMaker = asterisk,
    clock: Clock = utc_now,
    *,
    hear: Callable[[int, o.Fact], None] | None = None,
    started: Callable[[Loop], None] | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT. ``hear`` and ``started`` are the seams of the demo's simulated floor."""
    stop = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stop.set())
    loops: dict[int, Loop] = {}
    doorman = Doorman(lambda organisation_id: loops[organisation_id].ring() if organisation_id in loops else None)
    doorman.start()
    while not stop.is_set():
        for organisation_id in _organisations():
            if organisation_id not in loops:
                loop = loops[organisation_id] = Loop(
                    organisation_id, make_switch, clock, hear=_hear_for(hear, organisation_id)
                )
                loop.start()
                if started is not None:
                    started(loop)
        stop.wait(LOOK_FOR_ORGANISATIONS)
    for loop in loops.values():
        loop.stop()
    for loop in loops.values():
        loop.thread.join(timeout=10)
    doorman.stop()


def _hear_for(hear: Callable[[int, o.Fact], None] | None, organisation_id: int) -> Callable[[o.Fact], None] | None:
    if hear is None:
        return None
    return lambda fact: hear(organisation_id, fact)


def _organisations() -> list[int]:
    try:
        with system_scope():
            return list(Organisation.objects.order_by("pk").values_list("pk", flat=True))
    except DatabaseError as problem:
        log.warning("organisations can not be read", problem=type(problem).__name__)
        connection.close()
        return []
