"""What was seen of calls and of people, as the simulation's evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import connection

from campana.campaigns.models import Campaign
from campana.campaigns.queries.people import people_of
from campana.campaigns.snapshot import campaign_config
from campana.engine.config import CampaignConfig
from campana.engine.rules.windows import anybody_open
from campana.engine.words import ResultClass
from campana.kernel.clock import Instant
from campana.sim.campaign.evidence import Evidence, Seeing, Seen
from campana.sim.campaign.people import WORKING

OWN: Final = 4000
OTHERS: Final = 2000
"""The newest attempts of each that are read."""
DAYS: Final = 5
"""Working days of people that are looked at."""
BACK: Final = timedelta(days=60)


def evidence_of(campaign: Campaign, *, now: Instant) -> Evidence:
    own, others = (
        Seeing.of(seen(campaign.organisation_id, where, {"campaign": campaign.pk, "before": now}, limit, campaign))
        for where, limit in (("a.campaign_id = %(campaign)s", OWN), ("a.campaign_id <> %(campaign)s", OTHERS))
    )
    present, expected = presence_of(campaign, now=now)
    return Evidence(own, others, present, expected)


def seen(organisation_id: int, where: str, values: dict[str, Any], limit: int, campaign: Campaign) -> Iterator[Seen]:
    """Newest first. ``where`` is SQL of ours over ``calls_attempt a``."""
    sql = _SEEN.replace("__WHERE__", where)
    with connection.cursor() as cursor:
        cursor.execute(sql, {**values, "organisation": organisation_id, "limit": limit})
        for row in cursor.fetchall():
            yield _seen(row, campaign.organisation.time_zone)


_SEEN = """
SELECT coalesce(nullif(t.time_zone, ''), '') AS zone,
       (SELECT count(*) FROM calls_attempt e WHERE e.task_id = a.task_id AND e.id < a.id) AS before,
       a.outcome, a.began_at, a.answered_at, a.connected_at, a.ended_at, a.wrapped_up_at, r.result_class, a.callback_at
FROM calls_attempt a
JOIN campaigns_task t ON t.id = a.task_id
LEFT JOIN scripts_result r ON r.id = a.result_id
WHERE a.organisation_id = %(organisation)s AND a.ended_at IS NOT NULL AND a.began_at <= %(before)s AND __WHERE__
ORDER BY a.id DESC LIMIT %(limit)s
"""


def _seen(row: Sequence[Any], own_zone: str) -> Seen:
    zone, before, outcome, began, answered, connected, ended, wrapped, result, callback = row
    return Seen(
        hour=began.astimezone(ZoneInfo(zone or own_zone)).hour,
        rounds=before,
        outcome=outcome,
        rang=((answered or ended) - began).total_seconds(),
        talked=(ended - connected).total_seconds() if connected else None,
        wrapped=(wrapped - ended).total_seconds() if connected and wrapped else None,
        result=ResultClass(result) if result else None,
        calls_back_in=(callback - ended).total_seconds() if callback else None,
        day=began.astimezone(ZoneInfo(own_zone)).toordinal(),
    )


def presence_of(campaign: Campaign, *, now: Instant) -> tuple[float, float]:
    """Seconds in which the campaign's people were there for it, of the seconds of its hours on their last days.

    Somebody who works for several campaigns is there for this one while he is in one of its calls or free; so what he
    gives to others counts like a break. Days on which none of them took a call are holidays to them.
    """
    people = people_of(campaign)
    zone = ZoneInfo(campaign.organisation.time_zone)
    config = campaign_config(campaign)
    with connection.cursor() as cursor:
        cursor.execute(
            _DAYS,
            {
                "organisation": campaign.organisation_id,
                "people": people,
                "zone": str(zone),
                "since": now - BACK,
                "until": now,
                "days": DAYS,
            },
        )
        days = [row[0] for row in cursor.fetchall()]
    present = expected = 0.0
    for day in days:
        windows = list(_windows(day, zone, config, now))
        expected += len(people) * sum((end - start).total_seconds() for start, end in windows)
        present += _worked(campaign, people, windows)
    return present, expected


_DAYS = """
SELECT DISTINCT (a.began_at AT TIME ZONE %(zone)s)::date AS day FROM calls_attempt a
WHERE a.organisation_id = %(organisation)s AND a.agent_id = ANY(%(people)s) AND a.connected_at IS NOT NULL
  AND a.began_at BETWEEN %(since)s AND %(until)s
ORDER BY day DESC LIMIT %(days)s
"""


def _windows(day: date, zone: ZoneInfo, config: CampaignConfig, now: Instant) -> Iterator[tuple[Instant, Instant]]:
    """The open stretches of a local day up to now, in quarters of an hour. Always open counts as nine to six."""
    if config.schedule.unrestricted:
        start = datetime.combine(day, time(9), zone)
        yield start, min(start + timedelta(hours=9), max(now, start))
        return
    quarter = timedelta(minutes=15)
    at = datetime.combine(day, time(0), zone)
    for n in range(96):
        start = at + n * quarter
        if start + quarter <= now and _may_call(config, start, str(zone)):
            yield start, start + quarter


def _may_call(config: CampaignConfig, at: Instant, own_zone: str) -> bool:
    """On the callees' clocks where the campaign goes by them; a draft does not know them yet."""
    if not config.zones:
        return config.schedule.is_open(at, own_zone)
    return anybody_open(config, own_zone, at)


def _worked(campaign: Campaign, people: Sequence[int], windows: Sequence[tuple[Instant, Instant]]) -> float:
    if not windows:
        return 0.0
    first, last = windows[0][0], windows[-1][1]
    changes: defaultdict[int, list[tuple[Instant, bool]]] = defaultdict(list)
    states = [state.value for state in WORKING]
    with connection.cursor() as cursor:
        cursor.execute(
            _CHANGES,
            {
                "organisation": campaign.organisation_id,
                "people": list(people),
                "first": first,
                "last": last,
                "states": states,
                "campaign": campaign.pk,
            },
        )
        for agent, at, working, _ in cursor.fetchall():
            changes[agent].append((max(at, first), working))
    total = 0.0
    for told in changes.values():
        for (at, working), (until, _) in zip(told, [*told[1:], (last, False)], strict=True):
            if working:
                total += sum(
                    max(0.0, (min(until, end) - max(at, start)).total_seconds()) for start, end in _merged(windows)
                )
    return total


def _merged(windows: Sequence[tuple[Instant, Instant]]) -> list[tuple[Instant, Instant]]:
    merged: list[tuple[Instant, Instant]] = []
    for start, end in windows:
        if merged and merged[-1][1] == start:
            merged[-1] = merged[-1][0], end
        else:
            merged.append((start, end))
    return merged


_CHANGES = """
(SELECT DISTINCT ON (agent_id) agent_id, at,
        state = ANY(%(states)s) AND coalesce(campaign_id, %(campaign)s) = %(campaign)s, id
 FROM workforce_presencechange
 WHERE organisation_id = %(organisation)s AND agent_id = ANY(%(people)s)
   AND at <= %(first)s AND at > %(first)s - interval '1 day'
 ORDER BY agent_id, at DESC, id DESC)
UNION ALL
SELECT agent_id, at, state = ANY(%(states)s) AND coalesce(campaign_id, %(campaign)s) = %(campaign)s, id
FROM workforce_presencechange
WHERE organisation_id = %(organisation)s AND agent_id = ANY(%(people)s) AND at > %(first)s AND at < %(last)s
ORDER BY 1, 2, 4
"""
