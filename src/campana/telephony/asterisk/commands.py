"""The port's commands as ARI requests.

Numbers are digits, names match a narrow pattern, and both travel as query values: nothing a person typed
reaches a path, a dialplan or a file name. What does not fit is refused before it leaves.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from campana.engine.outputs import Originate, RingAgent
from campana.kernel.ids import LegId
from campana.kernel.phone import phone_number
from campana.telephony.asterisk.causes import NORMAL_CLEARING
from campana.telephony.asterisk.names import Names, is_leg

_TRUNK = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_TELEPHONE = re.compile(r"PJSIP/[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_SOUND = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}(/[A-Za-z0-9][A-Za-z0-9_-]{0,99}){0,4}")
_RECORDING = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}(/[A-Za-z0-9][A-Za-z0-9_-]{0,99}){0,4}")


class Unfit(ValueError):
    """A command with a name that must not be passed on."""


@dataclass(frozen=True, slots=True)
class Call:
    """One REST request. ``path`` is relative to the ARI root and made of our own names only."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    lane: str = ""
    """Requests of one lane reach Asterisk in order, whatever carries them."""


def create(command: Originate | RingAgent, names: Names) -> Call:
    """The channel, in our application from its first moment, not dialled yet.

    Two steps instead of one ``originate``: a channel that is in the application already stays up when it
    is answered while the engine is away, where an originated one would die of a missing application.
    """
    if not is_leg(command.leg):
        raise Unfit("the leg's id")
    caller = phone_number(command.caller_id)
    return Call(
        "POST",
        "channels/create",
        {"endpoint": endpoint(command), "app": names.app, "channelId": names.channel(command.leg)},
        # The connected line is what PJSIP puts into From; "i" keeps it from being sent as an update.
        {"variables": {"CONNECTEDLINE(num,i)": caller, "CALLERID(num)": caller}},
        lane=command.leg,
    )


def endpoint(command: Originate | RingAgent) -> str:
    if isinstance(command, Originate):
        if not _TRUNK.fullmatch(command.trunk):
            raise Unfit("the trunk's name")
        return f"PJSIP/{phone_number(command.number)}@{command.trunk}"
    if not _TELEPHONE.fullmatch(command.endpoint):
        raise Unfit("the telephone's name")
    return command.endpoint


def lookup(command: Originate | RingAgent) -> Call:
    """Whether Asterisk knows the endpoint at all."""
    name = command.trunk if isinstance(command, Originate) else command.endpoint.removeprefix("PJSIP/")
    return Call("GET", f"endpoints/PJSIP/{name}", lane=command.leg)


def since_when() -> Call:
    """When Asterisk started and last read its configuration."""
    return Call("GET", "asterisk/info", {"only": "status"})


def what_time() -> Call:
    """Asterisk's own clock."""
    return Call("GET", "asterisk/ping")


def dial(leg: LegId, ring: timedelta, names: Names) -> Call:
    timeout = max(1, math.ceil(ring.total_seconds()))
    return Call("POST", f"channels/{names.channel(leg)}/dial", {"timeout": str(timeout)}, lane=leg)


def hang_up(leg: LegId, names: Names) -> Call:
    return Call("DELETE", f"channels/{names.channel(leg)}", {"reason_code": str(NORMAL_CLEARING)}, lane=leg)


def start_music(leg: LegId, names: Names) -> Call:
    return Call("POST", f"channels/{names.channel(leg)}/moh", lane=leg)


def stop_music(leg: LegId, names: Names) -> Call:
    return Call("DELETE", f"channels/{names.channel(leg)}/moh", lane=leg)


def play_sound(leg: LegId, turn: int, folder: str, sound: str, names: Names) -> Call:
    """A file of the library. ``turn`` names the playback: nought and one take turns, so that both can be stopped."""
    if not _SOUND.fullmatch(sound) or not folder.startswith("/") or "," in folder:
        raise Unfit("the sound's name")
    query = {"media": f"sound:{folder.rstrip('/')}/{sound}", "playbackId": names.playback(leg, turn)}
    return Call("POST", f"channels/{names.channel(leg)}/play", query, lane=leg)


def stop_sound(leg: LegId, turn: int, names: Names) -> Call:
    return Call("DELETE", f"playbacks/{names.playback(leg, turn)}", lane=leg)


def answer(leg: LegId, names: Names) -> Call:
    return Call("POST", f"channels/{names.channel(leg)}/answer", lane=leg)


def follow(leg: LegId, names: Names) -> Call:
    """Hear of a channel to its end. One that came in by the dialplan is only ours while it is in the application."""
    query = {"eventSource": f"channel:{names.channel(leg)}"}
    return Call("POST", f"applications/{names.app}/subscription", query, lane=leg)


def start_ringing(leg: LegId, names: Names) -> Call:
    """The ringing tone, on a channel that was answered."""
    return Call("POST", f"channels/{names.channel(leg)}/ring", lane=leg)


def stop_ringing(leg: LegId, names: Names) -> Call:
    return Call("DELETE", f"channels/{names.channel(leg)}/ring", lane=leg)


def make_bridge(customer: LegId, names: Names) -> Call:
    return Call("POST", f"bridges/{names.bridge(customer)}", {"type": "mixing"}, lane=customer)


def join(customer: LegId, names: Names, *legs: LegId) -> Call:
    channels = ",".join(names.channel(leg) for leg in legs)
    return Call("POST", f"bridges/{names.bridge(customer)}/addChannel", {"channel": channels}, lane=customer)


def leave_bridge(customer: LegId, names: Names) -> Call:
    channel = {"channel": names.channel(customer)}
    return Call("POST", f"bridges/{names.bridge(customer)}/removeChannel", channel, lane=customer)


def drop_bridge(customer: LegId, names: Names) -> Call:
    return Call("DELETE", f"bridges/{names.bridge(customer)}", lane=customer)


def make_recorder(leg: LegId, names: Names) -> Call:
    """A snoop channel: it hears both directions, needs no bridge, and ends with the leg."""
    path = f"channels/{names.channel(leg)}/snoop/{names.recorder(leg)}"
    return Call("POST", path, {"spy": "both", "app": names.app}, lane=leg)


def record(leg: LegId, name: str, names: Names) -> Call:
    query = {"name": name, "format": "wav", "ifExists": "fail"}
    return Call("POST", f"channels/{names.recorder(leg)}/record", query, lane=leg)


def stored(name: str, leg: LegId) -> Call:
    """Whether there is a file of this recording."""
    return Call("GET", f"recordings/stored/{quote(name, safe='')}", lane=leg)


def drop_recorder(leg: LegId, names: Names) -> Call:
    return Call("DELETE", f"channels/{names.recorder(leg)}", lane=leg)


def make_spy(leg: LegId, monitor: LegId, turn: int, *, whispers: bool, names: Names) -> Call:
    """A snoop channel on the customer's leg. It ends with that leg; the supervisor's is in a bridge with it.

    What is whispered "in" seems to come in from the customer: those who talk with him hear it, he does not.
    """
    path = f"channels/{names.channel(leg)}/snoop/{names.spy(monitor, turn)}"
    return Call("POST", path, {"spy": "both", "whisper": "in" if whispers else "none", "app": names.app}, lane=monitor)


def join_spy(monitor: LegId, turn: int, names: Names) -> Call:
    query = {"channel": names.spy(monitor, turn)}
    return Call("POST", f"bridges/{names.bridge(monitor)}/addChannel", query, lane=monitor)


def drop_spy(monitor: LegId, turn: int, names: Names) -> Call:
    return Call("DELETE", f"channels/{names.spy(monitor, turn)}", lane=monitor)


def make_detector(leg: LegId, names: Names) -> Call:
    """A snoop channel that hears what the customer says; the leg itself stays where it is and hears its music."""
    path = f"channels/{names.channel(leg)}/snoop/{names.detector(leg)}"
    return Call("POST", path, {"spy": "in", "app": names.app}, lane=leg)


def name_app(leg: LegId, names: Names) -> Call:
    """Tell the dialplan to which application the detector comes back."""
    query = {"variable": "CAMPANA_APP", "value": names.app}
    return Call("POST", f"channels/{names.detector(leg)}/variable", query, lane=leg)


def listen(leg: LegId, longest: timedelta, names: Names) -> Call:
    """Send the detector through AMD in the dialplan; the extension is the longest time in milliseconds."""
    milliseconds = min(9999, max(1000, round(longest.total_seconds() * 1000)))
    query = {"context": "campana-amd", "extension": str(milliseconds), "priority": "1"}
    return Call("POST", f"channels/{names.detector(leg)}/continue", query, lane=leg)


def drop_detector(leg: LegId, names: Names) -> Call:
    return Call("DELETE", f"channels/{names.detector(leg)}", lane=leg)


def is_recording_name(name: str) -> bool:
    return bool(_RECORDING.fullmatch(name))
