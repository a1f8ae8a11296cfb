"""Identifiers are distinct types, so that a contact can not be passed where a task is meant."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final, NewType

from campana.kernel.clock import Instant

OrganisationId = NewType("OrganisationId", int)
AgentId = NewType("AgentId", int)
ContactId = NewType("ContactId", int)
CampaignId = NewType("CampaignId", int)
TaskId = NewType("TaskId", int)
AttemptId = NewType("AttemptId", int)
HotlineId = NewType("HotlineId", int)
TrunkId = NewType("TrunkId", int)
ResultId = NewType("ResultId", int)
LegId = NewType("LegId", str)

EPOCH: Final = datetime(2020, 1, 1, tzinfo=UTC)
_SECOND_BITS, _COUNT_BITS = 32, 12
_FENCING_BITS: Final = _SECOND_BITS - _COUNT_BITS
TIMED: Final = 1 << 58
"""Ids below are of the time when an id was a fencing number and a counter: they grow too, but tell no time."""


def attempt_id(second: int, fencing: int, count: int) -> AttemptId:
    """``count`` of the ``second`` since ``EPOCH``, by the engine that holds fencing number ``fencing``."""
    if not (0 <= second < 1 << 31 and 0 <= count < 1 << _COUNT_BITS):
        raise ValueError(f"attempt {count} of second {second} out of range")
    return AttemptId(second << _SECOND_BITS | fencing % (1 << _FENCING_BITS) << _COUNT_BITS | count)


def first_attempt_at(moment: Instant) -> int:
    """No attempt that began at ``moment`` or later has a lower id: the tables are cut in parts here."""
    return int((moment - EPOCH).total_seconds()) << _SECOND_BITS


class AttemptIds:
    """The ids one engine gives: chosen by itself, so that a repeated command names the same attempt.

    Ids grow with time over the whole installation. They are unique: within one engine a pair of second and count comes
    once, because its second never goes back, whatever the clock does. Two engines have different fencing numbers,
    which never repeat; their 20 lowest bits are equal only where a million leases lie between, and so young an engine
    and so old a one do not live in the same second. Should they all the same, the primary key lets the first write
    its attempt, and the other is not dialled.
    """

    def __init__(self, fencing: int) -> None:
        self._fencing = fencing
        self._second = 0
        self._count = 0

    def new(self, now: Instant) -> AttemptId:
        """A second in which all counts are given away borrows from the next."""
        second = max(self._second, int((now - EPOCH).total_seconds()))
        if second == self._second and self._count == 1 << _COUNT_BITS:
            second += 1
        if second > self._second:
            self._second, self._count = second, 0
        self._count += 1
        return attempt_id(second, self._fencing, self._count - 1)


def customer_leg(attempt: AttemptId) -> LegId:
    """The one customer leg of an attempt: asking the switch twice still dials once."""
    return LegId(f"{attempt:x}-c")


def agent_leg(attempt: AttemptId, offer: int) -> LegId:
    """The leg to an agent's telephone for the ``offer``-th offer (from 1) of an attempt."""
    return LegId(f"{attempt:x}-a{offer}")


def arrived_leg(name: str) -> LegId:
    """The leg of a call that came in, by the switch's own ``name`` of it (letters, digits, ``_`` and ``-``)."""
    return LegId(f"in-{name}")


def recording_name(attempt: AttemptId) -> str:
    """What the switch calls the recording of an attempt."""
    return f"{attempt:x}"


def has_arrived(leg: LegId) -> bool:
    return leg.startswith("in-")


def leg_attempt(leg: LegId) -> AttemptId | None:
    """The attempt a leg belongs to, or None for a leg that is not ours."""
    head, _, tail = leg.partition("-")
    if not tail or tail[0] not in "ca":
        return None
    try:
        return AttemptId(int(head, 16))
    except ValueError:
        return None
