"""A real Asterisk with the laboratory's carrier and telephones; the connection runs over a wire we can cut."""

from __future__ import annotations

import math
import subprocess
import time
import wave
from array import array
from collections.abc import Callable
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

from asterisk.lab.caller import call
from campana.kernel.phone import PhoneNumber, phone_number
from campana.telephony.asterisk import AsteriskSwitch
from contract.switch.worlds import Callee, Telephone
from support.asterisk import Asterisk
from support.wire import Wire

BEHAVIOUR = {
    Callee.ANSWERS: "201",
    Callee.CHOPPED: "202",
    Callee.MACHINE: "300",
    Callee.HANGS_UP: "900",
    Callee.RINGS: "408",
    Callee.BUSY: "486",
    Callee.REJECTS: "603",
    Callee.UNAVAILABLE: "480",
    Callee.NOT_FOUND: "404",
    Callee.CONGESTED: "503",
    Callee.MUTE: "000",
}
TELEPHONE = {
    Telephone.ANSWERS: "PJSIP/1001",
    Telephone.HANGS_UP: "PJSIP/1903",
    Telephone.RINGS: "PJSIP/1901",
    Telephone.BUSY: "PJSIP/1902",
}
LIMIT = 30.0
QUIET = 1.0
"""Nothing of one call may be under way in the laboratory for longer than this."""

LEAVES_AFTER = 3.0
"""When the laboratory's callee that hangs up does so."""

_numbers = count(1)
FOLDER = "/var/lib/asterisk/campana-test"
"""Of sounds, as Asterisk sees it in its own root."""


def write_sound(path: Path) -> None:
    """A second of a tone, where there is none yet."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    tone = array("h", (round(8000 * math.sin(2 * math.pi * 440 * n / 8000)) for n in range(8000)))
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(tone.tobytes())


class AsteriskWorld:
    trunk = Asterisk.trunk
    caller_id = phone_number("15550001111")
    sound = "1/hello"

    def __init__(self, asterisk: Asterisk) -> None:
        self.asterisk = asterisk
        self.app = f"campana-test-{uuid4().hex[:8]}"
        parts = urlsplit(asterisk.url)
        assert parts.hostname is not None
        self.wire = Wire(parts.hostname, parts.port or 80)
        self._url = f"http://127.0.0.1:{self.wire.port}{parts.path}"
        self._drivers: list[AsteriskSwitch] = []
        self._callers: list[subprocess.Popen[bytes]] = []
        write_sound(asterisk.home / "root" / FOLDER.removeprefix("/") / f"{self.sound}.wav")
        self.switch = self.another()

    def number(self, callee: Callee) -> PhoneNumber:
        return phone_number(f"1555{BEHAVIOUR[callee]}{next(_numbers):04d}")

    def arrive(self, *, patience: float = 60) -> tuple[str, str]:
        caller, called = f"1555201{next(_numbers):04d}", self.caller_id
        self.asterisk.ari("POST", f"asterisk/variable?variable=CAMPANA_APP&value={self.app}")
        host = urlsplit(self.asterisk.url).hostname
        assert host is not None
        self._callers.append(call(self.asterisk.home, host, caller, called, patience=patience))
        return caller, called

    def endpoint(self, telephone: Telephone) -> str:
        return TELEPHONE[telephone]

    def until(self, happened: Callable[[], bool]) -> None:
        deadline = time.monotonic() + LIMIT
        while not happened():
            assert time.monotonic() < deadline, f"did not happen in {LIMIT:.0f} s"
            time.sleep(0.01)

    def settle(self) -> None:
        """The one place where a contract test waits: what did not come within this time will not come."""
        time.sleep(QUIET)

    def linger(self) -> None:
        time.sleep(LEAVES_AFTER + 3 * QUIET)

    def lose(self) -> None:
        self.wire.cut()

    def restore(self) -> None:
        self.wire.mend()

    def another(self) -> AsteriskSwitch:
        switch = AsteriskSwitch(self._url, self.asterisk.user, self.asterisk.password, self.app, sounds=FOLDER)
        self._drivers.append(switch)
        return switch

    def close(self) -> None:
        for driver in self._drivers:
            driver.close()
        self.wire.close()
        self.asterisk.clear(self.app)
        for caller in self._callers:
            caller.kill()
            caller.wait()
