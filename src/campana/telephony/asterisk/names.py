"""What our things are called inside Asterisk.

Everything of an organisation begins with its application's name, so that channels and bridges of others
are told by their names alone and never touched. Ids are chosen by us: a command can be repeated.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from campana.kernel.ids import LegId, arrived_leg, has_arrived

_LEG = re.compile(r"[A-Za-z0-9_-]{1,64}")
_ARRIVED = re.compile(r"([A-Za-z0-9-]{1,30}-)?[0-9]{1,12}\.[0-9]{1,10}")
"""What Asterisk calls a channel that it made itself."""
_PLAYBACK = re.compile(r"play-([01])")
_SPY = re.compile(r"spy-([0-9]{1,4})")
_APP = re.compile(r"[A-Za-z0-9_-]{1,60}")


class Kind(StrEnum):
    LEG = "leg"
    RECORDER = "rec"  # a snoop channel that hears both directions of a customer's leg
    DETECTOR = "amd"  # a snoop channel that hears the customer alone
    SPY = "spy"  # a snoop channel on a customer's leg, for the supervisor's leg it is called after
    BRIDGE = "mix"


@dataclass(frozen=True, slots=True)
class Names:
    app: str

    def __post_init__(self) -> None:
        if not _APP.fullmatch(self.app):
            raise ValueError(f"not a name for an ARI application: {self.app!r}")

    def channel(self, leg: LegId) -> str:
        """Ours are called as we like; a call that came in has Asterisk's name, without the dot in ours."""
        if has_arrived(leg):
            return leg.removeprefix("in-").replace("_", ".")
        return f"{self.app}.{leg}"

    def recorder(self, leg: LegId) -> str:
        return f"{self.app}.{leg}.{Kind.RECORDER}"

    def detector(self, leg: LegId) -> str:
        return f"{self.app}.{leg}.{Kind.DETECTOR}"

    def spy(self, monitor: LegId, turn: int) -> str:
        """Each change of how somebody listens is a new channel: the old one may not be gone yet."""
        return f"{self.app}.{monitor}.{Kind.SPY}-{turn}"

    def spy_of(self, name: str) -> tuple[LegId, int] | None:
        """The supervisor's leg and the turn of one of our spies."""
        app, _, rest = name.partition(".")
        leg, _, suffix = rest.partition(".")
        turn = _SPY.fullmatch(suffix)
        return (LegId(leg), int(turn[1])) if app == self.app and is_leg(leg) and turn else None

    def bridge(self, customer: LegId) -> str:
        return f"{self.app}.{customer}.{Kind.BRIDGE}"

    def playback(self, leg: LegId, turn: int) -> str:
        return f"{self.app}.{leg}.play-{turn}"

    def playback_of(self, name: str) -> tuple[LegId, int] | None:
        """The leg and the turn of one of our playbacks."""
        app, _, rest = name.partition(".")
        leg, _, suffix = rest.partition(".")
        turn = _PLAYBACK.fullmatch(suffix)
        return (LegId(leg), int(turn[1])) if app == self.app and is_leg(leg) and turn else None

    def parse(self, name: str) -> tuple[Kind, LegId] | None:
        """What a channel or bridge is, or None when it is not ours. A name that Asterisk gave may be a call that came
        in for us, or anybody's: whoever asks must know more (``Arrived``, ``take_stock``)."""
        if _ARRIVED.fullmatch(name):
            return Kind.LEG, arrived_leg(name.replace(".", "_"))
        app, _, rest = name.partition(".")
        leg, _, suffix = rest.partition(".")
        if app != self.app or not is_leg(leg):
            return None
        if not suffix:
            return Kind.LEG, LegId(leg)
        if _SPY.fullmatch(suffix):
            return Kind.SPY, LegId(leg)
        return (Kind(suffix), LegId(leg)) if suffix in {Kind.RECORDER, Kind.DETECTOR, Kind.BRIDGE} else None


def is_leg(text: str) -> bool:
    return bool(_LEG.fullmatch(text))
