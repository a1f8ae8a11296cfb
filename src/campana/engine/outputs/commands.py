"""Commands to the switch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

from campana.engine.words import (
    MonitorMode,
)
from campana.kernel.ids import LegId
from campana.kernel.phone import PhoneNumber


@dataclass(frozen=True, slots=True)
class Originate:
    """Dial a customer. The leg id is chosen by us, so sending it twice dials once."""

    leg: LegId
    trunk: str
    number: PhoneNumber
    caller_id: PhoneNumber
    ring: timedelta


@dataclass(frozen=True, slots=True)
class RingAgent:
    """Ring an agent's telephone about a waiting customer."""

    leg: LegId
    endpoint: str
    caller_id: PhoneNumber
    ring: timedelta
    customer_leg: LegId


@dataclass(frozen=True, slots=True)
class Bridge:
    """Let customer and agent hear each other; hold music of the customer ends."""

    customer_leg: LegId
    agent_leg: LegId


@dataclass(frozen=True, slots=True)
class AnswerCall:
    """Pick up a call that arrived: from now on its caller can hear something."""

    leg: LegId


@dataclass(frozen=True, slots=True)
class PlayHoldMusic:
    """Over and over, until the bridge or another sound. ``sound``: one of the library; blank: the switch's own."""

    leg: LegId
    sound: str = ""


@dataclass(frozen=True, slots=True)
class PlaySound:
    """A message, once; ``SoundFinished`` tells its end. It takes the place of what the leg heard before."""

    leg: LegId
    sound: str


@dataclass(frozen=True, slots=True)
class DetectMachine:
    """Listen whether a person or a machine answered, whatever is played meanwhile; ``VerdictReached`` tells, once."""

    leg: LegId
    longest: timedelta


@dataclass(frozen=True, slots=True)
class PlayRinging:
    """An agent who calls by hand hears it ring at the other end, until the bridge."""

    leg: LegId


@dataclass(frozen=True, slots=True)
class Monitor:
    """Let the answered ``monitor_leg`` into what is said at the customer's ``leg``. Sent again it changes how."""

    leg: LegId
    monitor_leg: LegId
    mode: MonitorMode


@dataclass(frozen=True, slots=True)
class StartRecording:
    """Record what the customer leg hears and says under a name without personal data."""

    leg: LegId
    name: str


@dataclass(frozen=True, slots=True)
class HangUp:
    leg: LegId


Command: TypeAlias = (
    Originate
    | RingAgent
    | AnswerCall
    | DetectMachine
    | Bridge
    | PlayHoldMusic
    | PlaySound
    | PlayRinging
    | Monitor
    | StartRecording
    | HangUp
)
