"""Identifiers are distinct types, so that a contact can not be passed where a task is meant."""

from __future__ import annotations

from typing import NewType

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

_COUNTER_BITS = 32


def attempt_id(fencing: int, counter: int) -> AttemptId:
    """The ``counter``-th attempt of the engine that holds fencing number ``fencing``.

    Fencing numbers never repeat in an installation, so the engine can choose ids by itself
    (a repeated command names the same attempt) and ids grow with time.
    """
    if not 0 < counter < 1 << _COUNTER_BITS:
        raise ValueError(f"attempt counter {counter} out of range")
    return AttemptId((fencing << _COUNTER_BITS) | counter)


def customer_leg(attempt: AttemptId) -> LegId:
    """The one customer leg of an attempt: asking the switch twice still dials once."""
    return LegId(f"{attempt:x}-c")


def agent_leg(attempt: AttemptId, offer: int) -> LegId:
    """The leg to an agent's telephone for the ``offer``-th offer (from 1) of an attempt."""
    return LegId(f"{attempt:x}-a{offer}")


def arrived_leg(name: str) -> LegId:
    """The leg of a call that came in, by the switch's own ``name`` of it (letters, digits, ``_`` and ``-``)."""
    return LegId(f"in-{name}")


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
