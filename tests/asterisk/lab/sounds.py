"""Sounds without a recording studio: tones as wav files, and as captured RTP for SIPp to play."""

from __future__ import annotations

import math
import struct
import wave
from collections.abc import Iterable
from pathlib import Path

RATE = 8000

Tone = tuple[float, tuple[float, ...]]
"""Seconds, and the frequencies that sound together; none is silence."""

HUMAN: tuple[Tone, ...] = ((0.3, ()), (0.25, (180, 360)), (0.1, ()), (0.35, (220, 440)), (1.0, ()))
CHOPPED: tuple[Tone, ...] = (
    (0.3, ()),
    *(tone for word in (0.16, 0.15, 0.2, 0.18) for tone in ((word, (200, 400)), (0.08, ()))),
    (1.1, ()),
)
"""The same greeting over a line that lost some of it: four words, where there were two."""
MACHINE: tuple[Tone, ...] = ((0.5, ()), *(((0.4, (200, 400)), (0.1, ())) * 10), (0.5, (1000,)), (4.0, ()))
AGENT: tuple[Tone, ...] = ((0.4, (140, 280)), (0.2, ()), (0.6, (160, 320)), (0.8, ()))
NOT_IN_SERVICE: tuple[Tone, ...] = ((0.33, (913.8,)), (0.33, (1370.6,)), (0.33, (1776.7,)), (0.5, ()))
MUSIC: tuple[Tone, ...] = (
    (2.0, (261.6, 329.6, 392.0)),
    (2.0, (220.0, 261.6, 329.6)),
    (2.0, (174.6, 220.0, 261.6)),
    (2.0, (196.0, 246.9, 293.7)),
)


def samples(tones: Iterable[Tone], loudness: float = 0.15) -> list[int]:
    out: list[int] = []
    for seconds, frequencies in tones:
        length = int(seconds * RATE)
        for i in range(length):
            fade = min(1.0, i / 200, (length - i) / 200)
            value = sum(math.sin(2 * math.pi * f * i / RATE) for f in frequencies) / max(1, len(frequencies))
            out.append(int(32767 * loudness * fade * value))
    return out


def write_wav(path: Path, tones: Iterable[Tone], loudness: float = 0.15) -> None:
    data = samples(tones, loudness)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(struct.pack(f"<{len(data)}h", *data))


def mulaw(sample: int) -> int:
    """G.711 mu-law of one 16-bit sample."""
    sign = 0x80 if sample < 0 else 0
    magnitude = min(abs(sample), 32635) + 132
    exponent = magnitude.bit_length() - 8
    return ~(sign | exponent << 4 | magnitude >> exponent + 3 & 0x0F) & 0xFF


def write_pcap(path: Path, tones: Iterable[Tone]) -> None:
    """RTP packets of 20 ms, payload 0, as a capture file; SIPp replaces addresses and ports."""
    coded = bytes(mulaw(sample) for sample in samples(tones))
    with path.open("wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for i in range(len(coded) // 160):
            rtp = struct.pack("!BBHII", 0x80, 0x80 if i == 0 else 0, i, i * 160, 0x0CA3BA7A)
            payload = rtp + coded[i * 160 : (i + 1) * 160]
            udp = struct.pack("!HHHH", 6000, 6000, 8 + len(payload), 0) + payload
            ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(udp), i, 0, 64, 17, 0) + bytes((127, 0, 0, 2, 127, 0, 0, 1))
            frame = bytes(12) + b"\x08\x00" + ip + udp
            micros = i * 20_000
            file.write(struct.pack("<IIII", micros // 1_000_000, micros % 1_000_000, len(frame), len(frame)) + frame)
