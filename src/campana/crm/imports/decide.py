"""Whether the directory has the contact of a staged row already, and which: one statement for a batch."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

# Found by external id, then by number, then by e-mail (CAM-214). A contact this import added is found again
# by its main number only: two people of one file may share an e-mail address. "again" and the two counts per
# number and contact say that an earlier row of the same file was this one: the first row wins.
#
# Most rows meet nobody, so "met" first asks each index once and in its order, and the ways below are gone for those
# who met somebody. What no column of the file can lead to is not asked. The laterals with LIMIT, the "+ 0",
# "OFFSET 0" (a planner that knows the organisation takes a new one for empty) and enable_seqscan keep a planner
# with old statistics from walking the whole directory.
_DECIDE = """
WITH o AS MATERIALIZED (
    SELECT %(organisation)s::bigint AS organisation,
        NOT EXISTS (SELECT FROM crm_suppression WHERE organisation_id = %(organisation)s) AS nobody_suppressed
), met AS MATERIALIZED (
    __MET__
), known AS MATERIALIZED (
    SELECT s.row, coalesce(__FOUND__) AS found, coalesce(__AGAIN__, false) AS again
    FROM met JOIN import_stage s USING (row) CROSS JOIN o __WAYS__
)
INSERT INTO import_decided (row, contact_id, existing, repeated, suppressed, unreadable)
SELECT q.row, coalesce(q.found, nextval('crm_contact_id_seq')), q.found IS NOT NULL,
    q.again OR q.nth_number > 1 OR q.nth_external > 1 OR q.nth_found > 1,
    CASE WHEN q.nobody_suppressed THEN false ELSE EXISTS (
        SELECT 1 FROM crm_suppression p WHERE p.organisation_id = q.organisation AND p.number = q.number
        AND p.number <> '' AND p.reason <> 'do_not_call_again' AND p.starts_at <= %(now)s
        AND (p.ends_at IS NULL OR p.ends_at > %(now)s)
        AND (p.campaign_id IS NULL OR p.campaign_id = %(campaign)s))
    OR (q.found IS NOT NULL AND EXISTS (SELECT 1 FROM crm_suppression p WHERE p.contact_id = q.found
        AND p.reason <> 'do_not_call_again' AND p.starts_at <= %(now)s
        AND (p.ends_at IS NULL OR p.ends_at > %(now)s)
        AND (p.campaign_id IS NULL OR p.campaign_id = %(campaign)s))) END,
    q.number = ''
FROM (
    SELECT s.row, s.number, o.organisation, o.nobody_suppressed, k.found, coalesce(k.again, false) AS again,
        __NTH_NUMBER__ AS nth_number, __NTH_EXTERNAL__ AS nth_external, coalesce(k.nth, 1) AS nth_found
    FROM import_stage s CROSS JOIN o LEFT JOIN (
        SELECT row, found, again, CASE WHEN found IS NOT NULL
            THEN row_number() OVER (PARTITION BY found ORDER BY row) END AS nth FROM known) k USING (row)
    ORDER BY s.row
) q
"""
_NTH_NUMBER = "row_number() OVER (PARTITION BY s.number, CASE WHEN s.number = '' THEN s.raw END ORDER BY s.row)"
_NTH_EXTERNAL = (
    "CASE WHEN s.external_id = '' THEN 1 ELSE row_number() OVER (PARTITION BY s.external_id ORDER BY s.row) END"
)


@dataclass(frozen=True, slots=True)
class _Way:
    """How a row finds its contact: ``met`` asks the index, ``join`` finds the one contact as ``name``."""

    name: str
    met: str
    join: str


_BY_EXTERNAL_ID = _Way(
    "x",
    """
    SELECT s.row FROM (SELECT row, external_id FROM import_stage WHERE external_id <> '' ORDER BY external_id) s
    CROSS JOIN o CROSS JOIN LATERAL (
        SELECT FROM crm_contact c WHERE c.organisation_id = o.organisation AND c.external_id = s.external_id
            AND c.external_id <> '' LIMIT 1) x""",
    """
    LEFT JOIN LATERAL (
        SELECT c.id, c.last_import_id IS NOT DISTINCT FROM %(import)s AS again FROM crm_contact c
        WHERE c.organisation_id = o.organisation AND c.external_id = s.external_id AND c.external_id <> ''
            AND s.external_id <> '' LIMIT 1) x ON true""",
)
_BY_NUMBER = _Way(
    "m",
    """
    SELECT s.row FROM (SELECT row, number FROM import_stage WHERE number <> '' ORDER BY number) s
    CROSS JOIN o CROSS JOIN LATERAL (
        SELECT FROM crm_contactnumber n WHERE n.organisation_id = o.organisation AND n.number = s.number
            AND n.number <> '' LIMIT 1) n""",
    """
    LEFT JOIN LATERAL (
        SELECT c.id, c.last_import_id IS NOT DISTINCT FROM %(import)s AS again
        FROM crm_contactnumber n JOIN crm_contact c ON c.id = n.contact_id AND c.deleted_at IS NULL
        WHERE s.number <> '' AND __NOT_YET__
            AND n.organisation_id = o.organisation AND n.number = s.number AND n.number <> ''
            AND (n.position = 1 OR c.last_import_id IS DISTINCT FROM %(import)s OR c.created_at <> %(now)s)
        ORDER BY n.position + 0, n.contact_id + 0 LIMIT 1) m ON true""",
)
_BY_EMAIL = _Way(
    "e",
    """
    SELECT s.row FROM (SELECT row, email FROM import_stage WHERE email <> '' ORDER BY email) s
    CROSS JOIN o CROSS JOIN LATERAL (
        SELECT FROM crm_contact c WHERE c.organisation_id = o.organisation AND c.email = s.email AND c.email <> ''
        LIMIT 1) e""",
    """
    LEFT JOIN LATERAL (
        SELECT c.id, c.last_import_id IS NOT DISTINCT FROM %(import)s AS again FROM crm_contact c
        WHERE s.email <> '' AND __NOT_YET__
            AND c.organisation_id = o.organisation AND c.email = s.email AND c.email <> '' AND c.deleted_at IS NULL
            AND (c.last_import_id IS DISTINCT FROM %(import)s OR c.created_at <> %(now)s)
        ORDER BY c.id + 0 LIMIT 1) e ON true""",
)
_BY_UNREADABLE = _Way(
    "b",
    "SELECT s.row FROM import_stage s WHERE s.number = ''",
    """
    LEFT JOIN LATERAL (
        SELECT c.id, NULL::boolean AS again
        FROM crm_contactnumber n JOIN crm_contact c ON c.id = n.contact_id AND c.deleted_at IS NULL
        WHERE s.number = '' AND __NOT_YET__
            AND n.organisation_id = o.organisation AND n.raw = s.raw AND n.valid = false
        LIMIT 1) b ON true""",
)


def decide(columns: Collection[str], *, repeats: bool) -> str:
    """The statement for a file that fills these columns of the staging table."""
    ways = [_BY_NUMBER]
    if "email" in columns:
        ways.append(_BY_EMAIL)
    if "external_id" in columns:
        ways.insert(0, _BY_EXTERNAL_ID)
    if repeats:
        ways.append(_BY_UNREADABLE)
    joins = [
        way.join.replace("__NOT_YET__", " AND ".join(f"{before.name}.id IS NULL" for before in ways[:place]) or "true")
        for place, way in enumerate(ways)
    ]
    return (
        _DECIDE.replace("__MET__", "\n    UNION\n".join(way.met for way in ways))
        .replace("__WAYS__", "".join(joins))
        .replace("__FOUND__", ", ".join(f"{way.name}.id" for way in ways))
        .replace("__AGAIN__", ", ".join(f"{way.name}.again" for way in ways))
        .replace("__NTH_NUMBER__", _NTH_NUMBER if repeats else "1")
        .replace("__NTH_EXTERNAL__", _NTH_EXTERNAL if "external_id" in columns else "1")
    )
