"""What people at desks do, how often and how long, and the wishes a desk sends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from campana.engine.inputs import (
    CallRequested,
    DialNowRequested,
    ExtendRequested,
    HangUpRequested,
    HoldRequested,
    PresenceChanged,
    PreviewAccepted,
    ReadyRequested,
    ResultEntered,
    RingAgainRequested,
    SkipRequested,
)
from campana.engine.words import ResultClass
from campana.kernel.ids import AgentId, ContactId
from campana.kernel.phone import PhoneNumber
from campana.sim.laws import Between, Law, Memoryless

Wish: TypeAlias = (
    PresenceChanged
    | PreviewAccepted
    | DialNowRequested
    | SkipRequested
    | HoldRequested
    | CallRequested
    | HangUpRequested
    | RingAgainRequested
    | ResultEntered
    | ReadyRequested
    | ExtendRequested
)
Whom: TypeAlias = tuple[PhoneNumber, str, ContactId | None]
"""A number to call by hand, its time zone and whose it is, where that is known."""
People: TypeAlias = Callable[[Wish], None]
"""Where wishes go: the engine's inputs in a shift, the relay's mailbox in the demo."""

RESULTS: Mapping[ResultClass, float] = {
    ResultClass.SUCCESS: 0.28,
    ResultClass.REFUSAL: 0.36,
    ResultClass.CALL_BACK: 0.16,
    ResultClass.UNREACHABLE: 0.08,
    ResultClass.WRONG_NUMBER: 0.06,
    ResultClass.DO_NOT_CALL: 0.06,
}


@dataclass(frozen=True, slots=True)
class Habits:
    """Laws of times, and shares between 0 and 1."""

    signs_in: Law = Between(0.0, 300.0)
    opens_screen_late: float = 0.03
    picks_up: Law = Memoryless(1.5, floor=0.4)
    misses: float = 0.01
    refuses: float = 0.005
    accepts: Law = Memoryless(4.0, floor=0.5)
    ignores_offer: float = 0.03
    declines_offer: float = 0.03
    reads: Law = Memoryless(8.0, floor=1.0)
    dials_now: float = 0.4
    skips: float = 0.05
    holds: float = 0.05
    writes: Law = Memoryless(7.0, floor=1.0)
    forgets_result: float = 0.05
    writes_late: float = 0.3
    """Of the forgotten results, how many are entered minutes later."""
    writes_during_talk: float = 0.05
    ready_early: float = 0.3
    extends: float = 0.05
    hangs_up_by_desk: float = 0.3
    works: Law = Memoryless(5400.0, floor=600.0)
    rests: Law = Between(120.0, 900.0)
    leaves_mid_dial: float = 0.01
    signs_out: float = 0.4
    """Of those who leave mid-dial, how many sign out rather than press Not ready."""
    returns: Law = Memoryless(120.0, floor=10.0)
    calls_by_hand: Law = Memoryless(2700.0, floor=60.0)
    """How long until an agent next wants to call somebody, where there is somebody to call."""
    gives_up_calling: float = 0.1
    loses_telephone: float = 0.0
    """In a talk: the page is loaded anew, or the network is gone for a moment."""
    fumbles: Law | None = None
    """How long until somebody presses what does not fit: an old page, a second window, a program at the API."""
    calls_back_in: Law = Between(120.0, 10800.0)
    calls_back_self: float = 0.5
    results: Mapping[ResultClass, float] = field(default_factory=lambda: RESULTS)


@dataclass(frozen=True, slots=True)
class Seat:
    agent_id: AgentId
    endpoint: str
