"""One POST to a webhook: signed, with an end, to a checked address, following nowhere."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import socket
import ssl
import threading
from dataclasses import dataclass
from typing import Final

from campana.automation.operations.addresses import Target, resolve
from campana.kernel.clock import Instant
from campana.kernel.refusals import Refused

TIMEOUT: Final = 10.0
"""Seconds for connecting, and for each silence."""
DEADLINE: Final = 20.0
"""Seconds for everything: a dripping receiver must not hold a worker."""
LONGEST_ANSWER: Final = 2000
"""Bytes of a receiver's answer that are kept."""
SIGNATURE: Final = "Campana-Signature"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: a status, or the code of a problem when nothing did."""

    status: int | None
    problem: str
    said: str = ""
    """The beginning of the body that came back, for whoever looks for the fault."""

    @property
    def good(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def signature(secret: str, body: bytes, now: Instant) -> str:
    """``t=SECONDS,v1=HEX``: HMAC-SHA256 with the secret over ``SECONDS.BODY``."""
    moment = str(int(now.timestamp()))
    digest = hmac.new(secret.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"


def send(target: Target, body: bytes, headers: dict[str, str], *, private: bool) -> Answer:
    """Deliver ``body``; never raises for what the far end does."""
    try:
        address = resolve(target, private=private)
    except Refused as refused:
        return Answer(None, refused.code)
    connection = _Connection(target, address)
    watchdog = threading.Timer(DEADLINE, connection.cut)
    watchdog.daemon = True
    watchdog.start()
    try:
        connection.request("POST", target.path, body, {"Host": target.host_header, **headers})
        response = connection.getresponse()
        status, said = response.status, _beginning(response)
    except ssl.SSLError:
        return Answer(None, "tls")
    except TimeoutError:
        return Answer(None, "timeout")
    except (OSError, http.client.HTTPException):
        return Answer(None, "timeout" if connection.was_cut else "connection")
    finally:
        watchdog.cancel()
        connection.close()
    return Answer(status, "" if 200 <= status < 300 else "redirect" if 300 <= status < 400 else "status", said)


def _beginning(response: http.client.HTTPResponse) -> str:
    """A body that breaks off or drips changes nothing of the answer: its status is known."""
    try:
        return response.read(LONGEST_ANSWER).decode("utf-8", "replace").replace("\0", "")
    except (OSError, http.client.HTTPException):
        return ""


class _Connection(http.client.HTTPConnection):
    """Connects to the address that was checked, and speaks TLS in the name of the host."""

    def __init__(self, target: Target, address: str) -> None:
        super().__init__(target.host, target.port, timeout=TIMEOUT)
        self.target, self.address = target, address
        self.was_cut = False

    def connect(self) -> None:
        plain = socket.create_connection((self.address, self.target.port), TIMEOUT)
        self.sock = plain
        if self.target.secure:
            self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self.target.host)

    def cut(self) -> None:
        self.was_cut = True
        if self.sock is not None:
            try:
                self.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                return
