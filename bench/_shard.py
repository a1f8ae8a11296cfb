"""One engine process of ``bin/bench shards``: its part of the organisations, each over a simulated world of its own."""

from __future__ import annotations

import signal
import sys
import threading

import django


def main() -> None:
    django.setup()
    import logging

    logging.disable(logging.INFO)
    from campana.campaigns import snapshot
    from campana.kernel.clock import utc_now
    from campana.runtime.bells import Doorman
    from campana.runtime.loop import Loop
    from campana.runtime.shards import LOOK, Shards, let_threads_be
    from campana.sim.callees import MixedCallees
    from campana.sim.switch import SimulatedSwitch
    from campana.sim.world import PatientTelephones, World

    def switch(organisation_id: int) -> SimulatedSwitch:
        world = World(
            callees=MixedCallees(seed=organisation_id),
            trunks=snapshot.trunks(organisation_id),
            telephones=PatientTelephones(after=0.0),  # the wait for an agent is the engine's alone
        )
        made = SimulatedSwitch(world, utc_now)
        made.run()
        return made

    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    let_threads_be()
    shards = Shards(lambda organisation_id: Loop(organisation_id, switch, utc_now, stands_by=False))
    doorman = Doorman(shards.ring)
    doorman.start()
    sys.stdout.write("up\n")
    sys.stdout.flush()
    while not stop.wait(LOOK):
        shards.look()
    shards.close()
    doorman.stop()


if __name__ == "__main__":
    main()
