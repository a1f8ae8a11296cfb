"""``bin/bench select``: the next-contact query on a large campaign, one index and one lateral step per open zone."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from typing import Any

from bench._base import NOW, fresh_organisation, own_database, percentile, present
from bench._rows import add_tasks
from campana.sim.arguments import some

ZONES = ("Asia/Ho_Chi_Minh", "Europe/Prague", "Europe/Moscow", "Asia/Yekaterinburg", "America/New_York", "UTC")


def main(arguments: Sequence[str] | None = None) -> dict[str, Any]:
    parser = argparse.ArgumentParser(prog="bin/bench select")
    parser.add_argument("--tasks", type=some, default=5_000_000)
    parser.add_argument("--helpings", type=some, default=400)
    parser.add_argument("--limit", type=some, default=100)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    with own_database():
        return _measure(options.tasks, options.helpings, options.limit)


def _measure(tasks: int, helpings: int, limit: int) -> dict[str, Any]:
    from django.db import connection, transaction

    from campana.campaigns.models import Campaign
    from campana.engine.outputs import ReserveTasks
    from campana.kernel.ids import CampaignId
    from campana.runtime import selection, wire

    organisation = fresh_organisation("select")
    campaign = Campaign.objects.create(
        organisation=organisation, name="select", mode="progressive", state="running", state_since=NOW, created_at=NOW,
        zones=list(ZONES),
    )  # fmt: skip
    began = time.perf_counter()
    for _ in range(0, tasks, 250_000):
        add_tasks(organisation.pk, campaign.pk, min(250_000, tasks), ZONES)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE campaigns_task")
    built = time.perf_counter() - began
    wire.keep_plans()
    open_zones = frozenset(ZONES[:3])
    whole: list[float] = []
    rows = 0
    for request in range(helpings):
        wish = ReserveTasks(CampaignId(campaign.pk), request, limit, open_zones, ())
        began = time.perf_counter()
        with transaction.atomic():
            answer = selection.reserve(wish, fencing=1, frequency_cap=0, now=NOW)
        whole.append(time.perf_counter() - began)
        rows += len(answer.tasks)
    return {
        "tasks": tasks,
        "open_zones": len(open_zones),
        "zones": len(ZONES),
        "limit": limit,
        "rows": rows,
        "rows_per_second": round(rows / sum(whole)),
        "helping_p50_ms": round(percentile(whole, 0.5) * 1000, 2),
        "helping_p99_ms": round(percentile(whole, 0.99) * 1000, 2),
        "build_seconds": round(built, 1),
        "counts": "promoting due tasks, reserving, reading the cards with numbers and suppressions, and the commit",
    }


if __name__ == "__main__":
    present(main())
