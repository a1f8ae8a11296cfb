"""Which drivers the suite runs on."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

from campana.kernel.clock import seconds
from campana.kernel.ids import AttemptId, LegId, agent_leg, attempt_id, customer_leg
from contract.switch.worlds import Callee, Heard, Telephone, World, started
from support.asterisk import asterisk

__all__ = ["asterisk"]

DRIVERS = [
    "fake",
    "simulated",
    pytest.param("asterisk", marks=[pytest.mark.asterisk, pytest.mark.slow]),
]


@pytest.fixture(params=DRIVERS)
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    world = _build(request)
    yield world
    world.close()


def _build(request: pytest.FixtureRequest) -> World:
    match request.param:
        case "fake":
            from contract.switch.worlds.fake import FakeWorld

            return FakeWorld()
        case "simulated":
            pytest.importorskip("campana.sim.switch", reason="the simulated switch is not built yet")
            from contract.switch.worlds.simulated import SimulatedWorld

            return SimulatedWorld()
        case _:
            from contract.switch.worlds.asterisk import AsteriskWorld

            return AsteriskWorld(request.getfixturevalue("asterisk"))


@pytest.fixture
def heard(world: World) -> Heard:
    return started(world)


_attempts = count(1)


class Desk:
    """Short words for what an engine would command."""

    def __init__(self, world: World, heard: Heard) -> None:
        self.world = world
        self.heard = heard

    def attempt(self) -> AttemptId:
        return attempt_id(next(_attempts), 7, 0)

    def dial(self, callee: Callee, *, ring: float = 30, attempt: AttemptId | None = None) -> LegId:
        from campana.engine.outputs import Originate

        leg = customer_leg(attempt or self.attempt())
        number = self.world.number(callee)
        self.world.switch.send(Originate(leg, self.world.trunk, number, self.world.caller_id, seconds(ring)))
        return leg

    def call_agent(self, telephone: Telephone, customer: LegId, *, ring: float = 30, offer: int = 1) -> LegId:
        from campana.engine.outputs import RingAgent
        from campana.kernel.ids import leg_attempt

        attempt = leg_attempt(customer)
        assert attempt is not None
        leg = agent_leg(attempt, offer)
        endpoint = self.world.endpoint(telephone)
        self.world.switch.send(RingAgent(leg, endpoint, self.world.caller_id, seconds(ring), customer))
        return leg

    def talk(self, callee: Callee = Callee.ANSWERS, telephone: Telephone = Telephone.ANSWERS) -> tuple[LegId, LegId]:
        """A customer and an agent, bridged."""
        from campana.engine.outputs import Bridge

        customer = self.dial(callee)
        self.world.until(lambda: self.heard.answered(customer))
        agent = self.call_agent(telephone, customer)
        self.world.until(lambda: self.heard.answered(agent))
        self.world.switch.send(Bridge(customer, agent))
        return customer, agent


@pytest.fixture
def desk(world: World, heard: Heard) -> Desk:
    return Desk(world, heard)
