"""Tests on a real Asterisk: started once for the run, with the laboratory."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from contract.switch.worlds import Heard, started
from contract.switch.worlds.asterisk import AsteriskWorld
from support.asterisk import Asterisk, asterisk

__all__ = ["asterisk"]


@pytest.fixture
def world(asterisk: Asterisk) -> Iterator[AsteriskWorld]:
    """It may be killed within: it is up before, and for those who come after."""
    asterisk.up()
    world = AsteriskWorld(asterisk)
    yield world
    asterisk.up()
    world.close()


@pytest.fixture
def heard(world: AsteriskWorld) -> Heard:
    return started(world)
