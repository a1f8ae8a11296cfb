"""bin/demo from the outside: it starts, lets people in, and leaves nothing behind, however it ends."""

from __future__ import annotations

import http.client
import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support.demo import Demo, campana, command, environment, free_port, gone, sign_in
from support.waiting import eventually

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One installation for all tests of this file; the first one fills it."""
    return tmp_path_factory.mktemp("demo") / "demo"


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


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
    given_up, left = (told["by_outcome"].get(name, 0) for name in ("abandoned", "hung_up_waiting"))
    assert given_up <= told["abandoned"] <= given_up + left  # who hung up within two seconds is not counted
    assert told["answered"] <= told["connected"] + given_up + left
    assert sum(told["by_task"].values()) == 30
