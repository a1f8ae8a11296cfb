"""An engine over simulated callees on a migrated database of its own, for the test that kills that database.

usage: sturdy_engine.py SECONDS; says ``dialled TIME NUMBER`` (of the monotonic clock) for every attempt it opens, and
``twice NUMBER`` when a number is dialled a second time.
"""

from __future__ import annotations

import sys
import time
from datetime import datetime, timedelta
from typing import Any

import django


def main() -> None:
    django.setup()
    from campana.engine import outputs as o
    from campana.engine.config import TrunkConfig
    from campana.kernel.ids import TrunkId
    from campana.runtime.loop import Loop
    from campana.sim.callees import Fate, Reaction
    from campana.sim.switch import SimulatedSwitch
    from campana.sim.world import World
    from campana.tenancy import system_scope
    from campana.workforce.models import Agent
    from support.campaigns import approved, contacts
    from support.cast import NOW, make_cast

    origin = time.monotonic()

    def clock() -> datetime:
        return NOW + timedelta(seconds=time.monotonic() - origin)

    class Callees:
        def reaction(self, number: str, call: int) -> Reaction:
            return Reaction(Fate.BUSY, decides=0.3)

    cast = make_cast()
    with system_scope():
        people = contacts(cast.lumen, 2000)
        approved(cast, people, max_attempts=1, agents=[cast.alice_agent.pk, cast.bob_agent.pk])
        now = {"wanted": "ready", "online": True, "dialling": True}
        Agent.objects.filter(organisation=cast.lumen).update(**now, seen_at=NOW + timedelta(days=1))
    world = World(callees=Callees(), trunks=[TrunkConfig(TrunkId(1), "carrier", channels=30)])
    dialled: set[str] = set()

    class Counted(SimulatedSwitch):
        def send(self, command: Any) -> None:
            if isinstance(command, o.Originate):
                word = "twice" if command.number in dialled else "dialled"
                dialled.add(command.number)
                sys.stdout.write(f"{word} {time.monotonic()} {command.number}\n")
                sys.stdout.flush()
            super().send(command)

    def switch(_: int) -> Counted:
        made = Counted(world, clock)
        made.run()
        return made

    loop = Loop(cast.lumen.pk, switch, clock)
    loop.start()
    loop.thread.join(float(sys.argv[1]))


if __name__ == "__main__":
    main()
