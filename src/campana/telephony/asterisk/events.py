"""ARI's events as the few things this driver wants to know, about our legs only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from campana.engine.inputs import CallArrived
from campana.engine.words import Verdict
from campana.kernel.ids import LegId, has_arrived
from campana.telephony.asterisk.names import Kind, Names

UNWANTED = (
    "BridgeCreated",
    "BridgeDestroyed",
    "ChannelCallerId",
    "ChannelConnectedLine",
    "ChannelCreated",
    "ChannelDialplan",
    "ChannelEnteredBridge",
    "ChannelLeftBridge",
    "ChannelVarset",
    "RecordingStarted",
    "StasisEnd",
)
"""Filtered out inside Asterisk, before they are written and read: more than half of all events. A list of
the wanted ones would also filter the answers to requests on the same socket."""


@dataclass(frozen=True, slots=True)
class Created:
    """The channel is ours to command."""

    leg: LegId


@dataclass(frozen=True, slots=True)
class Arrived:
    """A call came in for us and waits to be answered."""

    leg: LegId
    call: CallArrived


@dataclass(frozen=True, slots=True)
class PlayingDone:
    leg: LegId
    turn: int
    failed: bool


@dataclass(frozen=True, slots=True)
class Alerted:
    """The carrier speaks: ringing, or progress without ringing."""

    leg: LegId
    ringing: bool


@dataclass(frozen=True, slots=True)
class Answered:
    leg: LegId


@dataclass(frozen=True, slots=True)
class HangupBegan:
    leg: LegId
    inside: bool


@dataclass(frozen=True, slots=True)
class Destroyed:
    leg: LegId
    q850: int
    sip: int | None


@dataclass(frozen=True, slots=True)
class RecorderReady:
    leg: LegId


@dataclass(frozen=True, slots=True)
class DetectorReady:
    leg: LegId


@dataclass(frozen=True, slots=True)
class SpyReady:
    """The channel that listens for a supervisor's ``leg`` waits for its bridge."""

    leg: LegId


@dataclass(frozen=True, slots=True)
class Detected:
    """AMD has heard enough."""

    leg: LegId
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class RecordingDone:
    leg: LegId
    name: str
    seconds: float | None
    """None: it failed."""


@dataclass(frozen=True, slots=True)
class Replaced:
    """Another client took our application: another engine believes it is us."""


News: TypeAlias = (
    Created
    | Arrived
    | Alerted
    | Answered
    | PlayingDone
    | HangupBegan
    | Destroyed
    | RecorderReady
    | SpyReady
    | DetectorReady
    | Detected
    | RecordingDone
    | Replaced
)


def news(event: Mapping[str, Any], names: Names) -> News | None:
    """What an event means for us; None when nothing."""
    kind = event.get("type")
    if kind == "ApplicationReplaced":
        return Replaced()
    if kind in {"RecordingFinished", "RecordingFailed"}:
        return _recording(event["recording"], names, failed=kind == "RecordingFailed")
    if kind == "PlaybackFinished":
        return _playing(event["playback"], names)
    channel = event.get("peer") if kind == "Dial" else event.get("channel")
    ours = names.parse(channel.get("id", "")) if channel else None
    if channel is None or ours is None:
        return None
    what, leg = ours
    if what is not Kind.LEG:
        return _listener(what, leg, event.get("args", [])) if kind == "StasisStart" else None
    match kind:
        case "StasisStart":
            call = arrival(leg, event.get("args", []), channel)
            return Created(leg) if not has_arrived(leg) else Arrived(leg, call) if call is not None else None
        case "ChannelStateChange":
            return _state(leg, channel.get("state", ""))
        case "Dial":
            return _dial(leg, event.get("dialstatus", ""))
        case "ChannelHangupRequest":
            return HangupBegan(leg, bool(event.get("soft")))
        case "ChannelDestroyed":
            return Destroyed(leg, event.get("cause", 0), event.get("tech_cause"))
        case _:
            return None


def arrival(leg: LegId, words: Sequence[str], channel: Mapping[str, Any]) -> CallArrived | None:
    """A call that came in, by what the dialplan said: ``in``, the number that was dialled, the trunk's endpoint."""
    if len(words) < 3 or words[0] != "in":
        return None
    return CallArrived(leg, str(channel.get("caller", {}).get("number", "")), words[1], words[2])


def _listener(what: Kind, leg: LegId, words: Sequence[str]) -> News | None:
    """A detector comes to us twice: when it is made, and from AMD with ``amd``, the status and its cause."""
    if what is Kind.RECORDER:
        return RecorderReady(leg)
    if what is Kind.SPY:
        return SpyReady(leg)
    if what is not Kind.DETECTOR:
        return None
    if not words or words[0] != "amd":
        return DetectorReady(leg)
    status, cause = (*words[1:3], "", "")[:2]
    if status == "MACHINE":
        return Detected(leg, Verdict.SILENCE if cause.startswith("INITIALSILENCE") else Verdict.MACHINE)
    return Detected(leg, Verdict.HUMAN if status == "HUMAN" else Verdict.UNSURE)


def _playing(playback: Mapping[str, Any], names: Names) -> News | None:
    ours = names.playback_of(playback.get("id", ""))
    return None if ours is None else PlayingDone(*ours, failed=playback.get("state") == "failed")


def _state(leg: LegId, state: str) -> News | None:
    if state == "Up":
        return Answered(leg)
    return Alerted(leg, ringing=True) if state == "Ringing" else None


def _dial(leg: LegId, status: str) -> News | None:
    if status == "ANSWER":
        return Answered(leg)
    if status in {"RINGING", "PROGRESS", "PROCEEDING"}:
        return Alerted(leg, ringing=status == "RINGING")
    return None


def _recording(recording: Mapping[str, Any], names: Names, *, failed: bool) -> News | None:
    ours = names.parse(recording.get("target_uri", "").removeprefix("channel:"))
    if ours is None or ours[0] is not Kind.RECORDER:
        return None
    return RecordingDone(ours[1], recording["name"], None if failed else float(recording.get("duration", 0)))
