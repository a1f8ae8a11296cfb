"""Processes under the supervisor: started in order, mended, and gone when it is gone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support.waiting import eventually

pytestmark = pytest.mark.slow

KEEPER = """
    import os, sys, pathlib
    from campana.config.supervisor import Program, Supervisor
    folder = pathlib.Path(sys.argv[1])
    def child(name, code, **more):
        return Program(name, [sys.executable, "-c", code], dict(os.environ), folder / f"{name}.log", **more)
    stay = "import os, pathlib, sys, time; pathlib.Path(r'%s').write_text(str(os.getpid())); time.sleep(600)"
    deaf = "import signal; [signal.signal(s, signal.SIG_IGN) for s in (signal.SIGTERM, signal.SIGINT)]; "
    programs = [
        child("first", stay % (folder / "first"), last=True, ready=lambda: (folder / "first").exists()),
        child("second", stay % (folder / "second")),
    ]
    if "deaf" in sys.argv:
        programs.append(child("deaf", deaf + stay % (folder / "deaf"), stop_seconds=0.5))
    if "parent" in sys.argv:
        fork = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', %r]); "
        fork %= stay % (folder / "grandchild")
        programs.append(child("parent", fork + stay % (folder / "parent")))
    def say(words):
        with (folder / "said").open("a") as file: file.write(words + chr(10))
    Supervisor(say=say).run(programs, started=lambda: (folder / "started").touch())
"""


@pytest.fixture
def keep(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    kept: list[subprocess.Popen[bytes]] = []

    def start(*words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", textwrap.dedent(KEEPER), str(tmp_path), *words]
        process = subprocess.Popen(command, start_new_session=True)
        kept.append(process)
        eventually((tmp_path / "started").exists)
        pid_of(tmp_path, "second")
        return process

    yield start
    for process in kept:
        process.kill()
        process.wait()
    for name in ("first", "second", "deaf", "parent", "grandchild"):
        if (tmp_path / name).exists():
            eventually(lambda name=name: not alive(pid_of(tmp_path, name)))


def pid_of(folder: Path, name: str) -> int:
    return int(eventually(lambda: (folder / name).exists() and (folder / name).read_text()))


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


Keep = Callable[..., "subprocess.Popen[bytes]"]


def test_a_child_that_was_killed_is_started_again(keep: Keep, tmp_path: Path) -> None:
    keep()
    before = pid_of(tmp_path, "second")
    os.kill(before, signal.SIGKILL)
    eventually(lambda: pid_of(tmp_path, "second") != before)
    assert "second was ended by SIGKILL" in (tmp_path / "said").read_text()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_everything_and_the_supervisor_well(keep: Keep, tmp_path: Path, number: signal.Signals) -> None:
    keeper = keep()
    children = [pid_of(tmp_path, name) for name in ("first", "second")]
    keeper.send_signal(number)
    assert keeper.wait(10) == 0
    assert not any(alive(pid) for pid in children)


def test_children_die_with_a_supervisor_that_was_killed_outright(keep: Keep, tmp_path: Path) -> None:
    keeper = keep()
    children = [pid_of(tmp_path, name) for name in ("first", "second")]
    keeper.kill()
    keeper.wait()
    eventually(lambda: not any(alive(pid) for pid in children))


def test_a_child_that_is_deaf_to_signals_is_ended_all_the_same(keep: Keep, tmp_path: Path) -> None:
    keeper = keep("deaf")
    pid_of(tmp_path, "deaf")
    keeper.terminate()
    assert keeper.wait(10) == 0
    assert not alive(pid_of(tmp_path, "deaf"))
    assert "deaf did not stop" in (tmp_path / "said").read_text()


def test_workers_that_a_killed_child_left_behind_are_ended_before_it_is_started_again(
    keep: Keep, tmp_path: Path
) -> None:
    keep("parent")
    orphan = pid_of(tmp_path, "grandchild")
    os.kill(pid_of(tmp_path, "parent"), signal.SIGKILL)
    eventually(lambda: not alive(orphan))
