"""A callee who listens: a SIP user agent of some lines that answers, makes a tone, and writes down what he hears.

Only what Asterisk sends on loopback is understood. Loudness is the root mean square of what arrived, from 0 to 1; keys
are those of RFC 4733. Everything runs in one thread; a test reads.
"""

from __future__ import annotations

import math
import re
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise

from asterisk.lab.sounds import mulaw

PACKET = 160
KEYS = "0123456789*#ABCD"
TONE = [mulaw(int(9000 * math.sin(2 * math.pi * 400 * n / 8000))) for n in range(8000)]


def _linear(byte: int) -> float:
    byte = ~byte & 0xFF
    value = (((byte & 0x0F) << 3) + 0x84 << ((byte & 0x70) >> 4)) - 0x84
    return (-value if byte & 0x80 else value) / 32768


LINEAR = [_linear(byte) for byte in range(256)]


@dataclass
class Heard:
    """One call as the callee hears it."""

    number: str
    answered: float
    ended: float | None = None
    keys: str = ""
    sound: list[tuple[float, float]] = field(default_factory=list)
    """When a packet came, and the mean square of its samples."""

    def loudness(self, seconds: float) -> float:
        """Of the last ``seconds``; silence where nothing came."""
        since = time.monotonic() - seconds
        squares = [square for at, square in self.sound if at > since]
        return math.sqrt(sum(squares) / max(len(squares), int(seconds * 50)))

    def share(self, since: float, until: float) -> float:
        """How much of the sound between two moments came."""
        return sum(since < at < until for at, _ in self.sound) / ((until - since) * 50)

    def longest_gap(self, since: float, until: float) -> float:
        """Seconds without a packet."""
        times = [since, *(at for at, _ in self.sound if since < at < until), until]
        return max(after - before for before, after in pairwise(times))


class Callee:
    def __init__(self, address: str, port: int) -> None:
        self._sip = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._sip.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._sip.bind((address, port))
        self._sip.settimeout(0.005)
        self._here = (address, port)
        self._talks: dict[str, _Talk] = {}
        self._over = threading.Event()
        self.calls: list[Heard] = []
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._over.set()
        self._thread.join(5)
        self._sip.close()

    def hang_up(self) -> None:
        """The callee ends every call."""
        for talk in list(self._talks.values()):
            self._sip.sendto(talk.bye(self._here).encode(), talk.sip)

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                data, sender = self._sip.recvfrom(65535)
                self._message(data.decode(errors="replace"), sender)
            except TimeoutError:
                pass
            for talk in list(self._talks.values()):
                talk.turn()

    def _message(self, text: str, sender: tuple[str, int]) -> None:
        method = text.split(" ", 1)[0]
        call = _header(text, "Call-ID")
        if method == "INVITE":
            talk = self._talks.get(call)
            if talk is None:
                number = re.match(r"INVITE sip:\+?(\d+)", text)
                heard = Heard(number[1] if number else "", time.monotonic())
                self.calls.append(heard)
                talk = self._talks[call] = _Talk(heard, text, sender, self._here[0])
                self._answer(text, sender, "180 Ringing")
            self._answer(text, sender, "200 OK", talk.sdp)
        elif method == "BYE":
            self._answer(text, sender, "200 OK")
            self._end(call)
        elif method.startswith("SIP/2.0"):
            if "BYE" in _header(text, "CSeq"):
                self._end(call)
        elif method != "ACK":
            self._answer(text, sender, "200 OK")

    def _end(self, call: str) -> None:
        talk = self._talks.pop(call, None)
        if talk is not None:
            talk.heard.ended = time.monotonic()
            talk.rtp.close()

    def _answer(self, text: str, sender: tuple[str, int], status: str, sdp: str = "") -> None:
        to = _header(text, "To")
        lines = [f"SIP/2.0 {status}", *(f"Via: {via}" for via in _headers(text, "Via"))]
        lines += [f"From: {_header(text, 'From')}", f"To: {to if 'tag=' in to else to + ';tag=callee'}"]
        lines += [f"Call-ID: {_header(text, 'Call-ID')}", f"CSeq: {_header(text, 'CSeq')}"]
        lines += [f"Contact: <sip:callee@{self._here[0]}:{self._here[1]}>"]
        lines += ["Content-Type: application/sdp"] if sdp else []
        lines += [f"Content-Length: {len(sdp)}", "", sdp]
        self._sip.sendto("\r\n".join(lines).encode(), sender)


class _Talk:
    def __init__(self, heard: Heard, invite: str, sip: tuple[str, int], address: str) -> None:
        self.heard, self.sip, self._invite = heard, sip, invite
        self.rtp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.rtp.bind((address, 0))
        self.rtp.setblocking(False)
        port = self.rtp.getsockname()[1]
        there = re.search(r"c=IN IP4 ([\d.]+)", invite)
        audio = re.search(r"m=audio (\d+)", invite)
        assert there, invite
        assert audio, invite
        self._there = (there[1], int(audio[1]))
        event = re.search(r"a=rtpmap:(\d+) telephone-event/8000", invite)
        self._event = int(event[1]) if event else 101
        self._sent, self._pressed = 0, -1
        self._began = time.monotonic()
        self.sdp = "\r\n".join(
            [
                "v=0",
                f"o=callee 1 1 IN IP4 {address}",
                "s=-",
                f"c=IN IP4 {address}",
                "t=0 0",
                f"m=audio {port} RTP/AVP 0 {self._event}",
                "a=rtpmap:0 PCMU/8000",
                f"a=rtpmap:{self._event} telephone-event/8000",
                "a=fmtp:0-16",
                "a=ptime:20",
                "a=sendrecv",
                "",
            ]
        )

    def turn(self) -> None:
        """Say what is due, hear what has come."""
        due = int((time.monotonic() - self._began) * 50)
        while self._sent < due:
            at = self._sent * PACKET
            payload = bytes(TONE[(at + n) % len(TONE)] for n in range(PACKET))
            packet = struct.pack("!BBHII", 0x80, 0, self._sent & 0xFFFF, at & 0xFFFFFFFF, 0x5EED) + payload
            self.rtp.sendto(packet, self._there)
            self._sent += 1
        while True:
            try:
                data = self.rtp.recv(2048)
            except (BlockingIOError, OSError):
                return
            self._hear(data)

    def _hear(self, data: bytes) -> None:
        kind, stamp = data[1] & 0x7F, struct.unpack("!I", data[4:8])[0]
        if kind == self._event:
            if stamp != self._pressed:
                self._pressed = stamp
                self.heard.keys += KEYS[data[12]]
        elif kind == 0:
            samples = [LINEAR[byte] for byte in data[12:]]
            square = sum(value * value for value in samples) / max(1, len(samples))
            self.heard.sound.append((time.monotonic(), square))

    def bye(self, here: tuple[str, int]) -> str:
        target = re.search(r"<(sip:[^>]+)>", _header(self._invite, "Contact"))
        to, cseq = _header(self._invite, "To"), 1
        lines = [
            f"BYE {target[1] if target else 'sip:asterisk'} SIP/2.0",
            f"Via: SIP/2.0/UDP {here[0]}:{here[1]};branch=z9hG4bK{id(self)}",
            f"From: {to};tag=callee",
            f"To: {_header(self._invite, 'From')}",
            f"Call-ID: {_header(self._invite, 'Call-ID')}",
            f"CSeq: {cseq} BYE",
            "Max-Forwards: 70",
            "Content-Length: 0",
            "",
            "",
        ]
        return "\r\n".join(lines)


def _headers(text: str, name: str) -> list[str]:
    return re.findall(rf"^{name}:\s*(.*?)\r?$", text, re.MULTILINE | re.IGNORECASE)


def _header(text: str, name: str) -> str:
    found = _headers(text, name)
    return str(found[0]) if found else ""


@contextmanager
def listening(address: str, port: int) -> Iterator[Callee]:
    callee = Callee(address, port)
    try:
        yield callee
    finally:
        callee.close()
