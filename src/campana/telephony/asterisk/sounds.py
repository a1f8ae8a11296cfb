"""What one leg hears while it is with nobody: music over and over, or a message once.

Sounds of the library are files; the switch plays them one after the other, so what played before is stopped first.
A sound that is not there (or can not be read) becomes the switch's own music, or the end of the message at once.
"""

from __future__ import annotations

from functools import partial

import structlog

from campana.engine.inputs import SoundFinished
from campana.engine.outputs import PlayHoldMusic, PlaySound
from campana.telephony.asterisk import commands
from campana.telephony.asterisk.client import Reply
from campana.telephony.asterisk.dialling import Dialling
from campana.telephony.asterisk.events import PlayingDone
from campana.telephony.asterisk.legs import Leg

log = structlog.get_logger("campana.telephony")


class Sounds(Dialling):
    sounds: str = ""
    """The folder of the library as the switch sees it."""

    def _music(self, command: PlayHoldMusic) -> None:
        leg = self.legs.get(command.leg)
        if leg is None:
            return
        self._leave_bridge(leg)
        self._quiet(leg)
        if command.sound:
            leg.playing = command
            self._play(leg, command.sound)
        else:
            self._own_music(leg)

    def _message(self, command: PlaySound) -> None:
        leg = self.legs.get(command.leg)
        if leg is None:
            return
        self._leave_bridge(leg)
        self._quiet(leg)
        leg.playing = command
        self._play(leg, command.sound)

    def _quiet(self, leg: Leg) -> None:
        """Stop what it hears. Of a leg that was found up nobody knows what that is."""
        if leg.music:
            leg.music = False
            self._request(commands.stop_music(leg.id, self._names))
        if leg.playing is not None or leg.command is None:
            for turn in (0, 1):
                self._request(commands.stop_sound(leg.id, turn, self._names))
        leg.playing = None

    def _leave_bridge(self, leg: Leg) -> None:
        if leg.bridge:
            self._request(commands.leave_bridge(leg.id, self._names))

    def _own_music(self, leg: Leg) -> None:
        leg.playing, leg.music = None, True
        self._request(commands.start_music(leg.id, self._names))

    def _play(self, leg: Leg, sound: str) -> None:
        leg.turn = 1 - leg.turn
        try:
            call = commands.play_sound(leg.id, leg.turn, self.sounds, sound, self._names)
        except ValueError as error:
            log.error("switch.unfit_command", problem=str(error))  # noqa: TRY400
            self._not_played(leg)
            return
        self._call(call, partial(self._playing, leg, leg.turn))

    def _playing(self, leg: Leg, turn: int, reply: Reply) -> None:
        if not reply.ok and not reply.lost and self._alive(leg) and leg.turn == turn:
            log.warning("switch.not_played", leg=leg.id, status=reply.status, said=reply.text[:200])
            self._not_played(leg)

    def _playing_done(self, leg: Leg, news: PlayingDone) -> None:
        playing = leg.playing
        if playing is None or news.turn != leg.turn:
            return
        if news.failed:
            log.warning("switch.not_played", leg=leg.id, sound=playing.sound)
            self._not_played(leg)
        elif isinstance(playing, PlayHoldMusic):
            self._play(leg, playing.sound)
        else:
            leg.playing = None
            self._tell(SoundFinished(leg.id))

    def _not_played(self, leg: Leg) -> None:
        playing, leg.playing = leg.playing, None
        if isinstance(playing, PlayHoldMusic):
            self._own_music(leg)
        elif playing is not None:
            self._tell(SoundFinished(leg.id))
