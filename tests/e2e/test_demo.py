"""bin/demo from the outside: it starts, lets people in, and leaves nothing behind, however it ends."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import pytest

from support.waiting import eventually

pytestmark = pytest.mark.slow

CODE = "import sys; from campana.config.{}.{} import main; sys.exit(main())"
CONTACTS = 60


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One installation for all tests of this file; the first one fills it."""
    return tmp_path_factory.mktemp("demo") / "demo"


@pytest.fixture(scope="module")
def port() -> int:
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
    def __init__(self, folder: Path, port: int) -> None:
        self.port = port
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            command("demo", "run", "--port", str(port), "--contacts", str(CONTACTS)),
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
        found = subprocess.run(["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True, check=True)
        direct = [int(word) for word in found.stdout.split()]
        more = subprocess.run(
            ["pgrep", "-P", ",".join(map(str, direct))], capture_output=True, text=True, check=False
        ).stdout
        return [*direct, *map(int, more.split())]

    def stop(self, number: signal.Signals = signal.SIGINT) -> tuple[int, str, str]:
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=60)
        return self.process.returncode, out, err


@pytest.fixture
def start(folder: Path, port: int) -> Iterator[Callable[[], Demo]]:
    started: list[Demo] = []

    def go() -> Demo:
        started.append(Demo(folder, port))
        return started[-1]

    yield go
    for demo in started:
        if demo.process.poll() is None:
            demo.stop()


def gone(pids: list[int]) -> bool:
    def alive(pid: int) -> bool:
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        except FileNotFoundError:
            return False

    return not any(alive(pid) for pid in pids)


def sign_in(demo: Demo, folder: Path, who: str) -> str:
    """The cookie of the signed-in person."""
    person = next(p for p in json.loads((folder / "sign-ins.json").read_text()) if p["email"].startswith(who))
    _, page, cookies = demo.get("/session")
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token
    form = {"csrfmiddlewaretoken": token[1], "email": person["email"], "password": person["password"]}
    status, _, given = demo.get("/session", f"csrftoken={cookies['csrftoken'].value}", form)
    assert status == 302
    return f"sessionid={given['sessionid'].value}"


def test_the_demo_lets_its_people_in_and_the_floor_works(start: Callable[[], Demo], folder: Path) -> None:
    demo = start()
    cookie = sign_in(demo, folder, "supervisor")
    status, page, _ = demo.get("/campaigns", cookie)
    assert status == 200
    assert "Spring offer" in page
    assert sign_in(demo, folder, "you")

    def attempts() -> float:
        line = next(line for line in demo.get("/metrics")[1].splitlines() if 'what="attempts"' in line)
        return float(line.rpartition(" ")[2])

    assert eventually(lambda: attempts() > 3, within=90), "simulated agents come to work and calls are made"
    assert json.loads(demo.get("/readyz")[1])["ready"]
    _, out, _ = demo.stop()
    for person in json.loads((folder / "sign-ins.json").read_text()):
        assert person["email"] in out
        assert person["password"] in out
    assert (folder / "sign-ins.json").stat().st_mode & 0o077 == 0, "for the owner's eyes only"


def test_ctrl_c_leaves_no_process_and_no_lock(start: Callable[[], Demo], folder: Path) -> None:
    demo = start()
    children = demo.children()
    assert len(children) >= 4
    assert demo.stop(signal.SIGINT)[0] == 0
    assert gone(children)
    assert not (folder / "in-use").exists()
    assert not (folder / "postgres" / "postmaster.pid").exists()


def test_a_demo_that_was_killed_outright_leaves_no_process_and_starts_again(start: Callable[[], Demo]) -> None:
    demo = start()
    children = demo.children()
    demo.stop(signal.SIGKILL)
    eventually(lambda: gone(children), within=30)
    assert start().stop()[0] == 0


def test_the_second_start_fills_nothing_and_takes_little_more_than_loading_the_code(
    start: Callable[[], Demo], folder: Path
) -> None:
    start().stop()
    again = start()
    _, _, err = again.stop()
    assert "filling" not in err
    began = time.monotonic()
    load = "import campana.config.asgi; from django.urls import get_resolver; get_resolver().url_patterns"
    loading = {**environment(folder), "DATABASE_URL": "postgresql:///none", "CAMPANA_SECRET_KEY": "none"}
    subprocess.run([sys.executable, "-c", load], env=loading, check=True)
    assert again.seconds < 4 * (time.monotonic() - began) + 1


def test_only_one_demo_runs_in_a_folder(start: Callable[[], Demo], folder: Path, port: int) -> None:
    start()
    second = subprocess.run(
        command("demo", "run", "--port", str(port)), env=environment(folder), capture_output=True, text=True
    )
    assert second.returncode == 1
    assert f"port {port} is taken" in second.stderr
    elsewhere = subprocess.run(
        command("demo", "run", "--headless"), env=environment(folder), capture_output=True, text=True
    )
    assert elsewhere.returncode == 1
    assert "stop it first" in elsewhere.stderr


def test_the_command_line_makes_a_key_whether_the_demo_runs_or_not(start: Callable[[], Demo], folder: Path) -> None:
    create = ("apikey", "create", "--organisation", "demo", "--role", "administrator")
    demo = start()
    made = campana(folder, *create)
    assert made.returncode == 0, made.stderr
    connection = http.client.HTTPConnection("127.0.0.1", demo.port, timeout=30)
    connection.request("GET", "/api/v1/campaigns", headers={"Authorization": f"Bearer {made.stdout.strip()}"})
    assert connection.getresponse().status == 200
    demo.stop()
    again = campana(folder, *create)
    assert again.returncode == 0, again.stderr
    assert re.fullmatch(r"cmp_[\w-]+\n", again.stdout)
    assert not (folder / "postgres" / "postmaster.pid").exists(), "a database started for the moment is stopped"


def test_a_headless_run_ends_and_prints_one_json_object(folder: Path) -> None:
    done = subprocess.run(
        command("demo", "run", "--headless", "--until-finished", "--json", "--contacts", "30"),
        env=environment(folder),
        capture_output=True,
        text=True,
        timeout=400,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["contacts"] == 30
    assert told["finished"] is True
    assert sum(told["by_outcome"].values()) == told["attempts"] >= told["answered"] >= told["connected"] > 0
    assert told["abandoned"] == told["by_outcome"].get("abandoned", 0)
    assert sum(told["by_task"].values()) == 30
