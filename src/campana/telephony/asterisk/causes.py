"""Why a leg ended: from what Asterisk says to ``Cause``.

Asterisk says a Q.850 cause, mostly the SIP code beside it (``tech_cause``), and whether the hang-up came
from inside (``soft``): that alone tells our own ring time-out (19/480, soft) from a carrier's 480.

Look-alikes that stay look-alikes, because Asterisk does not pass on what would tell them apart:

* a carrier that says 100 Trying and then nothing looks like one that says nothing at all: both are a dead
  trunk when the time-out finds that neither ringing nor progress was ever heard;
* a 408 made by Asterisk's own transaction timer looks like a 408 of the carrier: without ringing it counts
  as a dead trunk, after ringing as nobody answering;
* the Q.850 Reason header of a refusal is not passed on: a 404 with cause 17 stays "not found";
* 403 is used by carriers for a barred destination and for a barred caller alike: it counts as rejected.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from campana.engine.words import Cause

NORMAL_CLEARING = 16
NO_ANSWER = 19


class Side(StrEnum):
    INSIDE = "inside"  # a command, a time-out, an operator's console
    FAR = "far"


@dataclass(frozen=True, slots=True)
class Ending:
    """Everything known about a leg when its channel is destroyed."""

    answered: bool
    alerted: bool
    """Ringing or progress was heard: the carrier is alive."""
    asked: bool
    """We sent a hang-up."""
    by: Side | None
    """Who began the hang-up; None when Asterisk did not say."""
    q850: int
    sip: int | None


SIP: dict[int, Cause] = {
    # Our credentials are refused: no call can pass this trunk.
    401: Cause.TRUNK_DEAD,
    407: Cause.TRUNK_DEAD,
    # The prepaid account is empty: the same for every number.
    402: Cause.TRUNK_DEAD,
    403: Cause.REJECTED,
    404: Cause.NOT_FOUND,
    410: Cause.NOT_FOUND,
    416: Cause.NOT_FOUND,
    484: Cause.NOT_FOUND,
    485: Cause.NOT_FOUND,
    604: Cause.NOT_FOUND,
    429: Cause.CONGESTION,
    433: Cause.REJECTED,
    480: Cause.UNAVAILABLE,
    486: Cause.BUSY,
    600: Cause.BUSY,
    # A cancel that we did not send: somebody between us and the callee gave up.
    487: Cause.UNAVAILABLE,
    488: Cause.UNAVAILABLE,
    606: Cause.UNAVAILABLE,
    603: Cause.REJECTED,
    607: Cause.REJECTED,
    608: Cause.REJECTED,
}

Q850: dict[int, Cause] = {
    1: Cause.NOT_FOUND,
    2: Cause.NOT_FOUND,
    3: Cause.NOT_FOUND,
    17: Cause.BUSY,
    18: Cause.UNAVAILABLE,
    19: Cause.UNAVAILABLE,
    20: Cause.UNAVAILABLE,
    21: Cause.REJECTED,
    22: Cause.NOT_FOUND,
    27: Cause.UNAVAILABLE,
    28: Cause.NOT_FOUND,
    34: Cause.CONGESTION,
    38: Cause.CONGESTION,
    41: Cause.CONGESTION,
    42: Cause.CONGESTION,
    44: Cause.CONGESTION,
    47: Cause.CONGESTION,
    58: Cause.CONGESTION,
}


def cause_of(ending: Ending) -> Cause:
    if ending.by is Side.INSIDE or (ending.by is None and ending.asked):
        return _from_inside(ending)
    if ending.answered:
        return Cause.HUNG_UP
    return _refused(ending)


def sip_code(ending: Ending) -> int | None:
    """The far end's SIP code; None where nobody out there said one."""
    if ending.by is Side.INSIDE or ending.answered or (ending.by is None and ending.asked):
        return None
    return ending.sip


def _from_inside(ending: Ending) -> Cause:
    if ending.asked:
        return Cause.WE_HUNG_UP
    if not ending.answered and ending.q850 == NO_ANSWER:
        return Cause.RING_TIMEOUT if ending.alerted else Cause.TRUNK_DEAD
    return Cause.LOST


def _refused(ending: Ending) -> Cause:
    code = ending.sip
    if code == 408:
        return Cause.RING_TIMEOUT if ending.alerted else Cause.TRUNK_DEAD
    if code is not None:
        if code in SIP:
            return SIP[code]
        if 300 <= code < 400:
            # Never followed: docs/decisions/0003-redirects.md. The SIP code tells it from a plain 480.
            return Cause.UNAVAILABLE
        if 500 <= code < 600:
            return Cause.CONGESTION
    return Q850.get(ending.q850, Cause.LOST if code is None else Cause.UNAVAILABLE)
