"""The database side of an import: one batch from a temporary table into the directory, set by set.

COPY can not write to a table behind row-level security, so rows go by a temporary table; what becomes of
each is decided by one query against the directory, and a handful of INSERT … SELECT do it. All of a batch
is one transaction with the watermark of ``ContactImport.rows``: a killed import left whole batches only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from campana.crm.imports.batches import Batch
from campana.crm.imports.decide import decide
from campana.crm.words import search_text

# ON COMMIT empties them; the DELETE is for a batch inside a larger transaction.
_TABLES = """
CREATE TEMP TABLE IF NOT EXISTS import_stage (
    row integer NOT NULL, number text NOT NULL, raw text NOT NULL, kind text NOT NULL, number_zone text NOT NULL,
    more text NOT NULL DEFAULT '', name text NOT NULL DEFAULT '', email text NOT NULL DEFAULT '',
    company text NOT NULL DEFAULT '', position text NOT NULL DEFAULT '', additional_info text NOT NULL DEFAULT '',
    owner text NOT NULL DEFAULT '', time_zone text NOT NULL DEFAULT '', external_id text NOT NULL DEFAULT '',
    fields text NOT NULL DEFAULT '{}', task text NOT NULL DEFAULT '', search text NOT NULL
) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS import_decided (
    row integer NOT NULL, contact_id bigint NOT NULL, existing boolean NOT NULL, repeated boolean NOT NULL,
    suppressed boolean NOT NULL, over boolean NOT NULL DEFAULT false, unreadable boolean NOT NULL
) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS import_ready (
    row integer NOT NULL, contact_id bigint NOT NULL, number text NOT NULL, time_zone text NOT NULL,
    suppressed boolean NOT NULL, existing boolean NOT NULL, priority smallint, not_before timestamptz,
    not_after timestamptz, preferred_agent bigint
) ON COMMIT DELETE ROWS;
DELETE FROM import_stage; DELETE FROM import_decided; DELETE FROM import_ready;
SET LOCAL jit = off; SET LOCAL work_mem = '64MB'; SET LOCAL enable_seqscan = off;
"""

# A crash may take the last batches with it, together with how far they got: they are read again. Whatever is committed
# after them and waits for the disk (an attempt of their tasks) brings them there as well.
_SOON_ON_DISK = "SET LOCAL synchronous_commit = off"

# From the row on at which the limit was reached nothing is taken; a repetition of a row before it stays one.
_LIMIT = """
WITH cut AS (SELECT row FROM import_decided WHERE NOT repeated AND NOT unreadable ORDER BY row
             OFFSET %(capacity)s LIMIT 1)
UPDATE import_decided d SET over = true FROM cut, import_stage s
WHERE s.row = d.row AND d.row >= cut.row AND NOT d.unreadable AND (NOT d.repeated OR NOT EXISTS (
    SELECT 1 FROM import_stage f WHERE f.number = s.number AND f.row < cut.row) AND NOT d.existing)
"""

_COUNT = """
SELECT count(*) FILTER (WHERE over),
    count(*) FILTER (WHERE NOT over AND repeated),
    count(*) FILTER (WHERE NOT over AND NOT repeated AND suppressed),
    count(*) FILTER (WHERE NOT over AND NOT repeated AND NOT suppressed AND existing),
    count(*) FILTER (WHERE NOT over AND NOT repeated AND NOT suppressed AND NOT existing)
FROM import_decided WHERE NOT unreadable
"""

_ADD_CONTACTS = """
INSERT INTO crm_contact (id, organisation_id, name, email, company, position, additional_info, stage, owner_id,
    time_zone, fields, external_id, search, last_import_id, version, created_at, updated_at)
SELECT d.contact_id, %(organisation)s, s.name, s.email, s.company, s.position, s.additional_info, 'customer',
    nullif(s.owner, '')::bigint, s.time_zone, s.fields::jsonb, s.external_id, s.search, %(import)s, 1, %(now)s, %(now)s
FROM import_decided d JOIN import_stage s USING (row)
WHERE NOT d.existing AND NOT d.repeated AND NOT d.over ORDER BY d.contact_id
"""

_ADD_NUMBERS = """
INSERT INTO crm_contactnumber (organisation_id, contact_id, position, number, raw, kind, valid, time_zone)
SELECT %(organisation)s, d.contact_id, 1, s.number, s.raw, s.kind, true, s.number_zone
FROM import_decided d JOIN import_stage s USING (row)
WHERE NOT d.existing AND NOT d.repeated AND NOT d.over AND s.number <> '' ORDER BY d.contact_id
"""

_ADD_MORE_NUMBERS = """
INSERT INTO crm_contactnumber (organisation_id, contact_id, position, number, raw, kind, valid, time_zone)
SELECT %(organisation)s, d.contact_id, n.place + CASE WHEN s.number = '' THEN 0 ELSE 1 END,
    n.item ->> 'number', n.item ->> 'raw', n.item ->> 'kind', (n.item ->> 'valid')::boolean, n.item ->> 'zone'
FROM import_decided d JOIN import_stage s USING (row),
    jsonb_array_elements(s.more::jsonb) WITH ORDINALITY AS n(item, place)
WHERE s.more <> '' AND NOT d.existing AND NOT d.repeated AND NOT d.over
"""

# Numbers a known contact does not have yet go behind the ones it has, five at most.
_NEW_NUMBERS_OF_KNOWN = """
INSERT INTO crm_contactnumber (organisation_id, contact_id, position, number, raw, kind, valid, time_zone)
SELECT %(organisation)s, contact_id, place, number, raw, kind, true, zone FROM (
    SELECT d.contact_id, g.number, g.raw, g.kind, g.zone, row_number() OVER (PARTITION BY d.contact_id ORDER BY g.place)
        + coalesce((SELECT max(p.position) FROM crm_contactnumber p WHERE p.contact_id = d.contact_id), 0) AS place
    FROM import_decided d JOIN import_stage s USING (row), LATERAL (
        SELECT 0 AS place, s.number, s.raw, s.kind, s.number_zone AS zone
        UNION ALL
        SELECT n.place, n.item ->> 'number', n.item ->> 'raw', n.item ->> 'kind', n.item ->> 'zone'
        FROM jsonb_array_elements(nullif(s.more, '')::jsonb) WITH ORDINALITY AS n(item, place)
        WHERE (n.item ->> 'valid')::boolean) g
    WHERE d.existing AND NOT d.repeated AND NOT d.over AND NOT d.unreadable AND NOT EXISTS (
        SELECT 1 FROM crm_contactnumber h WHERE h.contact_id = d.contact_id AND h.number = g.number)
) fresh WHERE place <= 5
"""

_MERGED = """
SELECT d.contact_id, coalesce(nullif(s.name, ''), c.name), coalesce(nullif(s.company, ''), c.company),
    coalesce(nullif(s.email, ''), c.email),
    ARRAY(SELECT n.number FROM crm_contactnumber n WHERE n.contact_id = c.id AND n.number <> '' ORDER BY n.position)
FROM import_decided d JOIN import_stage s USING (row) JOIN crm_contact c ON c.id = d.contact_id
WHERE d.existing AND NOT d.repeated AND NOT d.over AND NOT d.unreadable
"""

_UPDATE = """
UPDATE crm_contact c SET name = coalesce(nullif(s.name, ''), c.name), email = coalesce(nullif(s.email, ''), c.email),
    company = coalesce(nullif(s.company, ''), c.company), position = coalesce(nullif(s.position, ''), c.position),
    additional_info = coalesce(nullif(s.additional_info, ''), c.additional_info),
    owner_id = coalesce(nullif(s.owner, '')::bigint, c.owner_id),
    time_zone = coalesce(nullif(s.time_zone, ''), c.time_zone), fields = c.fields || s.fields::jsonb,
    external_id = coalesce(nullif(c.external_id, ''), s.external_id), search = w.search, deleted_at = NULL,
    last_import_id = %(import)s, version = c.version + 1, updated_at = %(now)s
FROM import_decided d JOIN import_stage s USING (row)
    JOIN unnest(%(ids)s::bigint[], %(searches)s::text[]) AS w(id, search) ON w.id = d.contact_id
WHERE c.id = d.contact_id AND d.existing AND NOT d.repeated AND NOT d.over AND NOT d.unreadable
"""

_JOIN_GROUP = """
INSERT INTO crm_contactgroupmember (organisation_id, group_id, contact_id)
SELECT %(organisation)s, %(group)s, d.contact_id FROM import_decided d
WHERE NOT d.repeated AND NOT d.over AND NOT d.unreadable ON CONFLICT (group_id, contact_id) DO NOTHING
"""

_READY = """
INSERT INTO import_ready
SELECT d.row, d.contact_id, s.number,
    CASE WHEN d.existing OR s.time_zone <> '' THEN s.time_zone ELSE s.number_zone END, d.suppressed, d.existing,
    (t.task ->> 'priority')::smallint, (t.task ->> 'not_before')::timestamptz, (t.task ->> 'not_after')::timestamptz,
    (t.task ->> 'preferred_agent')::bigint
FROM import_decided d JOIN import_stage s USING (row), LATERAL (SELECT nullif(s.task, '')::jsonb AS task) t
WHERE NOT d.repeated AND NOT d.over AND NOT d.unreadable AND NOT (d.existing AND %(skipping)s) ORDER BY d.row
"""

_ENTRIES = """
INSERT INTO crm_importentry (organisation_id, imported_id, contact_id, row, priority, not_before, not_after,
    preferred_agent_id)
SELECT %(organisation)s, %(import)s, r.contact_id, r.row, r.priority, r.not_before, r.not_after, r.preferred_agent
FROM import_ready r ORDER BY r.contact_id ON CONFLICT DO NOTHING
"""

_REPORTED = """
SELECT d.row, s.number, CASE WHEN d.over THEN 'over_limit' WHEN d.repeated THEN 'duplicate_in_file'
    WHEN d.suppressed THEN 'suppressed' ELSE 'duplicate' END
FROM import_decided d JOIN import_stage s USING (row)
WHERE NOT d.unreadable AND (d.over OR d.repeated OR d.suppressed OR (d.existing AND NOT %(updating)s)) ORDER BY d.row
"""


@dataclass(frozen=True, slots=True)
class Merge:
    """What a batch is merged with."""

    organisation_id: int
    import_id: int
    now: datetime
    """The same instant for the whole import: its start."""
    campaign_id: int | None = None
    existing: str = "update"
    """update, link or skip: what is done with a contact of the directory (CAM-214)."""
    group_id: int | None = None
    remember: bool = True
    """Write entries, so that the import can be a campaign's source later."""


@dataclass(frozen=True, slots=True)
class Merged:
    added: int
    updated: int
    duplicates: int
    suppressed: int
    over_limit: int
    reported: list[tuple[int, str, str]]
    """Row, number and reason of each row that was not simply added or updated."""


def merge_batch(batch: Batch, merge: Merge, capacity: int | None) -> Merged:
    """Merge the rows of ``batch`` inside the caller's transaction.

    ``capacity`` bounds the contacts taken. Leaves ``sinks.READY_TABLE`` filled when the import has a campaign.
    """
    columns, updating = batch.columns, merge.existing == "update"
    facts: dict[str, Any] = {
        "organisation": merge.organisation_id,
        "import": merge.import_id,
        "now": merge.now,
        "campaign": merge.campaign_id,
        "group": merge.group_id,
        "capacity": capacity,
        "updating": updating,
        "skipping": merge.existing == "skip",
    }
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        cursor.execute(_SOON_ON_DISK)
        with cursor.copy(f"COPY import_stage ({', '.join(columns)}) FROM STDIN (FORMAT csv, NULL '\x01')") as copy:
            copy.write(batch.lines)
        cursor.execute(decide(columns, repeats=batch.repeats), facts)
        if capacity is not None:
            cursor.execute(_LIMIT, facts)
        cursor.execute(_COUNT)
        over, repeated, suppressed, existing, added = cursor.fetchone() or (0, 0, 0, 0, 0)
        if updating and (existing or suppressed):
            _update_known(cursor, facts)
        cursor.execute(_ADD_CONTACTS, facts)
        cursor.execute(_ADD_NUMBERS, facts)
        if "more" in columns:
            cursor.execute(_ADD_MORE_NUMBERS, facts)
        if merge.group_id is not None:
            cursor.execute(_JOIN_GROUP, facts)
        if merge.campaign_id is not None or merge.remember:
            cursor.execute(_READY, facts)
        if merge.remember:
            cursor.execute(_ENTRIES, facts)
        reported: list[tuple[int, str, str]] = []
        if over or repeated or suppressed or (existing and not updating):
            cursor.execute(_REPORTED, facts)
            reported = cursor.fetchall()
    return Merged(
        added=added,
        updated=existing if updating else 0,
        duplicates=repeated + (0 if updating else existing),
        suppressed=suppressed,
        over_limit=over,
        reported=reported,
    )


def _update_known(cursor: Any, facts: dict[str, Any]) -> None:
    cursor.execute(_NEW_NUMBERS_OF_KNOWN, facts)
    cursor.execute(_MERGED, facts)
    words = [
        (contact, search_text(name=name, company=company, email=email, numbers=numbers))
        for contact, name, company, email, numbers in cursor.fetchall()
    ]
    ids, searches = [contact for contact, _ in words], [text for _, text in words]
    cursor.execute(_UPDATE, {**facts, "ids": ids, "searches": searches})
