"""Counts for people and campaigns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db import connection
from django.db.models import Count, F, Q, Sum

from campana.accounts.models import Organisation
from campana.calls.models import AgentTally, Attempt
from campana.engine.words import Outcome
from campana.kernel.clock import Instant
from campana.scripts.models import Result
from campana.workforce.models import Agent


def results(organisation_id: int, by_result: Mapping[int, int]) -> list[tuple[str, str, int]]:
    """Name and class of what agents said, with counts, most frequent first. ``by_result``: result to attempts; results
    of one name and class in several sets are one."""
    if not by_result:
        return []
    known = Result.objects.filter(organisation=organisation_id, pk__in=by_result)
    counts: Counter[tuple[str, str]] = Counter()
    for pk, name, kind in known.values_list("pk", "name", "result_class"):
        counts[name, kind] += by_result[pk]
    rows = [(name, kind, count) for (name, kind), count in counts.items()]
    return sorted(rows, key=lambda row: (-row[2], row[0]))


_LIVE: Final = """
SELECT t.campaign_id, array_agg(l.attempt_id) FROM calls_livecall l
LEFT JOIN campaigns_task t ON t.id = l.task_id AND t.organisation_id = l.organisation_id
WHERE l.organisation_id = %s GROUP BY 1
"""


def live_calls(organisation_id: int) -> dict[int | None, list[int]]:
    """Campaign to its attempts that are not over; None: calls of no campaign. Attempts that are asked for by these ids
    are looked for in their own parts only."""
    with connection.cursor() as cursor:
        cursor.execute(_LIVE, [organisation_id])
        return dict(cursor.fetchall())


@dataclass(frozen=True, slots=True)
class Day:
    """What an agent did since an instant."""

    calls: int
    reached: int
    talk: timedelta
    successes: int

    @property
    def average(self) -> timedelta | None:
        return self.talk / self.reached if self.reached else None


@dataclass(frozen=True, slots=True)
class Work:
    """What one of many agents did since an instant."""

    calls: int
    talks: int
    talk_seconds: float


def agents_since(organisation: Organisation, since: Instant) -> dict[int, Work]:
    """Agent to his work. ``since``: a full quarter of an hour of the last two days, from the tallies."""
    rows = AgentTally.objects.filter(organisation=organisation, slot__gte=since).order_by().values_list("agent")
    sums = rows.annotate(calls=Sum("n"), talks=Sum("connected"), talk=Sum("talk_ms"))
    return {agent: Work(calls, talks, talk / 1000) for agent, calls, talks, talk in sums if calls}


def day_of(agent: Agent, since: Instant) -> Day:
    talked = Q(connected_at__isnull=False)
    found = Attempt.objects.filter(organisation=agent.organisation_id, agent=agent, began_at__gte=since).aggregate(
        calls=Count("pk"),
        reached=Count("pk", filter=talked),
        talk=Sum(F("ended_at") - F("connected_at"), filter=talked),
        successes=Count("pk", filter=Q(result__result_class="success")),
    )
    return Day(found["calls"], found["reached"], found["talk"] or timedelta(), found["successes"])


def last_of(agent: Agent, count: int = 5) -> list[Attempt]:
    """The latest ended attempts an agent had a part in."""
    rows = Attempt.objects.filter(organisation=agent.organisation_id, agent=agent, ended_at__isnull=False)
    return list(rows.select_related("contact", "result").order_by("-pk")[:count])


def without_result(agent: Agent, since: Instant) -> list[Attempt]:
    """Conversations of the agent whose result is still missing."""
    rows = Attempt.objects.filter(
        organisation=agent.organisation_id,
        agent=agent,
        began_at__gte=since,
        outcome=Outcome.ANSWERED,
        wrapped_up_at__isnull=False,
        result__isnull=True,
    )
    return list(rows.select_related("contact", "campaign").order_by("-pk")[:20])
