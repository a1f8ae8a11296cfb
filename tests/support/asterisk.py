"""The real Asterisk with its laboratory, for the tests that want one.

Started once for the run by ``bin/asterisk up --lab``; stopped by the last test process that used it, unless
it ran before.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, str(ROOT / "bin" / "asterisk")]


@dataclass(frozen=True)
class Asterisk:
    url: str
    user: str
    password: str
    home: Path

    trunk = "carrier"

    def run(self, *arguments: str) -> str:
        """``bin/asterisk`` with these arguments."""
        done = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL)
        assert done.returncode == 0, done.stderr or done.stdout
        return done.stdout

    def up(self) -> None:
        self.run("up", "--lab")

    @property
    def pid(self) -> int | None:
        return json.loads(subprocess.run([*COMMAND, "status", "--json"], capture_output=True, text=True).stdout)["pid"]

    def kill(self) -> None:
        """kill -9, and wait until it is gone."""
        pid = self.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        while self.pid == pid:
            time.sleep(0.02)

    def ari(self, method: str, path: str) -> Any:
        """One request beside the driver, for looking at what is really there."""
        access = b64encode(f"{self.user}:{self.password}".encode()).decode()
        request = urllib.request.Request(
            f"{self.url}/{path}", method=method, headers={"Authorization": f"Basic {access}"}
        )
        with urllib.request.urlopen(request, timeout=5) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def channels(self, app: str) -> list[dict[str, Any]]:
        """Ours: named by us, or come in and with our application."""
        return [
            channel
            for channel in self.ari("GET", "channels")
            if channel["id"].startswith(app + ".") or channel["dialplan"].get("app_data", "").startswith(app + ",")
        ]

    def clear(self, app: str) -> None:
        """Hang up whatever a test left."""
        for channel in self.channels(app):
            with contextlib.suppress(urllib.error.HTTPError):  # gone already
                self.ari("DELETE", f"channels/{channel['id']}")

    def dialled(self) -> list[str]:
        """Every number that ever reached the carrier, in order."""
        log = self.home / "lab" / "carrier.log"
        lines = log.read_text(errors="replace").splitlines() if log.exists() else []
        return [line.split()[1].removeprefix("sip:") for line in lines if line.startswith("INVITE sip:")]


def obstacle() -> str | None:
    """Why this machine can not run one."""
    if os.geteuid() != 0:
        return "a real Asterisk needs root here"
    if not shutil.which("apt-get"):
        return "a real Asterisk is installed on Debian only"
    return None


@pytest.fixture(scope="session")
def asterisk() -> Iterator[Asterisk]:
    why_not = obstacle()
    if why_not:
        if os.environ.get("CI") == "true":
            pytest.fail(why_not)
        pytest.skip(why_not)
    home = Path(os.environ.get("CAMPANA_ASTERISK_HOME", ROOT / "var" / "asterisk"))
    home.mkdir(parents=True, exist_ok=True)
    with (home / "tests.lock").open("w") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        mine = home / "started-by-tests"
        if subprocess.run([*COMMAND, "status"], capture_output=True).returncode != 0:
            mine.touch()
        done = subprocess.run([*COMMAND, "up", "--lab"], capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if done.returncode != 0:
            pytest.fail(f"bin/asterisk up --lab: {done.stderr or done.stdout}")
        access = dict(line.split("=", 1) for line in (home / "ari.env").read_text().splitlines())
        yield Asterisk(
            access["CAMPANA_ARI_URL"], access["CAMPANA_ARI_USER"], access["CAMPANA_ARI_PASSWORD"], home.resolve()
        )
        if mine.exists() and _nobody_else(users.fileno()):
            mine.unlink()
            subprocess.run([*COMMAND, "down"], capture_output=True)


def _nobody_else(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
