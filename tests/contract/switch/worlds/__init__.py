"""A world is a driver of the Switch port together with the far ends it can reach.

The suite speaks to worlds only, so the same sentences are checked on a fake, a simulated and a real
exchange. A new driver adds one file here and one line in ``conftest.py``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

from campana.engine.inputs import (
    CallArrived,
    LegAnswered,
    LegEnded,
    LegRinging,
    SwitchLost,
    SwitchReturned,
    VerdictReached,
)
from campana.engine.words import Verdict
from campana.kernel.ids import LegId
from campana.kernel.phone import PhoneNumber
from campana.telephony.port import Switch, SwitchEvent


class Callee(StrEnum):
    """How the far end of a dialled number behaves."""

    ANSWERS = "answers"
    CHOPPED = "chopped"  # a person who answers on a line that loses some of the sound
    MACHINE = "machine"  # answers, and talks and talks
    HANGS_UP = "hangs_up"  # answers, then hangs up by itself a few seconds later
    RINGS = "rings"  # for ever
    BUSY = "busy"
    REJECTS = "rejects"
    UNAVAILABLE = "unavailable"
    NOT_FOUND = "not_found"
    CONGESTED = "congested"
    MUTE = "mute"  # the carrier gives no response at all


class Telephone(StrEnum):
    """How an agent's telephone behaves."""

    ANSWERS = "answers"
    HANGS_UP = "hangs_up"
    RINGS = "rings"
    BUSY = "busy"


class World(Protocol):
    switch: Switch
    """Not started yet."""
    trunk: str
    caller_id: PhoneNumber

    def number(self, callee: Callee) -> PhoneNumber:
        """A number that behaves so and was not given out before."""

    def arrive(self, *, patience: float = 60) -> tuple[str, str]:
        """Somebody calls one of our numbers and gives up after so many seconds without an agent. The caller's number
        and ours."""

    sound: str
    """A sound that the switch can play, as the library names it; its message is over within seconds."""

    def endpoint(self, telephone: Telephone) -> str: ...

    def until(self, happened: Callable[[], bool]) -> None:
        """Let the world's time pass until it happened. Fails after a limit of the world's own."""

    def settle(self) -> None:
        """Let everything that is under way arrive, so that "nothing more came" can be said."""

    def linger(self) -> None:
        """Let so much time pass that a far end that hangs up by itself has done so."""

    def lose(self) -> None:
        """Break the connection between driver and switch; the calls stay up."""

    def restore(self) -> None:
        """Let the driver reach the switch again; it comes back by itself."""

    def another(self) -> Switch:
        """A second driver for the same organisation, as after a restart of the engine. Not started."""

    def close(self) -> None: ...


class Heard:
    """A listener that keeps what it was told."""

    def __init__(self) -> None:
        self._events: list[SwitchEvent] = []
        self._lock = threading.Lock()

    def __call__(self, event: SwitchEvent) -> None:
        with self._lock:
            self._events.append(event)

    @property
    def events(self) -> list[SwitchEvent]:
        with self._lock:
            return list(self._events)

    def of(self, leg: LegId) -> list[SwitchEvent]:
        return [event for event in self.events if getattr(event, "leg", None) == leg]

    def ringing(self, leg: LegId) -> bool:
        return LegRinging(leg) in self.events

    def answered(self, leg: LegId) -> bool:
        return LegAnswered(leg) in self.events

    def arrivals(self) -> list[CallArrived]:
        return [event for event in self.events if isinstance(event, CallArrived)]

    def end(self, leg: LegId) -> LegEnded | None:
        return next((event for event in self.of(leg) if isinstance(event, LegEnded)), None)

    def ended(self, leg: LegId) -> bool:
        return self.end(leg) is not None

    def verdicts(self, leg: LegId) -> list[Verdict]:
        return [event.verdict for event in self.of(leg) if isinstance(event, VerdictReached)]

    def losses(self) -> int:
        return sum(isinstance(event, SwitchLost) for event in self.events)

    def returns(self) -> list[SwitchReturned]:
        return [event for event in self.events if isinstance(event, SwitchReturned)]


def started(world: World, switch: Switch | None = None) -> Heard:
    """What the switch (the world's own, or another of its drivers) tells, from its first word on."""
    heard = Heard()
    (switch or world.switch).start(heard)
    world.until(lambda: bool(heard.returns()))
    return heard
