"""The fake driver. A test plays the network: ``ring``, ``answer``, ``end``, ``lose``, ``come_back``.

Synchronous: an event reaches the listener before the call that caused it returns. Everything that was
commanded can be looked at afterwards (``commands``, ``legs``, ``bridges``). It keeps every rule of the
port and passes ``tests/contract/switch``.
"""

from __future__ import annotations

import threading
from collections.abc import Collection
from dataclasses import dataclass

from campana.engine.inputs import (
    CallArrived,
    LegAnswered,
    LegEnded,
    LegRinging,
    LiveLeg,
    RecordingFinished,
    SoundFinished,
    SwitchLost,
    SwitchReturned,
    VerdictReached,
)
from campana.engine.outputs import (
    AnswerCall,
    Bridge,
    Command,
    DetectMachine,
    HangUp,
    Monitor,
    Originate,
    PlayHoldMusic,
    PlayRinging,
    PlaySound,
    RingAgent,
    StartRecording,
)
from campana.engine.words import Cause, MonitorMode, Verdict
from campana.kernel.ids import LegId, arrived_leg
from campana.telephony.port import Listener, SwitchEvent


@dataclass(slots=True)
class FakeLeg:
    """A leg that is up, as the fake exchange sees it."""

    id: LegId
    command: Originate | RingAgent | CallArrived
    ringing: bool = False
    answered: bool = False
    music: bool = False
    sound: str = ""
    """What it hears: the music, or the message that plays once."""
    tone: bool = False
    listened_to: bool = False
    """Machine detection goes on."""
    recording: str | None = None
    bridged_with: LegId | None = None


class FakeSwitch:
    def __init__(self, trunks: Collection[str] | None = None) -> None:
        self.trunks = trunks
        """The trunks this exchange knows; None for any."""
        self.commands: list[Command] = []
        """What was carried out, in order. Commands sent while the connection was lost are in ``dropped``."""
        self.dropped: list[Command] = []
        self.legs: dict[LegId, FakeLeg] = {}
        self.connected = False
        self.sounds: Collection[str] | None = None
        """The sounds this exchange can play; None for any."""
        self.monitors: dict[LegId, tuple[LegId, MonitorMode]] = {}
        """Who hears which customer's talk, and how."""
        self._arrivals = 0
        self._seen: set[LegId] = set()
        self._refused: set[LegId] = set()
        self._listener: Listener | None = None
        self._lock = threading.RLock()

    # --- the port ---------------------------------------------------------------------------------

    def start(self, listener: Listener) -> None:
        with self._lock:
            self._listener = listener
            self.connected = True
            self._tell(self._returned())

    def send(self, command: Command) -> None:
        with self._lock:
            if not self.connected:
                self.dropped.append(command)
                return
            self.commands.append(command)
            match command:
                case Originate() | RingAgent():
                    self._dial(command)
                case Bridge(customer_leg, agent_leg):
                    self._bridge(customer_leg, agent_leg)
                case AnswerCall(leg):
                    if leg in self.legs and isinstance(self.legs[leg].command, CallArrived):
                        self.answer(leg)
                case PlayHoldMusic() | PlaySound() | PlayRinging():
                    self._sound(command)
                case DetectMachine() | Monitor() | StartRecording():
                    self._listen(command)
                case HangUp(leg):
                    self.end(leg, Cause.WE_HUNG_UP)

    def close(self) -> None:
        with self._lock:
            self._listener = None
            self.connected = False

    # --- the network, played by a test --------------------------------------------------------------

    def refuse(self, leg: LegId) -> None:
        """The switch will refuse the command that would begin this leg."""
        self._refused.add(leg)

    def arrive(self, caller: str, called: str, trunk: str) -> LegId:
        """Somebody calls one of our numbers."""
        with self._lock:
            self._arrivals += 1
            leg = arrived_leg(str(self._arrivals))
            told = CallArrived(leg, caller, called, trunk)
            self.legs[leg] = FakeLeg(leg, told)
            self._tell(told)
            return leg

    def finish_sound(self, leg: LegId) -> None:
        """The message is over."""
        with self._lock:
            up = self.legs.get(leg)
            if up and up.sound and not up.music:
                up.sound = ""
                self._tell(SoundFinished(leg))

    def ring(self, leg: LegId) -> None:
        with self._lock:
            up = self.legs.get(leg)
            if up and not up.ringing and not up.answered:
                up.ringing = True
                self._tell(LegRinging(leg))

    def answer(self, leg: LegId) -> None:
        with self._lock:
            up = self.legs.get(leg)
            if up and not up.answered:
                up.answered = True
                self._tell(LegAnswered(leg))

    def judge(self, leg: LegId, verdict: Verdict, confidence: float | None = None) -> None:
        """Machine detection has heard enough."""
        with self._lock:
            up = self.legs.get(leg)
            if up and up.listened_to:
                up.listened_to = False
                self._tell(VerdictReached(leg, verdict, confidence))

    def end(self, leg: LegId, cause: Cause, sip_code: int | None = None) -> None:
        """The leg is gone, whoever wanted it. A second end of one leg is nothing."""
        with self._lock:
            up = self.legs.pop(leg, None)
            if up is None:
                return
            self.monitors = {by: at for by, at in self.monitors.items() if leg not in {by, at[0]}}
            if up.bridged_with in self.legs:
                self.legs[up.bridged_with].bridged_with = None
            if up.recording is not None:
                self._tell(RecordingFinished(leg, up.recording, 1.0))
            self._tell(LegEnded(leg, cause, sip_code))

    def lose(self) -> None:
        """The connection breaks; the calls stay up."""
        with self._lock:
            if self.connected:
                self.connected = False
                for leg in self.legs.values():
                    leg.listened_to = False
                if self._listener:
                    self._listener(SwitchLost())

    def come_back(self) -> None:
        with self._lock:
            if self._listener and not self.connected:
                self.connected = True
                self._tell(self._returned())

    def restart(self) -> None:
        """The exchange itself dies and comes back empty."""
        self.lose()
        self.legs.clear()
        self.come_back()

    @property
    def bridges(self) -> set[tuple[LegId, LegId]]:
        """Customer and agent that hear each other."""
        return {
            (leg.id, leg.bridged_with)
            for leg in self.legs.values()
            if leg.bridged_with is not None and not isinstance(leg.command, RingAgent)
        }

    # --- inside -----------------------------------------------------------------------------------

    def _dial(self, command: Originate | RingAgent) -> None:
        if command.leg in self._seen:
            return
        self._seen.add(command.leg)
        self.legs[command.leg] = FakeLeg(command.leg, command)
        unknown = isinstance(command, Originate) and self.trunks is not None and command.trunk not in self.trunks
        if unknown or command.leg in self._refused:
            self.end(command.leg, Cause.SWITCH_ERROR)

    def _bridge(self, customer: LegId, agent: LegId) -> None:
        one, other = self.legs.get(customer), self.legs.get(agent)
        if one is None or other is None:
            return
        one.music = other.tone = one.listened_to = False
        one.sound = ""
        one.bridged_with, other.bridged_with = agent, customer

    def _listen(self, command: DetectMachine | Monitor | StartRecording) -> None:
        up = self.legs.get(command.leg)
        if up is None:
            return
        match command:
            case DetectMachine():
                up.listened_to = up.answered
            case Monitor(leg, monitor, mode):
                if monitor in self.legs:
                    self.monitors[monitor] = (leg, mode)
            case StartRecording(_, name):
                up.recording = up.recording or name

    def _returned(self) -> SwitchReturned:
        return SwitchReturned(tuple(_live(leg) for leg in self.legs.values()))

    def _sound(self, command: PlayHoldMusic | PlaySound | PlayRinging) -> None:
        up = self.legs.get(command.leg)
        if up is None:
            return
        if isinstance(command, PlayRinging):
            up.tone = True
            return
        up.music, up.sound = isinstance(command, PlayHoldMusic), command.sound
        if isinstance(command, PlaySound) and self.sounds is not None and command.sound not in self.sounds:
            self.finish_sound(command.leg)

    def _tell(self, event: SwitchEvent) -> None:
        if self._listener is not None and self.connected:
            self._listener(event)


def _live(leg: FakeLeg) -> LiveLeg:
    return LiveLeg(leg.id, leg.answered, leg.command if isinstance(leg.command, CallArrived) else None)
