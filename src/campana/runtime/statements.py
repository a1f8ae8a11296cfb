"""Every statement of the journal, readable in one place. Batches travel as arrays, one column each."""

from __future__ import annotations

from typing import Final

from campana.months import from_id
from campana.runtime.selection import retry_rank

_SUPPRESSED = """
    EXISTS (SELECT 1 FROM crm_suppression s
        WHERE s.organisation_id = %(organisation)s AND s.reason <> 'do_not_call_again'
        AND ((s.number = {number} AND s.number <> '') OR (s.contact_id = {contact} AND s.number = ''))
        AND (s.campaign_id IS NULL OR s.campaign_id = {campaign})
        AND s.starts_at <= %(now)s AND (s.ends_at IS NULL OR s.ends_at > %(now)s))
"""

OPEN_COLUMNS: Final = (
    "ids", "campaigns", "tasks", "contacts", "numbers", "number_indexes", "hotlines", "trunks", "agents", "modes",
    "permits", "ats",
)  # fmt: skip

OPEN: Final = f"""
WITH v AS (
    SELECT v.* FROM unnest(%(ids)s::bigint[], %(campaigns)s::bigint[], %(tasks)s::bigint[], %(contacts)s::bigint[],
        %(numbers)s::text[], %(number_indexes)s::int[], %(hotlines)s::bigint[], %(trunks)s::bigint[],
        %(agents)s::bigint[], %(modes)s::text[], %(permits)s::jsonb[], %(ats)s::timestamptz[])
        AS v (id, campaign, task, contact, number, number_index, hotline, trunk, agent, mode, permit, at)
    WHERE NOT {_SUPPRESSED.format(number="v.number", contact="v.contact", campaign="v.campaign")}
        AND NOT EXISTS (SELECT 1 FROM crm_suppression s JOIN campaigns_campaign c ON c.id = v.campaign
            JOIN accounts_organisation o ON o.id = c.organisation_id
            WHERE s.organisation_id = %(organisation)s AND s.reason = 'do_not_call_again'
            AND (s.contact_id = v.contact OR (s.number = v.number AND s.number <> ''))
            AND s.starts_at > v.at
                - coalesce(c.do_not_call_again_days, o.do_not_call_again_days) * interval '1 day')
        AND (v.campaign IS NULL OR NOT EXISTS (SELECT 1 FROM crm_contact p
            WHERE p.id = v.contact AND p.deleted_at IS NOT NULL))
        AND (%(cap)s = 0 OR (SELECT count(*) FROM calls_attempt a WHERE a.organisation_id = %(organisation)s
            AND a.number = v.number AND a.began_at > v.at - interval '24 hours'
            AND {from_id("a.id", "%(day_ago)s")}) < %(cap)s)
        AND NOT EXISTS (SELECT 1 FROM calls_livecall l WHERE l.organisation_id = %(organisation)s
            AND l.number = v.number AND l.inbound)
        AND NOT EXISTS (SELECT 1 FROM calls_attempt a WHERE a.id = v.id
            AND a.id BETWEEN %(low)s AND %(high)s)
), live AS (
    INSERT INTO calls_livecall (attempt_id, organisation_id, number, task_id, inbound)
    SELECT v.id, %(organisation)s, v.number, v.task, false FROM v ON CONFLICT DO NOTHING RETURNING attempt_id
)
INSERT INTO calls_attempt (id, organisation_id, campaign_id, task_id, contact_id, number, number_index, hotline_id,
    trunk_id, agent_id, mode, permit, state, offers, began_at, outcome, cause, counted, note, recording, callback_to_me)
SELECT v.id, %(organisation)s, v.campaign, v.task, v.contact, v.number, v.number_index, v.hotline, v.trunk, v.agent,
    v.mode, v.permit, 'dialling', 0, v.at, '', '', false, '', '', false
FROM v JOIN live ON live.attempt_id = v.id
RETURNING id
"""  # noqa: S608 - built from constants of this file
"""One live attempt a number and a task: the table of live calls says no, which two engines can not both pass."""

ARRIVE_COLUMNS: Final = ("ids", "legs", "numbers", "hotlines", "trunks", "permits", "ats")

ARRIVE: Final = """
WITH v AS (
    SELECT * FROM unnest(%(ids)s::bigint[], %(legs)s::text[], %(numbers)s::text[], %(hotlines)s::bigint[],
        %(trunks)s::bigint[], %(permits)s::jsonb[], %(ats)s::timestamptz[])
        AS v (id, leg, number, hotline, trunk, permit, at)
), new AS (
    INSERT INTO calls_arrival (organisation_id, leg, attempt_id) SELECT %(organisation)s, v.leg, v.id FROM v
    ON CONFLICT DO NOTHING RETURNING attempt_id
)
INSERT INTO calls_attempt (id, organisation_id, contact_id, number, number_index, hotline_id, trunk_id, mode, permit,
    state, offers, began_at, outcome, cause, counted, note, recording, callback_to_me)
SELECT v.id, %(organisation)s, (
        SELECT n.contact_id FROM crm_contactnumber n JOIN crm_contact c ON c.id = n.contact_id
        WHERE n.organisation_id = %(organisation)s AND n.number = v.number AND v.number <> '' AND c.deleted_at IS NULL
        ORDER BY (SELECT max(a.began_at) FROM calls_attempt a WHERE a.contact_id = n.contact_id) DESC NULLS LAST,
            n.contact_id DESC LIMIT 1
    ), v.number, 0, v.hotline, v.trunk, 'inbound', v.permit, 'ringing', 0, v.at, '', '', false, '', '', false
FROM v JOIN new ON new.attempt_id = v.id
RETURNING id
"""
"""The caller's number says whose call it is; of several contacts the one that was spoken to last (CRM-232)."""

WHY_NOT: Final = f"""
SELECT {_SUPPRESSED.format(number="%(number)s", contact="%(contact)s", campaign="%(campaign)s")},
    EXISTS (SELECT 1 FROM calls_livecall WHERE organisation_id = %(organisation)s AND number = %(number)s),
    EXISTS (SELECT 1 FROM crm_suppression s JOIN campaigns_campaign c ON c.id = %(campaign)s
        JOIN accounts_organisation o ON o.id = c.organisation_id
        WHERE s.organisation_id = %(organisation)s AND s.reason = 'do_not_call_again'
        AND (s.contact_id = %(contact)s OR (s.number = %(number)s AND s.number <> ''))
        AND s.starts_at > %(now)s
            - coalesce(c.do_not_call_again_days, o.do_not_call_again_days) * interval '1 day'),
    %(campaign)s::bigint IS NOT NULL AND EXISTS (SELECT 1 FROM crm_contact
        WHERE id = %(contact)s AND deleted_at IS NOT NULL)
"""  # noqa: S608 - built from constants of this file

UPDATE_COLUMNS: Final = (
    "ids", "states", "agents", "offers", "ringing", "answered", "connected", "ended", "outcomes", "causes", "codes",
    "counted", "abandoneds",
)  # fmt: skip

UPDATE_ATTEMPTS: Final = """
UPDATE calls_attempt AS a SET state = v.state, agent_id = v.agent, offers = coalesce(v.offers, a.offers),
    ringing_at = coalesce(a.ringing_at, v.ringing), answered_at = coalesce(a.answered_at, v.answered, v.connected),
    connected_at = coalesce(a.connected_at, v.connected), ended_at = v.ended,
    outcome = coalesce(v.outcome, a.outcome), cause = coalesce(v.cause, a.cause),
    sip_code = v.code, counted = coalesce(v.counted, a.counted), abandoned = coalesce(v.abandoned, a.abandoned)
FROM unnest(%(ids)s::bigint[], %(states)s::text[], %(agents)s::bigint[], %(offers)s::int[],
    %(ringing)s::timestamptz[], %(answered)s::timestamptz[], %(connected)s::timestamptz[], %(ended)s::timestamptz[],
    %(outcomes)s::text[], %(causes)s::text[], %(codes)s::int[], %(counted)s::bool[], %(abandoneds)s::bool[])
    AS v (id, state, agent, offers, ringing, answered, connected, ended, outcome, cause, code, counted, abandoned)
WHERE a.id = v.id AND a.id BETWEEN %(low)s AND %(high)s AND a.ended_at IS NULL
"""
"""The bounds name the one or two parts of the table, so that only these are planned for."""

ENDED_COLUMNS: Final = ("counted", "attempt_ats", "attempt_agents")
_ENDED: Final = """attempts = t.attempts + v.counted, last_attempt_at = coalesce(v.attempt_at, t.last_attempt_at),
    last_agent_id = coalesce(v.attempt_agent, t.last_agent_id)"""
_ENDED_ARRAYS: Final = "%(counted)s::int[], %(attempt_ats)s::timestamptz[], %(attempt_agents)s::bigint[]"

COUNT_ATTEMPTS: Final = f"""
UPDATE campaigns_task AS t SET {_ENDED}
FROM unnest(%(ids)s::bigint[], {_ENDED_ARRAYS}) AS v (id, counted, attempt_at, attempt_agent) WHERE t.id = v.id
"""  # noqa: S608 - built from constants of this file

END_WRAP_UPS: Final = """
WITH ended AS (
    UPDATE calls_attempt AS a SET wrapped_up_at = v.at, result_id = coalesce(a.result_id, v.result),
        result_at = CASE WHEN a.result_id IS NULL AND v.result IS NOT NULL THEN v.at ELSE a.result_at END
    FROM unnest(%(ids)s::bigint[], %(results)s::bigint[], %(ats)s::timestamptz[]) AS v (id, result, at)
    WHERE a.id = v.id AND a.id BETWEEN %(low)s AND %(high)s RETURNING a.task_id, a.result_id
)
UPDATE campaigns_task AS t SET result_id = ended.result_id FROM ended
WHERE t.id = ended.task_id AND t.result_id IS DISTINCT FROM ended.result_id
"""

JUDGE: Final = """
UPDATE calls_attempt AS a SET verdict = v.verdict, verdict_confidence = v.confidence, verdict_at = v.at
FROM unnest(%(ids)s::bigint[], %(verdicts)s::text[], %(confidences)s::float8[], %(ats)s::timestamptz[])
    AS v (id, verdict, confidence, at)
WHERE a.id = v.id AND a.id BETWEEN %(low)s AND %(high)s
"""

RECORD: Final = """
UPDATE calls_attempt AS a SET recording = v.name, recording_seconds = v.length
FROM unnest(%(ids)s::bigint[], %(names)s::text[], %(lengths)s::float8[]) AS v (id, name, length)
WHERE a.id = v.id AND a.id BETWEEN %(low)s AND %(high)s
"""

SKIP: Final = f"""
INSERT INTO calls_skip (id, organisation_id, campaign_id, task_id, at, code, until, final, detail)
SELECT v.second << 32 | nextval('calls_skip_ids'), %(organisation)s, v.campaign, v.task, v.at, v.code, v.until, v.final,
    v.detail
FROM unnest(%(tasks)s::bigint[], %(campaigns)s::bigint[], %(ats)s::timestamptz[], %(codes)s::text[],
    %(untils)s::timestamptz[], %(finals)s::bool[], %(details)s::text[], %(seconds)s::bigint[])
    AS v (task, campaign, at, code, until, final, detail, second)
LEFT JOIN LATERAL (SELECT code FROM calls_skip s WHERE s.task_id = v.task
    AND {from_id("s.id", "%(season_ago)s")} ORDER BY s.id DESC LIMIT 1) AS last ON true
WHERE last.code IS DISTINCT FROM v.code OR v.final
"""  # noqa: S608 - built from constants
"""The last reason is looked for in the parts of three months: after them the same may be said again."""

HOLD_TASKS: Final = f"""
UPDATE campaigns_task AS t SET state = v.state, last_outcome = coalesce(v.outcome, t.last_outcome), refusal = '',
    {_ENDED}
FROM unnest(%(ids)s::bigint[], %(states)s::text[], %(outcomes)s::text[], {_ENDED_ARRAYS})
    AS v (id, state, outcome, counted, attempt_at, attempt_agent) WHERE t.id = v.id
"""  # noqa: S608 - built from constants of this file

PLACE_COLUMNS: Final = (
    "ids", "states", "next_ats", "rounds", "number_indexes", "by_events", "agreed", "preferred", "anyone_ats",
    "guaranteed", "outcomes", "refusals", "skipped", "finished_ats", *ENDED_COLUMNS,
)  # fmt: skip

PLACE_TASKS: Final = f"""
WITH v AS (
    SELECT * FROM unnest(%(ids)s::bigint[], %(states)s::text[], %(next_ats)s::timestamptz[], %(rounds)s::int[],
        %(number_indexes)s::int[], %(by_events)s::jsonb[], %(agreed)s::bool[], %(preferred)s::bigint[],
        %(anyone_ats)s::timestamptz[], %(guaranteed)s::bool[], %(outcomes)s::text[], %(refusals)s::text[],
        %(skipped)s::bool[], %(finished_ats)s::timestamptz[], {_ENDED_ARRAYS})
        AS v (id, state, next_at, rounds, number_index, by_event, agreed, preferred_agent_id, anyone_at, guaranteed,
            outcome, refusal, skipped, finished_at, counted, attempt_at, attempt_agent)
), ranked AS (
    SELECT v.id, CASE WHEN v.skipped THEN 1000 ELSE {retry_rank("placed.")} END AS rank
    FROM v JOIN LATERAL (SELECT coalesce(v.rounds, t.rounds) AS rounds,
        coalesce(v.number_index, t.number_index) AS number_index, t.priority FROM campaigns_task t WHERE t.id = v.id)
        AS placed ON true
)
UPDATE campaigns_task AS t SET state = v.state, reserved_by = NULL, next_at = v.next_at,
    rounds = coalesce(v.rounds, t.rounds), number_index = coalesce(v.number_index, t.number_index),
    by_event = coalesce(v.by_event, t.by_event), agreed = v.agreed, preferred_agent_id = v.preferred_agent_id,
    anyone_at = v.anyone_at, guaranteed = v.guaranteed, last_outcome = coalesce(v.outcome, t.last_outcome),
    refusal = v.refusal, finished_at = v.finished_at, rank = ranked.rank, {_ENDED}
FROM v JOIN ranked ON ranked.id = v.id WHERE t.id = v.id
"""  # noqa: S608 - built from constants

MARK: Final = """
WITH marks AS (
    SELECT coalesce(v.contact, a.contact_id) AS contact, a.number, v.at, agent.user_id
    FROM unnest(%(contacts)s::bigint[], %(agents)s::bigint[], %(attempts)s::bigint[], %(ats)s::timestamptz[])
        AS v (contact, agent, attempt, at)
    LEFT JOIN calls_attempt a ON a.id = v.attempt LEFT JOIN workforce_agent agent ON agent.id = v.agent
)
INSERT INTO crm_suppression (organisation_id, contact_id, number, reason, note, source, created_by_id, starts_at)
SELECT DISTINCT ON (number) %(organisation)s, contact, coalesce(number, ''), 'do_not_call_again', '', 'result',
    user_id, at
FROM marks ORDER BY number, at DESC
ON CONFLICT (organisation_id, number, campaign_id, reason) WHERE number <> '' AND ends_at IS NULL
DO UPDATE SET starts_at = excluded.starts_at, contact_id = excluded.contact_id, created_by_id = excluded.created_by_id
"""

MOVE_AGENTS: Final = """
WITH now AS (
    UPDATE workforce_agent AS a SET state = v.state, state_since = v.since, state_until = v.until,
        not_ready_after = v.after, campaign_id = v.campaign, task_id = v.task, attempt_id = v.attempt
    FROM unnest(%(ids)s::bigint[], %(states)s::text[], %(sinces)s::timestamptz[], %(untils)s::timestamptz[],
        %(afters)s::bool[], %(campaigns)s::bigint[], %(tasks)s::bigint[], %(attempts)s::bigint[])
        AS v (id, state, since, until, after, campaign, task, attempt)
    WHERE a.id = v.id RETURNING a.id, a.pause_reason
)
INSERT INTO workforce_presencechange (organisation_id, agent_id, at, state, campaign_id, attempt_id, reason)
SELECT %(organisation)s, v.agent, v.at, v.state, v.campaign, v.attempt, now.pause_reason
FROM unnest(%(of)s::bigint[], %(ats)s::timestamptz[], %(did)s::text[], %(in_campaigns)s::bigint[],
    %(in_attempts)s::bigint[]) AS v (agent, at, state, campaign, attempt)
JOIN now ON now.id = v.agent
"""

SET_NOT_READY: Final = """
UPDATE workforce_agent SET wanted = 'not_ready', pause_reason = 'missed_offers' WHERE id = ANY(%(ids)s)
"""

MOVE_CAMPAIGN: Final = """
UPDATE campaigns_campaign SET state = %(state)s::text, state_reason = %(reason)s::text, state_since = %(at)s,
    wanted = CASE WHEN %(wanted)s::text IS NULL OR wanted_at > %(at)s THEN wanted ELSE %(wanted)s::text END,
    held_code = CASE WHEN %(state)s::text = 'running' THEN held_code ELSE '' END
WHERE id = %(id)s AND state NOT IN ('draft', 'processing', 'not_approved', 'archived')
"""
"""A wish that is younger than the move stays; a campaign that people have taken back meanwhile is theirs."""

HOLD_CAMPAIGN: Final = (
    "UPDATE campaigns_campaign SET held_code = %(code)s::text WHERE id = %(id)s AND held_code <> %(code)s::text"
)

PACE_CAMPAIGN: Final = """
INSERT INTO campaigns_campaignpace (campaign_id, organisation_id, at, slip)
SELECT %(campaign)s, %(organisation)s, %(at)s::timestamptz, %(slip)s::jsonb
WHERE EXISTS (SELECT 1 FROM campaigns_campaign WHERE id = %(campaign)s)
ON CONFLICT (campaign_id) DO UPDATE SET at = excluded.at, slip = excluded.slip
"""

REST_HOTLINE: Final = "UPDATE hotlines_hotline SET resting_until = %(until)s WHERE id = %(id)s"

ANSWER_REQUESTS: Final = """
UPDATE calls_callrequest AS r SET attempt_id = v.attempt, refusal = v.refusal, answered_at = v.at
FROM unnest(%(ids)s::bigint[], %(attempts)s::bigint[], %(refusals)s::text[], %(ats)s::timestamptz[])
    AS v (id, attempt, refusal, at)
WHERE r.id = v.id AND (v.attempt IS NULL OR EXISTS (SELECT 1 FROM calls_attempt a WHERE a.id = v.attempt))
"""

_LEFT_OVER: Final = """SELECT t.id FROM campaigns_task t JOIN campaigns_campaign c ON c.id = t.campaign_id
    WHERE t.campaign_id = %(campaign)s AND c.state = 'finished' AND t.state IN ('waiting', 'planned', 'skipped')"""
CLOSE_TASKS: Final = f"""
WITH left_over AS (
    {_LEFT_OVER}
    LIMIT %(limit)s FOR UPDATE OF t SKIP LOCKED
)
UPDATE campaigns_task AS t SET state = CASE WHEN t.rounds > 0 THEN 'not_reached' ELSE 'not_processed' END,
    next_at = NULL, finished_at = %(now)s
FROM left_over WHERE t.id = left_over.id RETURNING t.id, t.state
"""  # noqa: S608 - built from constants of this file
ANY_LEFT_OVER: Final = f"SELECT EXISTS ({_LEFT_OVER})"
"""Somebody may have held a task while the others were closed."""
