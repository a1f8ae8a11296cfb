"""Every behaviour of the laboratory's carrier, told apart. All are dialled at once and looked at one by one."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

import pytest

from campana.engine.outputs import HangUp, Originate, RingAgent
from campana.engine.words import Cause
from campana.kernel.clock import seconds
from campana.kernel.ids import LegId, agent_leg, attempt_id, customer_leg
from campana.kernel.phone import phone_number
from contract.switch.worlds import Heard, started
from contract.switch.worlds.asterisk import AsteriskWorld
from support.asterisk import Asterisk

pytestmark = [pytest.mark.asterisk, pytest.mark.slow]

RING = 6
"""Seconds we let it ring; callee 210 alone is given more."""
ANSWERING = ("200", "201", "203", "210", "300", "101", "102")
ENDS = {
    "900": (Cause.HUNG_UP, None),
    "408": (Cause.RING_TIMEOUT, None),
    "183": (Cause.RING_TIMEOUT, None),
    "000": (Cause.TRUNK_DEAD, None),
    "777": (Cause.NOT_FOUND, 404),
    "404": (Cause.NOT_FOUND, 404),
    "410": (Cause.NOT_FOUND, 410),
    "484": (Cause.NOT_FOUND, 484),
    "604": (Cause.NOT_FOUND, 604),
    "480": (Cause.UNAVAILABLE, 480),
    "487": (Cause.UNAVAILABLE, 487),
    "488": (Cause.UNAVAILABLE, 488),
    "302": (Cause.UNAVAILABLE, 302),
    "486": (Cause.BUSY, 486),
    "600": (Cause.BUSY, 600),
    "403": (Cause.REJECTED, 403),
    "603": (Cause.REJECTED, 603),
    "607": (Cause.REJECTED, 607),
    "608": (Cause.REJECTED, 608),
    "500": (Cause.CONGESTION, 500),
    "502": (Cause.CONGESTION, 502),
    "503": (Cause.CONGESTION, 503),
    "504": (Cause.CONGESTION, 504),
    "401": (Cause.TRUNK_DEAD, 401),
}
RINGLESS = {"183", "000", "777", "404", "410", "484", "604", "302", "403", "500", "502", "503", "504", "401"}
TRUNKS = {"dead-carrier": Cause.TRUNK_DEAD, "unwatched-dead": Cause.TRUNK_DEAD, "nobody-knows-it": Cause.SWITCH_ERROR}

_attempts = count(1)


@dataclass
class Day:
    heard: Heard
    legs: dict[str, LegId]
    dialled: list[str]
    """What reached the carrier, in digits."""


@pytest.fixture(scope="module")
def day(asterisk: Asterisk) -> Iterator[Day]:
    world = AsteriskWorld(asterisk)
    heard = started(world)
    time.sleep(3.5)  # the dead carrier must have been missed by qualify once
    before = len(asterisk.dialled())
    legs: dict[str, LegId] = {}

    def dial(name: str, number: str, trunk: str, ring: float) -> None:
        leg = legs[name] = customer_leg(attempt_id(next(_attempts), 11, 0))
        world.switch.send(Originate(leg, trunk, phone_number(number), world.caller_id, seconds(ring)))

    for code in (*ANSWERING, *ENDS):
        dial(code, f"1555{code}7007", world.trunk, 20 if code == "210" else RING)
    for trunk in TRUNKS:
        dial(trunk, "15552017008", trunk, RING)
    absent = legs["absent"] = agent_leg(attempt_id(next(_attempts), 11, 0), 1)
    world.switch.send(RingAgent(absent, "PJSIP/1904", world.caller_id, seconds(RING), legs["201"]))
    world.until(lambda: all(heard.answered(legs[code]) for code in ANSWERING))
    for code in ANSWERING:
        world.switch.send(HangUp(legs[code]))
    world.until(lambda: all(heard.ended(leg) for leg in legs.values()))
    world.settle()
    yield Day(heard, legs, [line.removeprefix("+") for line in asterisk.dialled()[before:]])
    world.close()


@pytest.mark.parametrize("code", ANSWERING)
def test_a_callee_that_answers_is_answered_and_ours_to_hang_up(day: Day, code: str) -> None:
    end = day.heard.end(day.legs[code])
    assert day.heard.answered(day.legs[code])
    assert end is not None
    assert end.cause is Cause.WE_HUNG_UP


@pytest.mark.parametrize("code", ENDS)
def test_the_end_of_a_call_tells_the_callees_behaviour(day: Day, code: str) -> None:
    leg = day.legs[code]
    end = day.heard.end(leg)
    assert end is not None
    assert (end.cause, end.sip_code) == ENDS[code]
    assert day.heard.answered(leg) is (code == "900")
    assert day.heard.ringing(leg) is (code not in RINGLESS)


@pytest.mark.parametrize("trunk", TRUNKS)
def test_a_trunk_nobody_is_behind_is_told_from_one_that_does_not_exist(day: Day, trunk: str) -> None:
    end = day.heard.end(day.legs[trunk])
    assert end is not None
    assert end.cause is TRUNKS[trunk]


def test_a_telephone_that_is_not_registered_is_unavailable(day: Day) -> None:
    end = day.heard.end(day.legs["absent"])
    assert end is not None
    assert end.cause is Cause.UNAVAILABLE


def test_each_number_reached_the_carrier_once(day: Day) -> None:
    expected = sorted(f"1555{code}7007" for code in (*ANSWERING, *ENDS))
    assert sorted(day.dialled) == expected


def test_a_redirect_is_never_followed(day: Day) -> None:
    assert "15552009999" not in day.dialled
    assert [number for number in day.dialled if number == "15553027007"] == ["15553027007"]
