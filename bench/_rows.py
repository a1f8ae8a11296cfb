"""Rows for the benchmarks, written by the database itself."""

from __future__ import annotations

from collections.abc import Sequence

_TASKS = """
WITH c AS (
    INSERT INTO crm_contact (organisation_id, name, email, company, position, additional_info, stage, time_zone, fields,
        external_id, search, version, created_at, updated_at)
    SELECT %(o)s, '', '', '', '', '', 'customer', '', '{}', '', '', 1, now(), now() FROM generate_series(1, %(n)s)
    RETURNING id
), n AS (
    INSERT INTO crm_contactnumber (organisation_id, contact_id, position, number, raw, kind, valid, time_zone)
    SELECT %(o)s, id, 1, (15550000000 + id)::text, '', 'other', true, '' FROM c
)
INSERT INTO campaigns_task (organisation_id, campaign_id, contact_id, run, state, rank, position, time_zone, number,
    rounds, number_index, by_event, agreed, guaranteed, attempts, last_outcome, refusal, external_id, created_at)
SELECT %(o)s, %(c)s, id, 1, 'waiting', 211, id, (%(z)s::text[])[1 + id %% %(k)s], (15550000000 + id)::text, 0, 0,
    '{}', false, false, 0, '', '', '', now()
FROM c
"""


def add_tasks(organisation: int, campaign: int, tasks: int, zones: Sequence[str] = ("UTC",)) -> None:
    """Contacts with one number each and their waiting tasks, spread evenly over time zones."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(_TASKS, {"o": organisation, "c": campaign, "n": tasks, "z": list(zones), "k": len(zones)})
