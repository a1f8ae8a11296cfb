"""The statement that judges contacts for a campaign, with two ends: insert them as tasks, or only count
(``queries.judged``).

Judged in this order: already a task of the campaign or a second copy of a number (not added, CAM-214), no
valid or a blocked number (final state Invalid, CAM-224, CAM-236), on the do-not-call list or marked "do not
call again" (Excluded, CAM-233, CAM-646), not before a time (Planned), else Waiting. The do-not-call list is
read once into sets that are hashed: a fresh list has no statistics, and joins would be planned for one row.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from campana.campaigns import ranks
from campana.campaigns.models import Campaign
from campana.kernel.clock import Instant

MAX_NUMBERS = 5


class Counts(NamedTuple):
    picked: int
    last: int | None
    added: int
    duplicates: int
    invalid: int
    excluded: int
    over_limit: int
    zones: list[str] | None

    def added_to(self, intake: dict[str, Any]) -> dict[str, Any]:
        """The running totals of a campaign with these on top."""
        totals = {name: int(intake.get(name, 0)) for name in ("added", *_COUNTED)}
        for name in totals:
            totals[name] += getattr(self, name)
        return {**intake, **totals, "problem": ""}


_COUNTED = ("duplicates", "invalid", "excluded", "over_limit")


def numbers_of(campaign: Campaign) -> int:
    """How many numbers of a contact it tries in a round."""
    return MAX_NUMBERS if campaign.several_numbers else 1


def settings_of(campaign: Campaign, *, now: Instant, room: int) -> list[Any]:
    """Parameters of the statement after those of ``__PICKED__``, in the order they stand in it."""
    tenant = campaign.organisation
    days = campaign.do_not_call_again_days
    return [
        campaign.pk,
        campaign.organisation_id,
        now,
        tenant.do_not_call_again_days if days is None else days,
        tenant.time_zone,
        numbers_of(campaign),
        list(tenant.blocked_prefixes),
        room,
        campaign.run,
        ranks.FIRST_PRIORITY + 1,  # ranks.rank of a first attempt, before its priority
        ranks.BLANK_PRIORITY,
    ]


OF_CONTACTS = """
    SELECT p.id, p.id, ''::text, NULL::int, NULL::timestamptz, NULL::timestamptz, ''::text, NULL::bigint
    FROM (__CONTACTS__) AS p (id)
"""
"""``__PICKED__`` of plain contacts, in the order of their ids."""
OF_ITEMS = (
    "SELECT u.*, NULL::bigint FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::int[], %s::timestamptz[],"
    " %s::timestamptz[], %s::text[]) u"
)
"""``__PICKED__`` of items that carry more than a contact: seven lists."""

JUDGED = """
WITH picked (contact_id, ord, zone, priority, not_before, not_after, external_id, agent)
AS MATERIALIZED (__PICKED__),
given AS (
    SELECT %s::bigint AS campaign, %s::bigint AS organisation, %s::timestamptz AS now, %s::int AS days,
           %s::text AS zone, %s::int AS numbers, %s::text[] AS blocked, %s::int AS room, %s::int AS run,
           %s::int AS first_rank, %s::int AS blank_priority
),
active AS MATERIALIZED (
    SELECT s.contact_id, s.number, s.reason = 'do_not_call_again' AS mark, s.starts_at
    FROM crm_suppression s CROSS JOIN given g
    WHERE s.organisation_id = g.organisation AND s.starts_at <= g.now AND (s.ends_at IS NULL OR s.ends_at > g.now)
      AND CASE WHEN s.reason = 'do_not_call_again' THEN g.days > 0
               ELSE s.campaign_id IS NULL OR s.campaign_id = g.campaign END
),
by_number AS MATERIALIZED (
    SELECT number, bool_or(NOT mark) AS stopped, max(starts_at) FILTER (WHERE mark) AS marked
    FROM active WHERE number <> '' GROUP BY number
),
by_contact AS MATERIALIZED (
    SELECT contact_id, bool_or(NOT mark) AS stopped, max(starts_at) FILTER (WHERE mark) AS marked
    FROM active WHERE contact_id IS NOT NULL GROUP BY contact_id
),
candidate AS (
    SELECT c.id AS contact_id, picked.ord, picked.priority, picked.not_before, picked.not_after, picked.external_id,
           picked.agent, coalesce(nullif(picked.zone, ''), c.time_zone) AS own_zone, n.number, n.number_zone, n.blocked,
           coalesce(n.stopped, false) OR c.id IN (SELECT contact_id FROM by_contact WHERE stopped) AS suppressed,
           greatest(n.marked, CASE WHEN c.id IN (SELECT contact_id FROM by_contact WHERE marked IS NOT NULL)
                              THEN (SELECT p.marked FROM by_contact p WHERE p.contact_id = c.id) END) AS marked,
           false AS fresh
    FROM picked CROSS JOIN given g JOIN crm_contact c ON c.id = picked.contact_id
    CROSS JOIN LATERAL (
        SELECT (array_agg(v.number ORDER BY v.position))[1] AS number,
               (array_agg(v.time_zone ORDER BY v.position))[1] AS number_zone,
               bool_and(EXISTS (SELECT FROM unnest(g.blocked) prefix WHERE starts_with(v.number, prefix))) AS blocked,
               bool_and(v.number IN (SELECT number FROM by_number WHERE stopped)) AS stopped,
               max(CASE WHEN v.number IN (SELECT number FROM by_number WHERE marked IS NOT NULL)
                   THEN (SELECT b.marked FROM by_number b WHERE b.number = v.number) END) AS marked
        FROM (
            SELECT number, position, time_zone FROM crm_contactnumber
            WHERE contact_id = c.id AND valid ORDER BY position LIMIT g.numbers
        ) v
    ) n
    __FRESH__
),
met AS (
    SELECT k.*, there.known IS NOT NULL AS known, twin.known IS NOT NULL AS twin
    FROM candidate k CROSS JOIN given g
    LEFT JOIN LATERAL (
        SELECT 1 AS known FROM campaigns_task t
        WHERE NOT k.fresh AND t.contact_id = k.contact_id AND t.campaign_id = g.campaign LIMIT 1) there ON true
    LEFT JOIN LATERAL (
        SELECT 1 AS known FROM campaigns_task t
        WHERE t.campaign_id = g.campaign AND t.number = k.number AND k.number <> '' LIMIT 1) twin ON true
),
copies AS (
    SELECT m.*, m.twin OR row_number() OVER (PARTITION BY m.number ORDER BY m.ord) > 1 AS copy
    FROM met m WHERE NOT m.known AND m.number IS NOT NULL
    UNION ALL
    SELECT m.*, false FROM met m WHERE NOT m.known AND m.number IS NULL
),
judged AS (
    SELECT f.contact_id, coalesce(f.number, '') AS number,
           coalesce(nullif(f.own_zone, ''), nullif(f.number_zone, ''), g.zone) AS time_zone,
           row_number() OVER (ORDER BY f.ord) AS place, f.marked + make_interval(days => g.days) AS until,
           f.priority, f.not_before, f.not_after, f.external_id, f.agent,
           CASE WHEN f.number IS NULL THEN 'invalid_number'
                WHEN f.blocked THEN 'blocked_number'
                WHEN f.suppressed THEN 'suppressed'
                WHEN f.marked + make_interval(days => g.days) > g.now THEN 'do_not_call_again'
                ELSE '' END AS refusal
    FROM copies f CROSS JOIN given g
    WHERE NOT f.copy
)
"""

OF_IMPORT = """
    SELECT e.contact_id, e.row, ''::text, e.priority, e.not_before, e.not_after, ''::text, e.preferred_agent_id
    FROM crm_importentry e JOIN crm_contact c ON c.id = e.contact_id AND c.deleted_at IS NULL
    WHERE e.imported_id = %s AND e.contact_id > %s ORDER BY e.contact_id LIMIT %s
"""
"""``__PICKED__`` of the rows of a file in the directory, with their task columns."""
OF_READY = """
    SELECT r.contact_id, r.row, r.time_zone, r.priority, r.not_before, r.not_after, ''::text, r.preferred_agent
    FROM import_ready r WHERE r.existing OR %s > 1
"""
"""``__PICKED__`` of a file that is being read into the campaign (``crm.imports.sinks``): contacts that were in the
directory before. Parameter: how many numbers of a contact the campaign tries."""
OF_NEW_CONTACTS = """
    UNION ALL
    SELECT r.contact_id, r.row, r.priority, r.not_before, r.not_after, '', r.preferred_agent, r.time_zone, r.number, '',
           CASE WHEN g.blocked = '{}' THEN false
                ELSE EXISTS (SELECT FROM unnest(g.blocked) prefix WHERE starts_with(r.number, prefix)) END,
           r.suppressed,
           CASE WHEN r.number IN (SELECT number FROM by_number WHERE marked IS NOT NULL)
                THEN (SELECT b.marked FROM by_number b WHERE b.number = r.number) END, true
    FROM import_ready r CROSS JOIN given g WHERE NOT r.existing AND g.numbers = 1
"""
"""``__FRESH__`` of such a file: contacts its batch has just added. All there is to know of them stands in the batch, so
the directory is not asked again. With several numbers a contact they go by OF_READY."""

INSERT_TASKS = """__JUDGED__,
inserted AS (
    INSERT INTO campaigns_task (
        organisation_id, campaign_id, contact_id, run, state, rank, position, time_zone, number, next_at,
        priority, not_before, not_after, external_id, rounds, number_index, by_event, agreed, guaranteed,
        attempts, last_outcome, refusal, created_at, finished_at, preferred_agent_id, anyone_at)
    SELECT g.organisation, g.campaign, j.contact_id, g.run,
           CASE WHEN j.refusal IN ('invalid_number', 'blocked_number') THEN 'invalid'
                WHEN j.refusal <> '' THEN 'excluded'
                WHEN j.not_before > g.now THEN 'planned' ELSE 'waiting' END,
           g.first_rank + 2 * coalesce(j.priority, g.blank_priority), nextval('campaigns_task_place'),
           j.time_zone, j.number,
           CASE WHEN j.refusal = 'do_not_call_again' THEN j.until
                WHEN j.refusal = '' AND j.not_before > g.now THEN j.not_before END,
           j.priority, j.not_before, j.not_after, coalesce(j.external_id, ''),
           0, 0, '{}', false, false, 0, '', j.refusal, g.now, CASE WHEN j.refusal <> '' THEN g.now END,
           a.id, CASE WHEN a.id IS NOT NULL THEN g.now END
    FROM (SELECT * FROM judged ORDER BY place) j CROSS JOIN given g
    LEFT JOIN workforce_agent a ON a.id = j.agent AND a.organisation_id = g.organisation
    WHERE j.place <= g.room
    __ON_CONFLICT__
    RETURNING state, time_zone
),
written AS (
    SELECT count(*) FILTER (WHERE state IN ('waiting', 'planned')) AS added,
           count(*) FILTER (WHERE state = 'invalid') AS invalid, count(*) FILTER (WHERE state = 'excluded') AS excluded,
           array_agg(DISTINCT time_zone) FILTER (WHERE state IN ('waiting', 'planned', 'excluded')) AS zones
    FROM inserted
)
SELECT (SELECT count(*) FROM picked), (SELECT max(contact_id) FROM picked), written.added,
       (SELECT count(*) FROM met WHERE known) + (SELECT count(*) FROM copies WHERE copy),
       written.invalid, written.excluded,
       (SELECT count(*) FROM judged CROSS JOIN given g WHERE place > g.room), written.zones
FROM written
""".replace("__JUDGED__", JUDGED)
