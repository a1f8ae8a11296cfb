"""``bin/bench shards``: two engine processes share many organisations, and one of them is killed.

Every organisation has a progressive campaign, a team that is always ready, and a simulated world in real time, so the
load is that of as many agents: they talk most of the time. A killed process's worlds die with it, as a switch would:
what was up there is closed as lost, and the survivor begins anew.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bench._base import NOW, ROOT, fresh_organisation, own_database, present
from bench.engine import add_campaign
from campana.sim.arguments import some, span

LONGEST = 180.0
AT_WORK = 0.8
"""Of the agents: all of them are free at first, and want to be called for at once."""


def main(arguments: Sequence[str] | None = None) -> dict[str, Any]:
    parser = argparse.ArgumentParser(prog="bin/bench shards")
    parser.add_argument("--organisations", type=some, default=200)
    parser.add_argument("--agents", type=some, default=50, help="of each organisation")
    parser.add_argument("--tasks", type=some, default=1000, help="of each organisation")
    parser.add_argument("--seconds", type=span, default=60.0, help="of steady dialling that are measured")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    with own_database():
        _fill(options)
        return _measure(options)


def _fill(options: argparse.Namespace) -> None:
    from campana.accounts.models import Organisation

    made = [fresh_organisation("shard-1")]
    made += Organisation.objects.bulk_create(
        Organisation(slug=f"shard-{n}", name=f"shard-{n}", created_at=NOW, licence_calls=100_000,
                     campaign_agents_limit=100_000)
        for n in range(2, options.organisations + 1)
    )  # fmt: skip
    for organisation in made:
        add_campaign(organisation, options.tasks, options.agents, wrap_up=15)


def _measure(options: argparse.Namespace) -> dict[str, Any]:
    began = time.perf_counter()
    first = _engine()
    _until(lambda: _held()[first.pid] == options.organisations, "one process holds all")
    alone = time.perf_counter() - began
    began = time.perf_counter()
    second = _engine()
    half = options.organisations // 2
    _until(lambda: _held()[second.pid] == half, "two processes share")
    shared = time.perf_counter() - began
    began = time.perf_counter()
    _until(lambda: _engaged() >= AT_WORK * options.organisations * options.agents, "teams are at work")
    filled = time.perf_counter() - began
    steady = _steady(options.seconds, (first, second))
    second.kill()
    second.wait()
    began = time.perf_counter()
    _until(lambda: _held()[first.pid] == options.organisations, "the survivor holds all")
    taken = time.perf_counter() - began
    lost = _dialling_since_takeover()
    again = time.perf_counter() - began
    first.terminate()
    first.wait(60)
    return {
        "organisations": options.organisations,
        "agents": options.organisations * options.agents,
        "one_process_holds_all_seconds": round(alone, 1),
        "two_share_seconds": round(shared, 1),
        "teams_at_work_seconds": round(filled, 1),
        "steady": steady,
        "after_kill": {
            "all_leases_taken_seconds": round(taken, 1),
            "every_organisation_dialling_seconds": round(again, 1),
            "organisations_not_dialling": lost,
        },
        "attempts_that_overlap": _overlapping(),
    }


def _engine() -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}"}
    process = subprocess.Popen(
        [sys.executable, "-m", "bench._shard"], env=environment, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    return process


def _until(happened: Callable[[], bool], what: str) -> None:
    began = time.monotonic()
    while not happened():
        if time.monotonic() > began + LONGEST:
            raise RuntimeError(f"not within {LONGEST:.0f} s: {what}")
        time.sleep(0.2)
    print(f"campana: {what} after {time.monotonic() - began:.1f} s", file=sys.stderr, flush=True)


def _held() -> Counter[int]:
    """Fresh leases by process."""
    return Counter(
        {
            int(holder.rpartition(":")[2]): count
            for holder, count in _rows(
                "SELECT holder, count(*) FROM runtime_enginelease WHERE expires_at > clock_timestamp() GROUP BY 1"
            )
        }
    )


def _rows(statement: str, values: Sequence[Any] = ()) -> list[Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def _steady(seconds: float, engines: Sequence[subprocess.Popen[str]]) -> dict[str, Any]:
    before = [_cpu(engine.pid) for engine in engines]
    database = _database_cpu()
    since = _rows("SELECT clock_timestamp()")[0][0]
    time.sleep(seconds)
    (attempts, connected, slow), = _rows(
        "SELECT count(*), count(connected_at),"
        " percentile_cont(0.99) WITHIN GROUP (ORDER BY extract(epoch FROM connected_at - answered_at))"
        " FROM calls_attempt WHERE began_at >= %s", [since],
    )  # fmt: skip
    return {
        "seconds": seconds,
        "attempts_per_second": round(attempts / seconds, 1),
        "connected": connected,
        "answered_to_connected_p99_ms": round(float(slow or 0) * 1000),
        "agents_engaged": _engaged(),
        "engine_cores": [round((_cpu(e.pid) - b) / seconds, 2) for e, b in zip(engines, before, strict=True)],
        "database_cores": round((_database_cpu() - database) / seconds, 2),
    }


def _engaged() -> int:
    return int(_rows("SELECT count(*) FROM workforce_agent WHERE state IN ('in_call', 'wrap_up', 'ringing')")[0][0])


def _dialling_since_takeover() -> int:
    """Waits until every organisation made an attempt under its present lease; how many never did."""
    statement = (
        "SELECT count(*) FROM runtime_enginelease l WHERE NOT EXISTS (SELECT 1 FROM calls_attempt a"
        " WHERE a.organisation_id = l.organisation_id AND a.began_at >= l.taken_at)"
    )
    end = time.monotonic() + LONGEST
    while (left := int(_rows(statement)[0][0])) and time.monotonic() < end:
        time.sleep(0.2)
    return left


def _overlapping() -> int:
    """Attempts for a task of which another attempt was not over: what must never be."""
    statement = (
        "SELECT count(*) FROM calls_attempt first JOIN calls_attempt second"
        " ON second.task_id = first.task_id AND second.id > first.id"
        " AND second.began_at < coalesce(first.ended_at, 'infinity')"
    )
    return int(_rows(statement)[0][0])


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _database_cpu() -> float:
    """Of the server's processes that live now; connections of engines last as long as their organisations."""
    total = 0.0
    for (pid,) in _rows("SELECT pid FROM pg_stat_activity"):
        try:
            total += _cpu(pid)
        except FileNotFoundError:
            continue
    return total


if __name__ == "__main__":
    present(main())
