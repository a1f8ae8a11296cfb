"""Uploaded sound becomes what every switch plays: WAV, 8 kHz, one channel, 16 bit. Judged by content, not by name."""

from __future__ import annotations

import io
import shutil
import subprocess
import wave
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from campana.kernel.refusals import Invalid

Samples: TypeAlias = NDArray[np.float64]

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
    except (wave.Error, EOFError, RuntimeError):  # the last: a part of the file that says it is longer than the file
        raise UnreadableWav(field="file") from None
    frames = frames[: len(frames) // (width * channels) * (width * channels)]
    samples = _loudness(frames, width).reshape(-1, channels).mean(axis=1)
    if rate != RATE and len(samples):
        samples = _at_our_rate(samples, rate)
    return bytes(np.clip(np.rint(samples * 32_767), -32_768, 32_767).astype("<i2").tobytes())


def _loudness(frames: bytes, width: int) -> Samples:
    """From -1 to 1. Eight bits are kept without a sign, all others with one."""
    if width == 1:
        return (np.frombuffer(frames, "u1").astype(np.float64) - 128) / 128
    parts = np.frombuffer(frames, "u1").reshape(-1, width)
    whole = np.zeros((len(parts), 4), "u1")
    whole[:, 4 - width :] = parts
    return whole.view("<i4")[:, 0].astype(np.float64) / 2**31


def _at_our_rate(samples: Samples, rate: int) -> Samples:
    """What is too high for our rate is taken out first, or it would sound as something else."""
    if rate > RATE:
        reach = np.arange(-32, 33)
        low = np.sinc(reach * RATE / rate) * np.hamming(len(reach))
        samples = np.convolve(samples, low / low.sum(), mode="same")
    count = int(len(samples) * RATE / rate)
    return np.interp(np.arange(count) * rate / RATE, np.arange(len(samples)), samples)


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
