"""kill -9 of the engine, of Asterisk and of PostgreSQL in mid-campaign: nobody is dialled twice, nothing is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import DatabaseError, connection

from campana.calls.models import Attempt
from campana.campaigns.models import Campaign, Task
from campana.config.postgres import Postgres, PostgresError
from campana.hotlines.models import Trunk
from campana.runtime.models import EngineLease
from campana.tenancy import system_scope
from support.asterisk import ROOT, Asterisk
from support.campaigns import approved, hotline
from support.cast import Cast
from support.floor import floor, people

pytestmark = [pytest.mark.asterisk, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

ENGINE = Path(__file__).with_name("campaign_engine.py")
KILLS = 10
"""Of each of the three."""
WORK = 1.0
"""Seconds of dialling between two kills."""
AGAIN = 30.0
"""Within so many seconds after a kill somebody new must be dialled. The aim is 10: the worst is printed, and a machine
that runs other tests meanwhile is no place to judge it."""
LIMIT = 180.0
MIX = ("200", "486", "200", "200", "480", "200", "603", "408", "200", "404")
"""Callees without sound: a killed Asterisk would leave hundreds of them talking to nobody."""
CONTACTS = 300
LISTENED = 150
"""More contacts, of a campaign that listens for machines: kills fall into that listening as well."""


class Engines:
    """Two engine processes, one at work and one that stands by, so that a start of Python is not measured."""

    def __init__(self, asterisk: Asterisk, organisation: int) -> None:
        self._asterisk, self._organisation = asterisk, organisation
        self.app = f"campana-kill-{os.getpid()}"
        self._origin = time.monotonic()
        self._log = (Path(os.environ["CAMPANA_DATA"]) / "killed-engines.log").open("ab")
        self._processes: dict[int, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        name = connection.settings_dict["NAME"]
        environment = {
            **os.environ,
            "DATABASE_URL": postgres().url(database=str(name)),
            "CAMPANA_ARI_PASSWORD": self._asterisk.password,
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT / 'tests'}",
        }
        words = [str(self._organisation), self._asterisk.url, self._asterisk.user, self.app, str(self._origin)]
        process = subprocess.Popen(
            [sys.executable, str(ENGINE), *words], env=environment, stdout=self._log, stderr=self._log
        )
        self._processes[process.pid] = process

    def kill_the_one_at_work(self) -> None:
        self._kill(ask(lambda: int(EngineLease.objects.get().holder.rpartition(":")[2])))

    def tomorrow(self, seconds: float) -> None:
        """Engines of a later day, after all of today were killed."""
        for pid in list(self._processes):
            self._kill(pid)
        self._origin -= seconds
        self.start()

    def _kill(self, pid: int) -> None:
        process = self._processes.pop(pid)
        assert process.poll() is None, "the engine ended by itself; see killed-engines.log"
        process.send_signal(signal.SIGKILL)
        process.wait()

    def close(self) -> None:
        for process in self._processes.values():
            process.kill()
            process.wait()
        self._log.close()


def postgres() -> Postgres:
    return Postgres.at(Path(os.environ["CAMPANA_DATA"]) / "postgres")


def kill_postgres() -> None:
    server = postgres()
    pid = server.pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    until(lambda: not Path(f"/proc/{pid}").exists() or "Z" in Path(f"/proc/{pid}/stat").read_text().split()[2])
    # Where process 1 reaps nobody the dead server would pass for a living one.
    (server.data / "postmaster.pid").unlink()
    until(lambda: revived(server), "a start of PostgreSQL")


def revived(server: Postgres) -> bool:
    """Its orphans may still hold the shared memory for a moment."""
    try:
        server.start()
    except (PostgresError, psycopg.OperationalError):
        return False
    return server.answers()


def until(happened: Callable[[], bool], what: str = "it", limit: float = LIMIT) -> None:
    deadline = time.monotonic() + limit
    while not happened():
        assert time.monotonic() < deadline, f"{what} did not happen in {limit:.0f} s"
        time.sleep(0.1)


def ask(query: Callable[[], int]) -> int:
    """A question to a database that may just have been killed."""
    deadline = time.monotonic() + LIMIT
    while True:
        try:
            with system_scope():
                return query()
        except DatabaseError:
            assert time.monotonic() < deadline
            connection.close()
            time.sleep(0.2)


@pytest.fixture
def engines(asterisk: Asterisk, cast: Cast) -> Iterator[Engines]:
    if "CAMPANA_TEST_DATABASE_URL" in os.environ:
        pytest.skip("kills the database server, so it wants the embedded one")
    asterisk.up()
    engines = Engines(asterisk, cast.lumen.pk)
    yield engines
    engines.close()
    asterisk.up()
    asterisk.clear(engines.app)


def begun(cast: Cast, first: int, size: int, **values: object) -> Campaign:
    numbers = [f"1555{MIX[n % len(MIX)]}{first + n}" for n in range(size)]
    alike = {"answer_wait": 15, "max_attempts": 1, "wrap_up": 1, "result_required": False}
    return approved(cast, people(cast, numbers), **alike, **values)


def test_ten_kills_of_each_part_lose_nothing_and_dial_nobody_twice(
    asterisk: Asterisk, cast: Cast, engines: Engines
) -> None:
    with system_scope():
        given = {"agents": floor(cast, 10), "hotlines": [hotline(cast.lumen).pk]}
        campaigns = [begun(cast, 3000, CONTACTS, **given), begun(cast, 5000, LISTENED, detect_machines=True, **given)]
        Trunk.objects.update(channels=60, calls_per_second=25)
    seen = len(asterisk.dialled())
    engines.start()
    engines.start()
    until(lambda: len(asterisk.dialled()) > seen + 5)
    pauses: dict[str, list[float]] = {"engine": [], "asterisk": [], "postgres": []}
    for _ in range(KILLS):
        for part in pauses:
            time.sleep(WORK)
            began = time.monotonic()
            if part == "engine":
                engines.kill_the_one_at_work()
                engines.start()
            elif part == "asterisk":
                asterisk.kill()
                asterisk.up()
            else:
                kill_postgres()
            before = len(asterisk.dialled())
            until(lambda before=before: len(asterisk.dialled()) > before, f"dialling after a kill of {part}", AGAIN)  # type: ignore[misc]
            pauses[part].append(time.monotonic() - began)
    open_tasks = Task.objects.filter(campaign__in=campaigns)
    busy = ("waiting", "reserved", "in_call", "wrap_up")
    # What was lost is planned two minutes on: let the engine of tomorrow finish it.
    engines.tomorrow(180)
    until(lambda: ask(open_tasks.filter(state__in=(*busy, "planned")).count) == 0)
    dialled = Counter(number.removeprefix("+") for number in asterisk.dialled()[seen:])
    with system_scope():
        attempts = Counter(Attempt.objects.filter(campaign__in=campaigns).values_list("number", flat=True))
        assert not [number for number, count in dialled.items() if count > attempts[number]]
        assert not Attempt.objects.filter(ended_at=None).exists()
        assert Attempt.objects.filter(campaign=campaigns[1]).exclude(verdict="").exists(), "nobody was listened to"
        finals = Counter(open_tasks.values_list("state", flat=True))
        assert set(finals) <= {"completed", "not_reached", "invalid"}
        assert sum(finals.values()) == CONTACTS + LISTENED
        until(lambda: Campaign.objects.filter(state="finished").count() == len(campaigns))
    assert asterisk.channels(engines.app) == []
    worst = {part: round(max(times), 1) for part, times in pauses.items()}
    sys.stderr.write(f"dialling again after a kill, at worst: {worst} s\n")
