"""``bin/bench pages``: every page with many contacts and attempts, and many listeners of the stream.

Pages are asked for in this process, one after the other: the time is the server's own, middleware and templates
included. ``live`` is the time with figures worked out anew for every request, ``shared`` as people get it.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench._base import fresh_organisation, own_database, percentile, present
from bench._filled import fill
from bench.fanout import stream
from campana.sim.arguments import some


def main(arguments: Sequence[str] | None = None) -> dict[str, Any]:
    parser = argparse.ArgumentParser(prog="bin/bench pages")
    parser.add_argument("--contacts", type=some, default=1_000_000)
    parser.add_argument("--attempts", type=some, default=5_000_000)
    parser.add_argument("--campaigns", type=some, default=60)
    parser.add_argument("--agents", type=some, default=50)
    parser.add_argument("--requests", type=some, default=30)
    parser.add_argument("--clients", type=some, default=2_000)
    parser.add_argument("--bells", type=some, default=20)
    parser.add_argument("--kept", action="store_true", help="measure what an earlier run has filled")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    with own_database():
        began = time.perf_counter()
        world = _world(options)
        filled = round(time.perf_counter() - began, 1)
        figures: dict[str, Any] = {
            "contacts": world["tasks"],
            "attempts": world["attempts"],
            "fill_seconds": filled,
            "pages": _pages(world, options.requests),
            "viewers": _viewers(world),
            "stream": asyncio.run(stream(world["viewer"], options.clients, options.bells)),
        }
    slow = [name for name, page in figures["pages"].items() if page["p99_ms"] > 100]
    return {**figures, "over_100_ms": slow}


def _world(options: argparse.Namespace) -> dict[str, Any]:
    from campana.accounts.models import Organisation, User
    from campana.calls.models import Attempt
    from campana.campaigns.models import Campaign, Task

    if options.kept:
        organisation = Organisation.objects.get(slug="pages")
        big = Campaign.objects.filter(organisation=organisation).order_by("pk")[:1].get()
        task = Task.objects.filter(campaign=big).order_by("pk")[:1].get()
        return {
            "viewer": User.objects.filter(organisation=organisation).order_by("pk")[:1].get(),
            "campaign": big.pk,
            "task": task.pk,
            "contact": task.contact_id,
            "attempt": Attempt.objects.filter(campaign=big).order_by("-pk")[:1].get().pk,
            "attempts": Attempt.objects.count(),
            "tasks": Task.objects.count(),
            "draft": Campaign.objects.filter(organisation=organisation, name="Draft").order_by("pk")[:1].get().pk,
            "great": Campaign.objects.filter(organisation=organisation, name="Great draft").order_by("pk")[:1].get().pk,
        }
    organisation = fresh_organisation("pages")
    now = datetime.now(UTC)
    return fill(organisation, options.contacts, options.attempts, options.campaigns, options.agents, now)


def _addresses(world: dict[str, Any]) -> dict[str, str]:
    campaign = f"/campaigns/{world['campaign']}"
    return {
        "campaigns": "/campaigns",
        "campaigns found": "/campaigns?q=paign+1&state=running",
        "campaign": campaign,
        "campaign contacts": f"{campaign}/contacts",
        "campaign contacts planned": f"{campaign}/contacts?state=planned",
        "campaign contacts of a reason": f"{campaign}/contacts?state=planned&why=frequency_cap",
        "campaign contacts far in": f"{campaign}/contacts?after={world['task'] + world['tasks'] // 3}",
        "campaign contacts by number": f"{campaign}/contacts?q=155500",
        "campaign contacts by name": f"{campaign}/contacts?q=nobody",
        "campaign contact": f"{campaign}/contacts/{world['task']}",
        "campaign attempts": f"{campaign}/attempts",
        "campaign attempts busy": f"{campaign}/attempts?outcome=busy",
        "campaign attempts rare": f"{campaign}/attempts?outcome=system_error",
        "campaign attempts by number": f"{campaign}/attempts?q=155500",
        "campaign attempts live": f"{campaign}/attempts?outcome=live",
        "campaign log": f"{campaign}/log",
        "attempts": "/calls",
        "attempts by number": "/calls?q=155500",
        "attempts busy": "/calls?outcome=busy",
        "attempts rare": "/calls?outcome=system_error",
        "attempt": f"/calls/{world['attempt']}",
        "floor": "/floor",
        "wallboard": "/wallboard",
        "exports": "/exports",
        "export form": "/exports/new/contacts",
        "contacts": "/contacts",
        "contacts found": "/contacts?q=person+77",
        "contacts not found": "/contacts?q=nobody",
        "contacts not found by name": "/contacts?q=nobody&sort=name",
        "contacts by name": "/contacts?sort=name",
        "act on all contacts": "/contacts/acts",
        "contact": f"/contacts/{world['contact']}",
        "groups": "/groups",
        "imports": "/imports",
        "do not call": "/suppressions",
        "agents": "/agents",
        "hotlines": "/hotlines",
        "people": "/people",
        "audit": "/audit",
        "new campaign": "/campaigns/new",
        "draft": f"/campaigns/{world['draft']}/settings/mode",
        "draft contacts": f"/campaigns/{world['draft']}/settings/contacts",
        "draft review": f"/campaigns/{world['draft']}/settings/review",
        "great draft contacts": f"/campaigns/{world['great']}/settings/contacts",
        "great draft review": f"/campaigns/{world['great']}/settings/review",
    }


def _pages(world: dict[str, Any], requests: int) -> dict[str, Any]:
    from django.conf import settings
    from django.db import connection
    from django.test import Client

    from campana.config.loaded import keep_what_is_loaded

    client = Client(HTTP_HOST="localhost", headers={"Accept-Encoding": "gzip"})
    client.force_login(world["viewer"])
    keep_what_is_loaded()  # as the server does
    found: dict[str, Any] = {}
    for name, address in _addresses(world).items():
        settings.LIVE_SECONDS = 0
        answer = client.get(address)
        if answer.status_code == 404 and name not in {"attempt", "contact"}:
            continue
        times, watch, worked, cpu = [], _Watch(), time.process_time(), _database_cpu()
        with connection.execute_wrapper(watch):
            for _ in range(requests):
                began = time.perf_counter()
                answer = client.get(address)
                times.append(time.perf_counter() - began)
        worked, cpu = time.process_time() - worked, _database_cpu() - cpu
        body = answer.content
        page = {
            "status": answer.status_code,
            "p50_ms": round(percentile(times, 0.5) * 1000, 1),
            "p99_ms": round(percentile(times, 0.99) * 1000, 1),
            "python_ms": round(worked / requests * 1000, 1),
            "database_ms": round(watch.seconds / requests * 1000, 1),
            "database_cpu_ms": round(cpu / requests * 1000, 1),
            "queries": round(watch.queries / requests),
            "requests_per_second": round(requests / sum(times), 1),
            "bytes": len(body),
            "gzip_bytes": len(gzip.compress(body, 6)),
        }
        if name in {"campaigns", "campaign", "floor", "wallboard"}:
            settings.LIVE_SECONDS = 1
            began = time.perf_counter()
            for _ in range(requests):
                client.get(address)
            page["shared_ms"] = round((time.perf_counter() - began) / requests * 1000, 1)
        found[name] = page
        print(
            f"{name:32} {page['status']} p50 {page['p50_ms']:7} p99 {page['p99_ms']:7} python {page['python_ms']:6}"
            f" database {page['database_ms']:7} cpu {page['database_cpu_ms']:6} ms in {page['queries']:3}",
            file=sys.stderr,
        )
    return found


def _database_cpu() -> float:
    """Seconds of the processor that this connection's server process has used, where the kernel tells; its helpers
    for one statement are not in it."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        place = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
    return int(place.read_text().split()[0]) / 1e9 if place.exists() else 0.0


class _Watch:
    """Time and number of the statements of a page."""

    def __init__(self) -> None:
        self.seconds, self.queries = 0.0, 0

    def __call__(self, execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.seconds += time.perf_counter() - began
            self.queries += 1


def _viewers(world: dict[str, Any], viewers: int = 200) -> dict[str, Any]:
    """What one refresh of the Live tab costs for one who looks and for two hundred."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(HTTP_HOST="localhost", headers={"HX-Request": "true", "HX-Target": "live"})
    client.force_login(world["viewer"])
    address = f"/campaigns/{world['campaign']}"

    def ask(times: int) -> tuple[float, int]:
        with CaptureQueriesContext(connection) as queries:
            began = time.perf_counter()
            for _ in range(times):
                client.get(address)
        return (time.perf_counter() - began) * 1000, len(queries)

    settings.LIVE_SECONDS = 0
    client.get(address)
    one, one_queries = ask(1)
    settings.LIVE_SECONDS = 60
    client.get(address)
    many, many_queries = ask(viewers)
    return {
        "viewers": viewers,
        "one_ms": round(one, 1),
        "one_queries": one_queries,
        "another_ms": round(many / viewers, 2),
        "another_queries": round(many_queries / viewers, 1),
    }


if __name__ == "__main__":
    present(main())
