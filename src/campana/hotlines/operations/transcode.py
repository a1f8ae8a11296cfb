"""Uploaded sound becomes what every switch plays: WAV, 8 kHz, one channel, 16 bit. Judged by content, not by name."""

from __future__ import annotations

import audioop
import io
import shutil
import subprocess
import wave
from typing import Final

from campana.kernel.refusals import Invalid

RATE: Final = 8000
LONGEST: Final = 600.0
"""Seconds."""
PATIENCE: Final = 60
"""Seconds for a decoder: a file that was made to be slow must not hold a worker."""


class NotASound(Invalid):
    code = "not_a_sound"
    detail = "This is neither a WAV nor an MP3 file, whatever its name says."


class UnreadableWav(Invalid):
    code = "unreadable_wav"
    detail = "This WAV is damaged or coded in a way we do not read. Save it as PCM, 16 bit."


class NoDecoder(Invalid):
    code = "no_decoder"
    detail = "This server has no program that reads MP3 (ffmpeg or mpg123). Upload a WAV file."


class BadMp3(Invalid):
    code = "bad_mp3"
    detail = "This MP3 can not be read: it is damaged."


class TooLong(Invalid):
    code = "sound_too_long"
    detail = "A sound lasts at most {minutes} minutes."


class Silent(Invalid):
    code = "sound_empty"
    detail = "There is no sound in this file."


def transcode(content: bytes) -> tuple[bytes, float, str]:
    """The WAV to keep, its seconds, and what ``content`` was: ``wav`` or ``mp3``. Raises the refusals above."""
    if content[:4] == b"RIFF" and content[8:12] == b"WAVE":
        kind, frames = "wav", _wav(content)
    elif content[:3] == b"ID3" or (len(content) > 1 and content[0] == 0xFF and content[1] & 0xE6 == 0xE2):
        kind, frames = "mp3", _wav(_decoded(content))
    else:
        raise NotASound(field="file")
    seconds = len(frames) / 2 / RATE
    if not frames:
        raise Silent(field="file")
    if seconds > LONGEST:
        raise TooLong(field="file", minutes=int(LONGEST // 60))
    return _written(frames), seconds, kind


def _wav(content: bytes) -> bytes:
    """Samples of 16 bit at our rate, one channel."""
    try:
        with wave.open(io.BytesIO(content)) as sound:
            width, channels, rate = sound.getsampwidth(), sound.getnchannels(), sound.getframerate()
            if not (1 <= channels <= 2 and 1 <= width <= 4 and 4000 <= rate <= 192_000):
                raise UnreadableWav(field="file")
            if sound.getnframes() / rate > LONGEST:
                raise TooLong(field="file", minutes=int(LONGEST // 60))
            frames = sound.readframes(sound.getnframes())
        if width == 1:
            frames = audioop.bias(frames, 1, 128)  # eight bits are kept without a sign
        frames = audioop.lin2lin(frames, width, 2)
        if channels == 2:
            frames = audioop.tomono(frames, 2, 0.5, 0.5)
        return audioop.ratecv(frames, 2, 1, rate, RATE, None)[0] if rate != RATE else frames
    except (wave.Error, EOFError, audioop.error, ZeroDivisionError):
        raise UnreadableWav(field="file") from None


def _decoded(content: bytes) -> bytes:
    ffmpeg, mpg123 = shutil.which("ffmpeg"), shutil.which("mpg123")
    length = str(int(LONGEST) + 1)
    if ffmpeg:
        order = [ffmpeg, "-v", "error", "-protocol_whitelist", "pipe", "-f", "mp3", "-i", "pipe:0", "-t", length]
        order += ["-ac", "1", "-ar", str(RATE), "-f", "s16le", "pipe:1"]
    elif mpg123:
        order = [mpg123, "-q", "--stdout", "--mono", "-r", str(RATE), "-e", "s16", "-"]
    else:
        raise NoDecoder(field="file")
    try:
        done = subprocess.run(order, input=content, capture_output=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        raise BadMp3(field="file") from None
    if done.returncode or not done.stdout:
        raise BadMp3(field="file")
    return _written(done.stdout[: len(done.stdout) // 2 * 2])


def _written(frames: bytes) -> bytes:
    kept = io.BytesIO()
    with wave.open(kept, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(frames)
    return kept.getvalue()
