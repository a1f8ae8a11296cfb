"""The engine process: a loop for each organisation of its part, and the choice of the switch."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable

from django.conf import settings

from campana.engine import outputs as o
from campana.kernel.clock import Clock, utc_now
from campana.runtime.bells import Doorman
from campana.runtime.loop import Loop, SwitchMaker
from campana.runtime.shards import LOOK, Shards, let_threads_be
from campana.telephony.port import Switch


def asterisk(organisation_id: int) -> Switch:
    """The switch of an installation: an Asterisk by URL, one application name per organisation."""
    from campana.telephony.asterisk import AsteriskSwitch

    app, sounds = f"campana-{organisation_id}", str(settings.ARI_SOUNDS)
    return AsteriskSwitch(settings.ARI_URL, settings.ARI_USER, settings.ARI_PASSWORD, app, sounds=sounds)


def run_engine(
    make_switch: SwitchMaker = asterisk,
    clock: Clock = utc_now,
    *,
    hear: Callable[[int, o.Fact], None] | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT. ``hear`` is the seam of the demo's simulated floor."""
    stop = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stop.set())
    let_threads_be()
    shards = Shards(
        lambda organisation_id: Loop(
            organisation_id, make_switch, clock, hear=_hear_for(hear, organisation_id), stands_by=False
        )
    )
    doorman = Doorman(shards.ring)
    doorman.start()
    while not stop.is_set():
        shards.look()
        stop.wait(LOOK)
    shards.close()
    doorman.stop()


def _hear_for(hear: Callable[[int, o.Fact], None] | None, organisation_id: int) -> Callable[[o.Fact], None] | None:
    if hear is None:
        return None
    return lambda fact: hear(organisation_id, fact)
