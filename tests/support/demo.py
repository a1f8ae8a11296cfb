"""bin/demo as a process, and its pages as a visitor without a browser sees them."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

from support.waiting import eventually

CODE = "import sys; from campana.config.{}.{} import main; sys.exit(main())"
CONTACTS = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CAMPANA", "DATABASE", "DJANGO"))}
    return {**kept, "CAMPANA_DEMO_DATA": str(folder)}


def command(package: str, module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-c", CODE.format(package, module), *arguments]


def campana(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command("cli", "main", *arguments), env=environment(folder), capture_output=True, text=True, timeout=120
    )


class Demo:
    def __init__(self, folder: Path, port: int, *more: str) -> None:
        self.port = port
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            command("demo", "run", "--port", str(port), "--contacts", str(CONTACTS), *more),
            env=environment(folder),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        eventually(self._answers, within=180)
        self.seconds = time.monotonic() - self.began

    def _answers(self) -> bool:
        assert self.process.poll() is None, self.process.communicate()
        try:
            return self.get("/healthz")[0] == 200
        except OSError:
            return False

    def get(self, path: str, cookie: str = "", form: dict[str, str] | None = None) -> tuple[int, str, SimpleCookie]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Cookie": cookie} if cookie else {}
        if form is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST" if form is not None else "GET", path, urlencode(form or {}), headers)
        response = connection.getresponse()
        cookies: SimpleCookie = SimpleCookie()
        for value in response.headers.get_all("Set-Cookie") or []:
            cookies.load(value)
        return response.status, response.read().decode(), cookies

    def children(self) -> list[int]:
        """Every process below it, read from /proc."""
        parents: dict[int, list[int]] = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                state = stat.read_text().rpartition(")")[2].split()
                parents.setdefault(int(state[1]), []).append(int(stat.parent.name))
        found, look = list[int](), [self.process.pid]
        while look:
            more = parents.get(look.pop(), [])
            found += more
            look += more
        return found

    def stop(self, number: signal.Signals = signal.SIGINT) -> tuple[int, str, str]:
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=60)
        return self.process.returncode, out, err


def gone(pids: list[int]) -> bool:
    def alive(pid: int) -> bool:
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        except FileNotFoundError:
            return False

    return not any(alive(pid) for pid in pids)


def person(folder: Path, who: str) -> dict[str, str]:
    """Address and password of one of those who may sign in."""
    people: list[dict[str, str]] = json.loads((folder / "sign-ins.json").read_text())
    return next(each for each in people if each["email"].startswith(who))


def sign_in(demo: Demo, folder: Path, who: str) -> str:
    """The cookie of the signed-in person."""
    known = person(folder, who)
    _, page, cookies = demo.get("/session")
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token
    form = {"csrfmiddlewaretoken": token[1], "email": known["email"], "password": known["password"]}
    status, _, given = demo.get("/session", f"csrftoken={cookies['csrftoken'].value}", form)
    assert status == 302
    return f"sessionid={given['sessionid'].value}"
