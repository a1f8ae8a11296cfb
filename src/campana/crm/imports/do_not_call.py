"""A do-not-call list as a file: number, reason, end, note, a row an entry (CRM-165 to CRM-167).

Each row ends as added, duplicate (the number is on the list already for the same reason and at least as long, by an
entry or an earlier row), invalid or over the limit. A later row with a later end adds an entry: nobody who asked for
longer is called because a shorter row stood first.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from django.conf import settings
from django.db import connection
from django.utils import translation
from django.utils.translation import gettext_noop

from campana.crm.imports.batches import Batch
from campana.crm.imports.cells import BadCell, read_moment
from campana.crm.imports.problems import ErrorLine, RowProblem
from campana.crm.imports.reading import Row
from campana.crm.imports.rows import MAX_RAW, Checked, clean
from campana.crm.imports.staging import Merged
from campana.crm.imports.vocabulary import Vocabulary, key_of
from campana.crm.models import Suppression
from campana.crm.numbers import Reader
from campana.kernel.clock import Instant

REASONS: Final[dict[str, str]] = {
    Suppression.Reason.OPT_OUT: gettext_noop("Asked not to be called"),
    Suppression.Reason.COMPLAINT: gettext_noop("Complaint"),
    Suppression.Reason.REGISTER: gettext_noop("On a public register"),
    Suppression.Reason.OTHER: gettext_noop("Other reason"),
}
LABELS: Final[dict[str, str]] = {
    "phone": gettext_noop("Phone"),
    "reason": gettext_noop("Reason"),
    "ends_at": gettext_noop("Until"),
    "note": gettext_noop("In their words"),
}
DO_NOT_CALL: Final = Vocabulary(
    LABELS,
    {
        "phone": "phone|phone number|telephone|telephone number|mobile|number|tel|msisdn"
        "|điện thoại|số điện thoại|sđt|sdt|di động|telefon|telefonní číslo|mobil|číslo"
        "|телефон|номер телефона|номер|мобильный",
        "reason": "reason|why|lý do|důvod|причина",
        "ends_at": "until|end|ends|ends at|valid until|expires|expiry|đến|đến ngày|hết hạn|do|platí do|konec"
        "|до|по|окончание|действует до",
        "note": "note|notes|comment|in their words|ghi chú|poznámka|примечание|комментарий",
    },
)
_MAX_NOTE = 255
_COLUMNS = ("row", "number", "reason", "ends_at", "note")


@dataclass(frozen=True, slots=True)
class ListPlan:
    """Everything needed to read the rows of one list."""

    headers: Sequence[str]
    mapping: Sequence[str]
    country: str
    zone: str
    now: Instant
    reason: str
    """Of rows that give none."""


class ListReader:
    """Call it with the rows of a batch; ``row`` reads one."""

    def __init__(self, plan: ListPlan) -> None:
        self.plan = plan
        self.numbers = Reader(plan.country)
        self._at = {target: index for index, target in enumerate(plan.mapping) if target}

    def __call__(self, rows: Sequence[Row]) -> Batch:
        batch = Batch(read=len(rows), columns=_COLUMNS)
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        for number, cells in rows:
            checked = self.row(number, cells)
            batch.invalid += checked.invalid
            batch.completed += checked.completed
            batch.errors += checked.errors
            if checked.staged is not None:
                writer.writerow(checked.staged)
        batch.lines = text.getvalue()
        return batch

    def row(self, row: int, cells: Sequence[str]) -> Checked:
        errors: list[ErrorLine] = []

        def report(target: str, reason: str) -> None:
            column = self.plan.headers[self._at[target]]
            errors.append(ErrorLine(row, column, self._cell(cells, target)[:200], reason))

        reading = self.numbers(self._cell(cells, "phone")[:MAX_RAW])
        if reading.problem is not None:
            report("phone", reading.problem)
        reason, ends_at = self.plan.reason, ""
        if text := clean(self._cell(cells, "reason")):
            reason = _reasons().get(key_of(text), "")
            if not reason:
                report("reason", RowProblem.UNKNOWN_REASON)
        if text := clean(self._cell(cells, "ends_at")):
            try:
                end = read_moment(text, self.plan.zone)
            except BadCell as problem:
                report("ends_at", problem.reason)
            else:
                ends_at = end.isoformat()
                if end <= self.plan.now:
                    report("ends_at", RowProblem.ENDED)
        note = clean(self._cell(cells, "note"))
        if len(note) > _MAX_NOTE:
            report("note", RowProblem.TOO_LONG)
        if errors:
            return Checked(None, True, False, errors)
        return Checked((row, reading.number, reason, ends_at, note), False, reading.completed)

    def _cell(self, cells: Sequence[str], target: str) -> str:
        index = self._at.get(target, -1)
        return cells[index] if 0 <= index < len(cells) else ""


@cache
def _reasons() -> Mapping[str, str]:
    """Codes, and words in every language of the product, to codes."""
    found = {key_of(code): code for code in REASONS}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found |= {key_of(translation.gettext(word)): code for code, word in REASONS.items()}
    return found


_TABLE = """
CREATE TEMP TABLE IF NOT EXISTS import_list (
    row integer NOT NULL, number text NOT NULL, reason text NOT NULL, ends_at timestamptz, note text NOT NULL
) ON COMMIT DELETE ROWS;
DELETE FROM import_list;
SET LOCAL jit = off;
"""

_COPY = f"COPY import_list ({', '.join(_COLUMNS)}) FROM STDIN (FORMAT csv, FORCE_NOT_NULL (note))"

# "As long": an end never given is later than any.
_MERGE = """
WITH judged AS (
    SELECT l.*,
        coalesce(max(coalesce(l.ends_at, 'infinity')) OVER (
            PARTITION BY l.number, l.reason ORDER BY l.row ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
            >= coalesce(l.ends_at, 'infinity'), false) AS repeated,
        EXISTS (SELECT FROM crm_suppression p
            WHERE p.organisation_id = %(organisation)s AND p.number = l.number AND p.number <> ''
            AND p.contact_id IS NULL AND p.campaign_id IS NULL AND p.reason = l.reason AND p.starts_at <= %(now)s
            AND (p.ends_at IS NULL OR p.ends_at > %(now)s)
            AND coalesce(p.ends_at, 'infinity') >= coalesce(l.ends_at, 'infinity')) AS known
    FROM import_list l
), added AS (
    INSERT INTO crm_suppression (organisation_id, number, reason, note, source, created_by_id, starts_at, ends_at)
    SELECT %(organisation)s, number, reason, note, 'import', %(author)s, %(now)s, ends_at
    FROM judged WHERE NOT repeated AND NOT known ON CONFLICT DO NOTHING
    RETURNING number, reason, ends_at
)
SELECT j.row, j.number, CASE WHEN j.repeated THEN 'duplicate_in_file' WHEN j.known OR a.number IS NULL THEN 'listed' END
FROM judged j LEFT JOIN added a ON a.number = j.number AND a.reason = j.reason
    AND a.ends_at IS NOT DISTINCT FROM j.ends_at
ORDER BY j.row
"""


def merge_list(batch: Batch, *, organisation_id: int, author_id: int | None, now: datetime) -> Merged:
    """Merge the rows of ``batch`` inside the caller's transaction; ``now`` is the import's start."""
    facts: dict[str, Any] = {"organisation": organisation_id, "author": author_id, "now": now}
    with connection.cursor() as cursor:
        cursor.execute(_TABLE)
        with cursor.copy(_COPY) as copy:
            copy.write(batch.lines)
        cursor.execute(_MERGE, facts)
        rows = cursor.fetchall()
    reported = [row for row in rows if row[2]]
    return Merged(
        added=len(rows) - len(reported),
        updated=0,
        duplicates=len(reported),
        suppressed=0,
        over_limit=0,
        reported=reported,
    )


def default_reason(given: object) -> str:
    """The reason for rows that give none; a register, unless something else is chosen."""
    return str(given) if given in REASONS else Suppression.Reason.REGISTER.value
