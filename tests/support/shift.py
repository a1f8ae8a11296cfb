"""The cast's two agents at work for some simulated seconds, on a real database."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from campana.sim.callees import Fate, Reaction
from support.cast import NOW, Cast

if TYPE_CHECKING:
    from campana.kernel.clock import Instant
    from campana.kernel.phone import PhoneNumber
    from campana.runtime.lockstep import Lockstep
    from campana.sim.callees import Callees


class Everybody:
    """Answers after three seconds and waits for twenty."""

    def reaction(self, number: PhoneNumber, call: int) -> Reaction:
        return Reaction(Fate.PERSON, rings=0.5, decides=3.0, patience=20.0, talks=300.0)


def people(cast: Cast) -> list[int]:
    return [cast.alice_agent.pk, cast.bob_agent.pk]


def run(cast: Cast, callees: Callees, seconds: int, *, start: Instant = NOW) -> Lockstep:
    """Both ready, a carrier with thirty channels, and ``callees`` at the other end."""
    from campana.engine.config import TrunkConfig
    from campana.kernel.ids import TrunkId
    from campana.runtime.lockstep import Lockstep
    from campana.sim.switch import SimulatedSwitch, SteppedClock
    from campana.sim.world import World
    from campana.workforce.models import Agent

    Agent.objects.filter(pk__in=people(cast)).update(wanted="ready", online=True, dialling=True)
    clock = SteppedClock(start)
    world = World(callees=callees, trunks=[TrunkConfig(TrunkId(1), "carrier", channels=30)])
    shift = Lockstep(cast.lumen.pk, SimulatedSwitch(world, clock), clock(), clock=clock.advance)
    shift.run(until=start + timedelta(seconds=seconds))
    return shift
