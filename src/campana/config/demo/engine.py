"""The demo's engine process: the real engine over a simulated world, with simulated people at its desks."""

from __future__ import annotations

from campana.accounts.models import Organisation
from campana.config.demo.desks import Desks, LiveDesks
from campana.config.demo.floor import DemoWorld
from campana.config.demo.people import SLUG
from campana.engine import outputs as o
from campana.kernel.clock import Clock, utc_now
from campana.runtime.main import run_engine
from campana.sim.switch import FastClock, SimulatedSwitch
from campana.telephony.port import Switch


def run(*, seed: int, speed: float) -> None:
    """Until SIGTERM. At another speed than 1 the engine's time runs away from the pages', so show none then."""
    clock: Clock = utc_now if speed == 1 else FastClock(utc_now(), speed)
    exchange = _Exchange(seed, clock, speed)
    run_engine(exchange.switch_for, clock, hear=exchange.hear)


class _Exchange:
    """A world for every organisation. Worlds outlive engines: what rings goes on ringing."""

    def __init__(self, seed: int, clock: Clock, speed: float) -> None:
        self._seed, self._clock, self._speed = seed, clock, speed
        self._worlds: dict[int, DemoWorld] = {}
        self._switches: dict[int, SimulatedSwitch] = {}

    def switch_for(self, organisation_id: int) -> Switch:
        """Called in the thread of the organisation's engine, inside the system scope."""
        if organisation_id not in self._worlds:
            self._worlds[organisation_id] = self._world(organisation_id)
        switch = SimulatedSwitch(self._worlds[organisation_id].world, self._clock, speed=self._speed)
        self._switches[organisation_id] = switch
        switch.run()
        return switch

    def hear(self, organisation_id: int, fact: o.Fact) -> None:
        """The screens of the floor follow the journal."""
        switch = self._switches.get(organisation_id)
        if switch is not None:
            switch.meanwhile(lambda now: self._worlds[organisation_id].hear(fact, now))

    def _world(self, organisation_id: int) -> DemoWorld:
        if not Organisation.objects.filter(pk=organisation_id, slug=SLUG).exists():
            return DemoWorld(organisation_id, seed=self._seed, people=lambda wish: None)
        desks = Desks(self._clock)
        live = LiveDesks(desks, speed=self._speed)
        made = DemoWorld(organisation_id, seed=self._seed, people=live.ask, seats=desks.seats, results=desks.results)
        live.start()
        made.floor.open(self._clock())
        return made
