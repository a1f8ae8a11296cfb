"""A past day once more, with another setting: the day's answers, rings and talks, the day's people.

What is replayed: every attempt of that day keeps what it met (whether somebody answered, after how long, how long the
talk and the wrap-up took), whenever the contact is dialled now. What is not known is drawn from the day's own shares:
contacts whose turn did not come that day, and attempts beyond those that were made. People are there from their first
to their last minute of that day, with breaks as long as theirs were in all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import connection

from campana.campaigns.models import Campaign
from campana.engine.words import Outcome
from campana.forecasting.queries.evidence import seen
from campana.forecasting.queries.plans import plan_of_settings
from campana.kernel.clock import Instant
from campana.kernel.phone import PhoneNumber
from campana.kernel.refusals import Refused
from campana.kernel.windows import Period, Schedule
from campana.sim.callees import Fate, Reaction
from campana.sim.campaign.callees import PlannedCallees, machine
from campana.sim.campaign.evidence import ANSWERED, FATES, Evidence, Seeing
from campana.sim.campaign.people import WORKING
from campana.sim.campaign.plan import Cohort, Laws, Plan, Shift
from campana.sim.campaign.run import Answering
from campana.sim.laws import stream

LIMITS: Final = (
    "What this can not know: contacts who were not called that day, and calls beyond those that were made, are drawn"
    " from the day's own shares; an answer of the morning is taken to come in the afternoon, too. How far the replay of"
    " the day as it was lies from what really happened says how far to trust the rest."
)


class NoSuchDay(Refused):
    code = "no_such_day"
    status = 422
    detail = "The campaign made no attempt on that day."


@dataclass(frozen=True, slots=True)
class PastDay:
    plan: Plan
    callees: Answering
    end: Instant
    real: dict[str, float]
    """What really happened: attempts, answered, connected, abandoned, talk_minutes."""


def past_day(campaign: Campaign, day: date) -> PastDay:
    """Raises NoSuchDay."""
    zone = ZoneInfo(campaign.organisation.time_zone)
    start, end = (datetime.combine(day + timedelta(days=n), time(0), zone) for n in (0, 1))
    with connection.cursor() as cursor:
        values: dict[str, Any] = {
            "campaign": campaign.pk,
            "organisation": campaign.organisation_id,
            "start": start,
            "end": end,
        }
        cursor.execute(_MADE, values)
        made = cursor.fetchall()
        cursor.execute(_UNTOUCHED, values)
        untouched = cursor.fetchall()
    if not made:
        raise NoSuchDay
    by_task: defaultdict[int, list[Sequence[Any]]] = defaultdict(list)
    for row in made:
        by_task[row[0]].append(row)
    settings = plan_of_settings(campaign, now=min(row[4] for row in made))
    most = settings.campaign.retry.max_attempts
    cohorts = [Cohort(1, rows[0][1] or str(zone), _rounds(rows, most)) for rows in by_task.values()]
    cohorts += [Cohort(n, name or str(zone), rounds) for name, rounds, n in untouched]
    reactions = {n: [_reaction(row) for row in rows] for n, rows in enumerate(by_task.values(), start=1)}
    shifts, present = _people(campaign, day, start, end)
    laws = _laws(campaign, start, end)
    first = min(row[4] for row in made)
    plan = replace(
        settings,
        start=first - timedelta(minutes=5),
        cohorts=tuple(cohorts),
        shifts=shifts,
        laws=replace(laws, present=present),
    )
    return PastDay(plan, _recorded(reactions), end, _real(made))


def _rounds(rows: Sequence[Sequence[Any]], most: int) -> int:
    """Behind a contact that morning: never so many that the calls it got that day would be refused. Attempts before
    say more than that after a reopening, a promised call back, or where a round is several numbers."""
    return max(0, min(int(rows[0][2]), most - len(rows)))


def _recorded(reactions: dict[int, list[Reaction]]) -> Answering:
    class Recorded(PlannedCallees):
        def __init__(self, laws: Laws, seed: int, clock: Callable[[], Instant]) -> None:
            super().__init__(laws, seed, clock)

        def reaction(self, number: PhoneNumber, call: int) -> Reaction:
            known = reactions.get(int(number[4:12]), [])
            return known[call - 1] if call <= len(known) else super().reaction(number, call)

    return Recorded


def _reaction(row: Sequence[Any]) -> Reaction:
    _task, _zone, _rounds, outcome, began, answered, connected, ended = row
    if answered is not None and outcome in ANSWERED:
        patience = (ended - answered).total_seconds() if connected is None else 60.0
        talks = (ended - connected).total_seconds() if connected is not None else 45.0
        return Reaction(
            Fate.PERSON, rings=None, decides=(answered - began).total_seconds(), patience=patience, talks=talks
        )
    fate = FATES.get(outcome, Fate.NO_ANSWER)
    if fate is Fate.MACHINE:
        return machine(((answered or ended) - began).total_seconds())
    return Reaction(fate, rings=None, decides=(ended - began).total_seconds())


def _laws(campaign: Campaign, start: Instant, end: Instant) -> Laws:
    """The day's own shares: the middle of what its attempts allow."""
    where = "a.campaign_id = %(campaign)s AND a.began_at >= %(start)s AND a.began_at < %(end)s"
    values = {"campaign": campaign.pk, "start": start, "end": end, "before": end}
    own = Seeing.of(seen(campaign.organisation_id, where, values, 20_000, campaign))
    return Evidence(own).draws(1, stream(1, 51))[0]


def _real(made: Sequence[Sequence[Any]]) -> dict[str, float]:
    answered = [row for row in made if row[5] is not None and row[3] != Outcome.MACHINE]
    connected = [row for row in made if row[6] is not None]
    lost = [row for row in answered if row[3] == Outcome.ABANDONED]
    lost += [row for row in answered if row[3] == Outcome.HUNG_UP_WAITING and (row[7] - row[5]).total_seconds() >= 2]
    return {
        "attempts": len(made),
        "answered": len(answered),
        "connected": len(connected),
        "abandoned": len(lost),
        "talk_minutes": round(sum((row[7] - row[6]).total_seconds() for row in connected) / 60, 1),
    }


def _people(campaign: Campaign, day: date, start: Instant, end: Instant) -> tuple[tuple[Shift, ...], float]:
    """Each from the first to the last minute of work that day; ``present`` is what all of them gave of that."""
    zone = ZoneInfo(campaign.organisation.time_zone)
    told: defaultdict[int, list[tuple[Instant, bool]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            _PRESENCE,
            {
                "campaign": campaign.pk,
                "organisation": campaign.organisation_id,
                "start": start,
                "end": end,
                "states": [state.value for state in WORKING],
            },
        )
        for agent, at, working in cursor.fetchall():
            told[agent].append((at, working))
    shifts, worked, whole = [], 0.0, 0.0
    for moves in told.values():
        spans = [(at, until) for (at, on), (until, _) in pairwise(moves) if on]
        if not spans:
            continue
        first, last = spans[0][0].astimezone(zone), spans[-1][1].astimezone(zone)
        minutes = first.hour * 60 + first.minute, last.hour * 60 + last.minute + 1
        if last.date() != day or minutes[0] >= minutes[1]:
            continue
        shifts.append(Shift(1, Schedule((Period(day.weekday(), *minutes),))))
        worked += sum((until - at).total_seconds() for at, until in spans)
        whole += (last - first).total_seconds()
    return tuple(shifts), min(0.995, worked / whole) if whole else 0.9


_MADE = """
SELECT a.task_id, t.time_zone,
       (SELECT count(*) FROM calls_attempt e WHERE e.task_id = a.task_id AND e.began_at < %(start)s),
       a.outcome, a.began_at, a.answered_at, a.connected_at, a.ended_at
FROM calls_attempt a JOIN campaigns_task t ON t.id = a.task_id
WHERE a.campaign_id = %(campaign)s AND a.organisation_id = %(organisation)s AND a.ended_at IS NOT NULL
  AND a.began_at >= %(start)s AND a.began_at < %(end)s
ORDER BY a.began_at, a.id
"""
_UNTOUCHED = """
SELECT t.time_zone, least(t.rounds, 20), count(*) FROM campaigns_task t
WHERE t.campaign_id = %(campaign)s AND t.organisation_id = %(organisation)s AND t.created_at < %(end)s
  AND (t.finished_at IS NULL OR t.finished_at >= %(end)s)
  AND NOT EXISTS (SELECT 1 FROM calls_attempt a WHERE a.task_id = t.id
                  AND a.began_at >= %(start)s AND a.began_at < %(end)s)
GROUP BY 1, 2 ORDER BY 1, 2
"""
_PRESENCE = """
SELECT p.agent_id, p.at, p.state = ANY(%(states)s) AND coalesce(p.campaign_id, %(campaign)s) = %(campaign)s
FROM workforce_presencechange p
WHERE p.organisation_id = %(organisation)s AND p.at >= %(start)s AND p.at < %(end)s
  AND p.agent_id IN (SELECT a.agent_id FROM calls_attempt a WHERE a.campaign_id = %(campaign)s
                     AND a.began_at >= %(start)s AND a.began_at < %(end)s)
ORDER BY p.agent_id, p.at, p.id
"""
