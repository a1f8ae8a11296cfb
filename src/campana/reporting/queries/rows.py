"""The rows themselves. Contacts and attempts go by keyset, some thousands at a time; agents' work is one answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final, TypeAlias
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import TruncDate

from campana.accounts.actors import Actor
from campana.calls.models import Attempt
from campana.calls.permissions import attempt_scope
from campana.campaigns.models import Task
from campana.engine.words import ResultClass
from campana.kernel.clock import Instant
from campana.reporting.columns import LAST_ANSWERS, Column
from campana.reporting.models import Export
from campana.workforce.models import Agent
from campana.workforce.permissions import agent_scope

BATCH: Final = 2_000
Row: TypeAlias = Sequence[Any]


def expected_rows(export: Export) -> int | None:
    """How many rows there will be, from the tallies; None where nobody knows beforehand."""
    if export.campaign is None or export.narrowed.get("since") or export.narrowed.get("until"):
        return None
    if export.kind == Export.Kind.CONTACTS:
        tallies = export.campaign.task_tallies.all()
        states = export.narrowed.get("states")
        found = (tallies.filter(state__in=states) if states else tallies).aggregate(n=Sum("n"))["n"]
    elif export.kind == Export.Kind.ATTEMPTS:
        found = export.campaign.tallies.aggregate(n=Sum("n"))["n"]
    else:
        return None
    return int(found or 0)


def batches(export: Export, actor: Actor, columns: Sequence[Column]) -> Iterator[list[Row]]:
    """Raw values in the order of ``columns``; what they mean is the file's to say."""
    if export.kind == Export.Kind.AGENTS:
        yield _agents(export, actor, columns)
        return
    rows: QuerySet[Any] = _contacts(export) if export.kind == Export.Kind.CONTACTS else _attempts(export, actor)
    if export.kind == Export.Kind.CONTACTS and any(_lookups(column) == [LAST_ANSWERS] for column in columns):
        tries = Attempt.objects.filter(attempt_scope(actor), task=OuterRef("pk"), answers__isnull=False)
        rows = rows.annotate(**{LAST_ANSWERS: Subquery(tries.order_by("-pk").values("answers")[:1])})
    lookups = list(dict.fromkeys(lookup for column in columns for lookup in _lookups(column)))
    last = 0
    while True:
        found = list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", *lookups)[:BATCH])
        if not found:
            return
        last = found[-1][0]
        named = (dict(zip(lookups, row[1:], strict=True)) for row in found)
        yield [[_value(column, values) for column in columns] for values in named]


def _contacts(export: Export) -> QuerySet[Task]:
    rows = Task.objects.filter(organisation=export.organisation_id, campaign=export.campaign_id)
    states = export.narrowed.get("states")
    return rows.filter(state__in=states) if states else rows


def _attempts(export: Export, actor: Actor) -> QuerySet[Attempt]:
    rows = Attempt.objects.filter(attempt_scope(actor), organisation=export.organisation_id)
    if export.campaign_id is not None:
        rows = rows.filter(campaign=export.campaign_id)
    return rows.filter(_days(export))


def _days(export: Export) -> Q:
    """Attempts that began on the chosen days of the export's zone."""
    zone, wanted = ZoneInfo(export.time_zone), Q()
    if since := export.narrowed.get("since"):
        wanted &= Q(began_at__gte=_midnight(date.fromisoformat(since), zone))
    if until := export.narrowed.get("until"):
        wanted &= Q(began_at__lt=_midnight(date.fromisoformat(until) + timedelta(days=1), zone))
    return wanted


def _midnight(day: date, zone: ZoneInfo) -> Instant:
    return datetime.combine(day, time(), zone)


def _agents(export: Export, actor: Actor, columns: Sequence[Column]) -> list[Row]:
    talked = Q(connected_at__isnull=False)
    rows = Attempt.objects.filter(_days(export), organisation=export.organisation_id, agent__isnull=False)
    if actor.limited_to is not None:
        rows = rows.filter(agent__in=Agent.objects.filter(agent_scope(actor)).values("pk"))
    if export.campaign_id is not None:
        rows = rows.filter(campaign=export.campaign_id)
    work = (
        rows.annotate(local_day=TruncDate("began_at", tzinfo=ZoneInfo(export.time_zone)))
        .order_by("local_day", "agent__user__name", "agent")
        .values("local_day", "agent", "agent__user__name")
        .annotate(
            n=Count("pk"),
            talks=Count("pk", filter=talked),
            talk=Sum(F("ended_at") - F("connected_at"), filter=talked),
            wrap=Sum(F("wrapped_up_at") - F("ended_at"), filter=talked),
            successes=Count("pk", filter=Q(result__result_class=ResultClass.SUCCESS)),
            first=Min("began_at"),
            last=Max("ended_at"),
        )
    )
    return [[_work(row)[column.key] for column in columns] for row in work]


def _work(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "day": row["local_day"].isoformat(),
        "agent": row["agent__user__name"],
        "calls": row["n"],
        "talks": row["talks"],
        "talk_seconds": round(row["talk"].total_seconds()) if row["talk"] else 0,
        "wrap_up_seconds": round(row["wrap"].total_seconds()) if row["wrap"] else 0,
        "successes": row["successes"],
        "first": row["first"],
        "last": row["last"],
    }


def _lookups(column: Column) -> list[str]:
    if column.kind == "seconds":
        return column.source.split("/")
    return [column.source.partition(":")[0]]


def _value(column: Column, values: Mapping[str, Any]) -> Any:
    if column.kind == "seconds":
        start, end = (values[lookup] for lookup in column.source.split("/"))
        return None if start is None or end is None else round((end - start).total_seconds(), 1)
    lookup, _colon, key = column.source.partition(":")
    return (values[lookup] or {}).get(key) if key else values[lookup]
