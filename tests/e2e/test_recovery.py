"""kill -9 of PostgreSQL under a dialling engine: it dials again soon, and nobody twice."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from campana.config.postgres import Postgres, PostgresError
from support.migrated import fill

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
ENGINE = Path(__file__).with_name("sturdy_engine.py")
AGAIN = 30.0
"""Within so many seconds after the server is back somebody new must be dialled. The aim is ten with its restart: the
seconds are printed, and a machine that runs other tests meanwhile is no place to judge them."""
BEGINS = 120.0
"""The process loads the whole code first, beside browsers and other engines."""
KILLS = 3


class Said:
    """What the engine process says, line by line."""

    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        self._log = log
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.numbers: list[str] = []
        assert process.stdout is not None
        self._out = process.stdout
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in self._out:
            self._lines.put(line)

    def dialled_after(self, moment: float, within: float) -> float:
        """When somebody was dialled later than ``moment``."""
        deadline = time.monotonic() + within
        while True:
            try:
                word, at, number = self._lines.get(timeout=max(0.01, deadline - time.monotonic())).split()
            except queue.Empty:
                pytest.fail(f"nobody was dialled within {within:.0f} s; it says:\n{self._log.read_text()[-3000:]}")
            assert word == "dialled", f"{number} was dialled twice"
            self.numbers.append(number)
            if float(at) > moment:
                return float(at)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Postgres]:
    server = Postgres.at(tmp_path / "postgres")
    fill(server.start())
    yield server
    server.stop("immediate")
    server.tidy()


@pytest.fixture
def said(server: Postgres, tmp_path: Path) -> Iterator[Said]:
    environment = {
        **os.environ,
        "DATABASE_URL": server.url(),
        "CAMPANA_DATA": str(tmp_path),
        "CAMPANA_SECRET_KEY": "only-for-a-test",
        "DJANGO_SETTINGS_MODULE": "campana.config.settings",
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT / 'tests'}",
    }
    path = tmp_path / "engine.log"
    with path.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, str(ENGINE), "300"], env=environment, stdout=subprocess.PIPE, stderr=log, text=True
        )
        yield Said(process, path)
        process.kill()
        process.wait()


def revive(server: Postgres) -> None:
    """As whoever keeps the server would: orphans of the dead one may hold its memory for a moment."""
    (server.data / "postmaster.pid").unlink(missing_ok=True)
    deadline = time.monotonic() + 30
    while True:
        with contextlib.suppress(PostgresError, psycopg.OperationalError):
            server.start()
            if server.answers():
                return
        assert time.monotonic() < deadline
        threading.Event().wait(0.1)


def test_dialling_goes_on_after_every_kill_of_postgresql(server: Postgres, said: Said) -> None:
    said.dialled_after(0.0, within=BEGINS)
    waits = []
    for _ in range(KILLS):
        said.dialled_after(time.monotonic() + 1.0, within=20)
        pid = server.pid()
        assert pid is not None
        killed = time.monotonic()
        os.kill(pid, signal.SIGKILL)
        revive(server)
        waits.append(said.dialled_after(time.monotonic(), within=AGAIN) - killed)
    sys.stderr.write(f"dialling again after a kill of PostgreSQL: {[round(wait, 1) for wait in waits]} s\n")
    assert len(said.numbers) == len(set(said.numbers))
