"""What the switch tells."""

from __future__ import annotations

from dataclasses import dataclass

from campana.engine.words import Cause, Verdict
from campana.kernel.ids import LegId


@dataclass(frozen=True, slots=True)
class CallArrived:
    """Somebody calls one of our numbers and hears it ring. The switch made the leg, so its name is the switch's."""

    leg: LegId
    caller: str
    """As the carrier wrote it; what is not a number in international digits counts as withheld."""
    called: str
    """The number that was dialled, as the carrier wrote it."""
    trunk: str
    """The switch's name of the trunk it came by."""


@dataclass(frozen=True, slots=True)
class SoundFinished:
    """A message was played to its end, or could not be played: either way nothing more is heard."""

    leg: LegId


@dataclass(frozen=True, slots=True)
class LegRinging:
    leg: LegId


@dataclass(frozen=True, slots=True)
class LegAnswered:
    leg: LegId


@dataclass(frozen=True, slots=True)
class VerdictReached:
    """What answered, as far as the switch could hear."""

    leg: LegId
    verdict: Verdict
    confidence: float | None = None
    """0 to 1, where the switch gives one."""


@dataclass(frozen=True, slots=True)
class LegEnded:
    leg: LegId
    cause: Cause
    sip_code: int | None = None


@dataclass(frozen=True, slots=True)
class RecordingFinished:
    leg: LegId
    name: str
    seconds: float


@dataclass(frozen=True, slots=True)
class SwitchLost:
    """The connection to the switch is gone: calls may be up, nothing can be commanded or heard."""


@dataclass(frozen=True, slots=True)
class LiveLeg:
    leg: LegId
    answered: bool
    arrived: CallArrived | None = None
    """Of a call that came in: what was told of it, or would have been if anybody had listened."""


@dataclass(frozen=True, slots=True)
class SwitchReturned:
    """The switch is heard again; these of our legs are up. Every other leg we believed in is gone."""

    legs: tuple[LiveLeg, ...]
