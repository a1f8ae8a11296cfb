"""Who is called next: reserving tasks by one index, reading their cards, giving them back.

The partial index ``task_next`` holds waiting tasks by campaign, time zone, rank and position. One lateral step per
open zone takes the best of it with SKIP LOCKED, so tasks outside their hours never stand in the way.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from campana.campaigns.ranks import BLANK_PRIORITY, FIRST_PRIORITY
from campana.engine.config import Dialable, TaskCard
from campana.engine.inputs import TasksReserved
from campana.engine.outputs import ReleaseTasks, ReserveTasks
from campana.engine.words import RetryEvent
from campana.kernel.clock import Instant
from campana.kernel.ids import AgentId, CampaignId, ContactId, HotlineId, TaskId, first_attempt_at
from campana.kernel.phone import PhoneNumber
from campana.months import from_id
from campana.runtime.wire import read, send


def retry_rank(of: str = "") -> str:
    """``campaigns.ranks.rank`` for tasks that come back, in SQL; a test holds the two together.

    ``of``: prefix of the columns rounds, number_index and priority (``placed.``).
    """
    retry = f"CASE WHEN {of}rounds > 0 OR {of}number_index > 0 THEN 0 ELSE 1 END"
    return (
        "CASE WHEN preferred_agent_id IS NOT NULL OR agreed THEN 0 WHEN guaranteed THEN 1"
        f" ELSE {FIRST_PRIORITY} + 2 * coalesce({of}priority, {BLANK_PRIORITY}) + {retry} END"
    )


_PROMOTE = f"""
UPDATE campaigns_task SET state = 'waiting', rank = {retry_rank()}, next_at = NULL, refusal = '', finished_at = NULL,
    position = CASE WHEN rounds > 0 THEN (extract(epoch FROM next_at) * 1000)::bigint ELSE position END
WHERE campaign_id = %(campaign)s AND state IN ('planned', 'excluded') AND next_at <= %(now)s
"""  # noqa: S608 - built from constants of this file

_PICK = """
WITH picked AS MATERIALIZED (
    SELECT best.id FROM unnest(coalesce(%(zones)s::text[],
        (SELECT zones FROM campaigns_campaign WHERE id = %(campaign)s))) AS zone
    CROSS JOIN LATERAL (
        SELECT id, rank, position FROM campaigns_task
        WHERE campaign_id = %(campaign)s AND time_zone = zone AND state = 'waiting'
            AND (preferred_agent_id IS NULL OR anyone_at <= %(now)s OR preferred_agent_id = ANY(%(agents)s::bigint[]))
        ORDER BY rank, position LIMIT %(limit)s FOR UPDATE SKIP LOCKED
    ) AS best
    ORDER BY best.rank, best.position LIMIT %(limit)s
), reserved AS (
    UPDATE campaigns_task AS task SET state = 'reserved', reserved_by = %(fencing)s
    FROM picked WHERE task.id = picked.id RETURNING task.id
)
"""
"""The best waiting tasks are taken; what the cards say of them is read in the same statement."""

_CARDS = """
SELECT t.id, t.campaign_id, t.contact_id, t.time_zone, t.priority, t.rounds, t.by_event, t.number_index, t.agreed,
    t.guaranteed, t.preferred_agent_id, t.anyone_at, t.not_before, t.not_after,
    (SELECT max(s.starts_at) FROM crm_suppression s WHERE s.organisation_id = t.organisation_id
        AND s.reason = 'do_not_call_again'
        AND (s.contact_id = t.contact_id OR (s.number = t.number AND s.number <> ''))),
    (SELECT a.hotline_id FROM calls_attempt a WHERE a.task_id = t.id
        AND {this_season} ORDER BY a.id DESC LIMIT 1),
    (SELECT coalesce(json_agg(row_to_json(found) ORDER BY found.position), '[]') FROM (
        SELECT n.number, n.position, coalesce(nullif(n.time_zone, ''), t.time_zone) AS time_zone,
            EXISTS (SELECT 1 FROM crm_suppression s WHERE s.organisation_id = t.organisation_id
                AND s.number = n.number AND s.number <> '' AND s.reason <> 'do_not_call_again'
                AND (s.campaign_id IS NULL OR s.campaign_id = t.campaign_id)
                AND s.starts_at <= %(now)s AND (s.ends_at IS NULL OR s.ends_at > %(now)s))
            OR EXISTS (SELECT 1 FROM crm_suppression s WHERE s.contact_id = t.contact_id
                AND s.number = '' AND s.reason <> 'do_not_call_again'
                AND (s.campaign_id IS NULL OR s.campaign_id = t.campaign_id)
                AND s.starts_at <= %(now)s AND (s.ends_at IS NULL OR s.ends_at > %(now)s)) AS suppressed,
            CASE WHEN %(count_attempts)s THEN (SELECT count(*) FROM calls_attempt a
                WHERE a.organisation_id = t.organisation_id AND a.number = n.number
                AND a.began_at > %(now)s - interval '24 hours' AND {today}) ELSE 0 END AS attempts,
            EXISTS (SELECT 1 FROM calls_livecall l WHERE l.organisation_id = t.organisation_id
                AND l.number = ANY(ARRAY(SELECT m.number FROM crm_contactnumber m
                    WHERE m.contact_id = t.contact_id AND m.number <> ''))
                AND l.task_id IS DISTINCT FROM t.id) AS in_call,
            (SELECT max(a.ended_at) FROM calls_attempt a WHERE a.organisation_id = t.organisation_id
                AND a.number = n.number AND a.abandoned AND a.began_at > %(now)s - interval '75 hours'
                AND {lately}) AS abandoned_at
        FROM crm_contactnumber n JOIN crm_contact p ON p.id = n.contact_id AND p.deleted_at IS NULL
        WHERE n.contact_id = t.contact_id AND n.valid AND n.number <> ''
        ORDER BY n.position LIMIT CASE WHEN c.several_numbers THEN 5 ELSE 1 END
    ) AS found)
FROM campaigns_task t JOIN campaigns_campaign c ON c.id = t.campaign_id
WHERE {which} ORDER BY t.rank, t.position
"""
_CARDS = _CARDS.replace("{this_season}", from_id("a.id", "%(season_ago)s"))
_CARDS = _CARDS.replace("{today}", from_id("a.id", "%(day_ago)s"))
_CARDS = _CARDS.replace("{lately}", from_id("a.id", "%(days_ago)s"))
"""Parts of the attempts that can not hold what is looked for are left out by the ids."""

_RESERVE = _PICK + _CARDS.replace("{which}", "t.id IN (SELECT id FROM reserved)")
_THESE = _CARDS.replace("{which}", "t.id = ANY(%(ids)s::bigint[])")

_REST = """
SELECT EXISTS (SELECT 1 FROM campaigns_task WHERE campaign_id = %(campaign)s AND state = 'waiting')
    OR EXISTS (SELECT 1 FROM campaigns_task WHERE campaign_id = %(campaign)s AND state = 'planned'),
    least(
        (SELECT min(next_at) FROM campaigns_task
            WHERE campaign_id = %(campaign)s AND state IN ('planned', 'excluded') AND next_at IS NOT NULL),
        (SELECT min(anyone_at) FROM campaigns_task
            WHERE campaign_id = %(campaign)s AND state = 'waiting' AND rank = 0 AND anyone_at > %(now)s)
    ),
    (SELECT coalesce(array_agg(DISTINCT preferred_agent_id), '{}') FROM campaigns_task
        WHERE campaign_id = %(campaign)s AND state = 'waiting' AND rank = 0 AND preferred_agent_id IS NOT NULL)
"""

_RELEASE = """
UPDATE campaigns_task AS task SET reserved_by = NULL, state = 'waiting' FROM campaigns_campaign AS campaign
WHERE campaign.id = task.campaign_id AND task.id = ANY(%(ids)s::bigint[]) AND task.state = 'reserved'
    AND task.reserved_by = %(fencing)s
RETURNING campaign.state = 'finished'
"""


def reserve(wish: ReserveTasks, *, fencing: int, frequency_cap: int, now: Instant) -> TasksReserved:
    """Carry out ``ReserveTasks`` inside the caller's transaction."""
    values: dict[str, Any] = {
        "campaign": wish.campaign_id,
        "zones": sorted(wish.zones) if wish.zones is not None else None,
        "agents": list(wish.agents),
        "limit": wish.limit,
        "fencing": fencing,
        "now": now,
    }
    send(_PROMOTE, values)
    taken = send(_RESERVE, values | _looking_back(frequency_cap, now))
    rest = send(_REST, values)
    found = [_card(row) for row in read(taken)]
    open_tasks, next_due, agents = read(rest)[0]
    personal = frozenset(AgentId(agent_id) for agent_id in agents)
    return TasksReserved(wish.campaign_id, wish.request, tuple(found), int(open_tasks), next_due, personal)


def release(wish: ReleaseTasks, *, fencing: int) -> bool:
    """Carry out ``ReleaseTasks``: only what this engine still holds goes back. Whether it is left over of a campaign
    that finished meanwhile."""
    return any(finished for (finished,) in read(send(_RELEASE, {"ids": list(wish.task_ids), "fencing": fencing})))


def cards(ids: Iterable[int], *, frequency_cap: int, now: Instant) -> list[TaskCard]:
    """What the rules need to know about tasks, in calling order."""
    wanted = list(ids)
    if not wanted:
        return []
    values = {"ids": wanted, "now": now} | _looking_back(frequency_cap, now)
    return [_card(row) for row in read(send(_THESE, values))]


def _looking_back(frequency_cap: int, now: Instant) -> dict[str, Any]:
    """How far: to the ids of that time, so that older parts of the attempts are not looked into."""
    return {
        "count_attempts": frequency_cap > 0,
        "day_ago": first_attempt_at(now - timedelta(hours=24)),
        "season_ago": first_attempt_at(now - timedelta(days=92)),
        "days_ago": first_attempt_at(now - timedelta(hours=75)),
    }


def _card(row: tuple[Any, ...]) -> TaskCard:
    numbers = row[16] if isinstance(row[16], list) else json.loads(row[16])
    by_event = row[6] if isinstance(row[6], dict) else json.loads(row[6] or "{}")
    return TaskCard(
        id=TaskId(row[0]),
        campaign_id=CampaignId(row[1]),
        contact_id=ContactId(row[2]),
        numbers=tuple(
            Dialable(
                PhoneNumber(number["number"]),
                number["time_zone"],
                suppressed=number["suppressed"],
                attempts_last_day=number["attempts"],
                in_call=number["in_call"],
                abandoned_at=datetime.fromisoformat(number["abandoned_at"]) if number["abandoned_at"] else None,
            )
            for number in numbers
        ),
        number_index=row[7],
        time_zone=row[3],
        priority=row[4],
        rounds=row[5],
        by_event={RetryEvent(event): count for event, count in by_event.items()},
        agreed=row[8],
        guaranteed=row[9],
        preferred_agent=AgentId(row[10]) if row[10] is not None else None,
        anyone_at=row[11],
        not_before=row[12],
        not_after=row[13],
        marked_at=row[14],
        last_hotline=HotlineId(row[15]) if row[15] is not None else None,
    )
