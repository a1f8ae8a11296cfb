"""Figures for Prometheus, read from the database when asked.

Nothing is counted in a process, so any number of web workers give the same answer and a restart loses
nothing. Counters come from PostgreSQL's own row statistics, which cost nothing to read; gauges only touch
partial indexes. Needs ``CAMPANA_METRICS_TOKEN`` as a bearer, or a direct connection from this machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hmac import compare_digest
from typing import Any, Final

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector, CollectorRegistry

from campana import __version__
from campana.accounts.access import public
from campana.tenancy import system_scope

LOOPBACK = {"127.0.0.1", "::1"}
_WRITTEN: Final = {
    "calls_attempt": "attempts",
    "calls_skip": "skips",
    "crm_contact": "contacts",
    "campaigns_task": "tasks",
    "automation_delivery": "webhook_deliveries",
}
_GAUGES: Final = (
    ("campana_live_attempts", "Attempts on the wire now.", "SELECT count(*) FROM calls_livecall"),
    ("campana_mailbox_messages", "Wishes the engines have not read yet.", "SELECT count(*) FROM relay_message"),
    (
        "campana_webhooks_due",
        "Webhook deliveries waiting for their next try.",
        "SELECT count(*) FROM automation_delivery WHERE delivered_at IS NULL AND next_at IS NOT NULL",
    ),
    ("campana_database_bytes", "Size of the database.", "SELECT pg_database_size(current_database())"),
    (
        "campana_database_connections",
        "Connections to the database.",
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()",
    ),
)


@never_cache
@require_safe
@public
def metrics(request: HttpRequest) -> HttpResponse:
    """The text format of Prometheus; 403 without the token."""
    if not _may_read(request):
        return HttpResponse("a token is needed\n", status=403, content_type="text/plain")
    return HttpResponse(render(), content_type=CONTENT_TYPE_LATEST)


def render() -> bytes:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Database())
    return bytes(generate_latest(registry))


def _may_read(request: HttpRequest) -> bool:
    token: str = settings.METRICS_TOKEN
    if token:
        return compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode())
    # behind a proxy every peer looks local: only a direct connection counts
    return request.META.get("REMOTE_ADDR") in LOOPBACK and "X-Forwarded-For" not in request.headers


class _Database(Collector):
    def collect(self) -> Iterable[Metric]:
        with system_scope():
            yield from _build()
            yield from _written()
            yield from _gauges()
            yield from _by_label("campana_campaigns", "Campaigns by state.", "state", _CAMPAIGNS)
            yield from _by_label("campana_jobs", "Background jobs that are not done, by status.", "status", _JOBS)
            yield from _engines()


_CAMPAIGNS: Final = "SELECT state, count(*) FROM campaigns_campaign GROUP BY state"
_JOBS: Final = "SELECT status::text, count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing') GROUP BY status"


def _rows(statement: str, parameters: Any = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


def _build() -> Iterator[Metric]:
    build = GaugeMetricFamily("campana_build", "The running version.", labels=["version"])
    build.add_metric([__version__], 1)
    yield build


def _written() -> Iterator[Metric]:
    written = CounterMetricFamily(
        "campana_rows_written", "Rows written since the database's statistics began.", labels=["what"]
    )
    statement = (  # of a table in parts the sum of the parts there are
        "SELECT coalesce(p.relname, s.relname), sum(s.n_tup_ins) FROM pg_stat_user_tables s"
        " LEFT JOIN pg_inherits i ON i.inhrelid = s.relid LEFT JOIN pg_class p ON p.oid = i.inhparent"
        " WHERE coalesce(p.relname, s.relname) = ANY(%s) GROUP BY 1"
    )
    for table, inserted in _rows(statement, [list(_WRITTEN)]):
        written.add_metric([_WRITTEN[table]], inserted)
    yield written


def _gauges() -> Iterator[Metric]:
    for name, meaning, statement in _GAUGES:
        yield GaugeMetricFamily(name, meaning, value=_rows(statement)[0][0])


def _by_label(name: str, meaning: str, label: str, statement: str) -> Iterator[Metric]:
    family = GaugeMetricFamily(name, meaning, labels=[label])
    for value, count in _rows(statement):
        family.add_metric([value], count)
    yield family


def _engines() -> Iterator[Metric]:
    left = GaugeMetricFamily(
        "campana_engine_lease_seconds",
        "Time until an organisation's engine must have renewed its lease; negative: it did not.",
        labels=["organisation"],
    )
    switch = GaugeMetricFamily(
        "campana_switch_connected", "Whether the telephone switch is there.", labels=["organisation"]
    )
    statement = (
        "SELECT organisation_id, extract(epoch FROM expires_at - now()), switch_connected FROM runtime_enginelease"
    )
    for organisation, seconds, connected in _rows(statement):
        left.add_metric([str(organisation)], float(seconds))
        switch.add_metric([str(organisation)], float(connected))
    yield left
    yield switch
