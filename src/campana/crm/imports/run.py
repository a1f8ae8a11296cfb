"""Running an import from its watermark to its end, batch by batch.

Reading and checking go on in a thread while the database merges the batch before. ``ContactImport.rows`` is
the watermark: it moves in the transaction that merges a batch, so an import killed at any moment resumes
behind the last whole batch. Two runs of one organisation exclude each other by an advisory lock.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils import translation

from campana.accounts.models import User
from campana.crm.imports.batches import Batch
from campana.crm.imports.errors import ErrorFile, ordered
from campana.crm.imports.prefetch import prefetched
from campana.crm.imports.problems import BadFile, ErrorLine, FileProblem, RowProblem, RunProblem
from campana.crm.imports.reading import Source, data_rows, open_source
from campana.crm.imports.staging import Merged
from campana.crm.imports.work import Work, work_of
from campana.crm.models import ContactImport
from campana.kernel.clock import Instant
from campana.kernel.refusals import Refused
from campana.relay import facts

BATCH: Final = 20_000
MAX_TRIES: Final = 4
"""Times a worker takes up an import that does not get on between them."""
QUEUED, RUNNING = ContactImport.State.QUEUED, ContactImport.State.RUNNING
_LOCK: Final = 0x1A9057
"""First half of the advisory lock's key; the second is the organisation."""


class Busy(Refused):
    code = "import_busy"
    detail = "Another import of the organisation is running."


class _Cancelled(Exception):
    """The import was cancelled while a batch was under way; the batch is rolled back."""


def run_import(*, import_id: int, now: Instant, batch_size: int = BATCH) -> ContactImport:
    """Run or resume an import inside the organisation's scope. Idempotent: a finished one stays as it is.

    Raises Busy when another import of the organisation runs.
    """
    imported = ContactImport.objects.select_related("organisation", "author").get(pk=import_id)
    if not _lock(imported.organisation_id):
        raise Busy
    try:
        imported = ContactImport.objects.select_related("organisation", "author").get(pk=import_id)
        if imported.state not in {QUEUED, RUNNING}:
            return imported
        begun = _begin(imported, now)
        imported.refresh_from_db()
        if not begun:
            return imported
        with translation.override(_language(imported.author, imported)):
            _run(imported, now, batch_size)
    finally:
        _unlock(imported.organisation_id)
    imported.refresh_from_db()
    return imported


def _begin(imported: ContactImport, now: Instant) -> bool:
    """Mark it as running and count the try. One that never gets on is failed instead: its worker died of it."""
    rows = ContactImport.objects.filter(pk=imported.pk, state__in=[QUEUED, RUNNING])
    if imported.tries >= MAX_TRIES:
        fail_import(import_id=imported.pk, now=now)
        return False
    # The instant of the first start stays: by it rows of this import are told from older contacts.
    begun = rows.update(state=RUNNING, started_at=imported.started_at or now, tries=F("tries") + 1)
    return bool(begun)


def fail_import(*, import_id: int, now: Instant) -> None:
    """It broke for good: said in words, and people may try it again."""
    imported = ContactImport.objects.get(pk=import_id)
    _end(imported, ContactImport.State.FAILED, now, RunProblem.BROKE)


def _run(imported: ContactImport, now: Instant, batch_size: int) -> None:
    errors = ErrorFile(error_path(imported), keep=imported.error_bytes)
    try:
        source = open_source(
            Path(settings.MEDIA_ROOT, imported.path), encoding=imported.encoding, delimiter=imported.delimiter
        )
        if imported.rows_total is None:
            ContactImport.objects.filter(pk=imported.pk).update(rows_total=about_rows(source))
        work = work_of(imported, source)
        for batch in prefetched(_batches(imported, source, work, batch_size)):
            _merge(imported, batch, errors, work)
    except _Cancelled:
        return
    except BadFile as bad:
        _end(imported, ContactImport.State.FAILED, now, bad.problem.value)
    except Refused as refused:
        _end(imported, ContactImport.State.FAILED, now, refused.code)
    else:
        _end(imported, ContactImport.State.FINISHED, now, "")
    finally:
        errors.close()


def _batches(imported: ContactImport, source: Source, work: Work, size: int) -> Iterator[Batch]:
    """Checked batches from the watermark on. Touches no database: it runs in a thread of its own."""
    limit, done = imported.options.get("row_limit"), imported.rows
    rows = data_rows(source, header=imported.options.get("header", True), skip=imported.rows)
    while found := list(islice(rows, size)):
        room = len(found) if limit is None else max(0, limit - done)
        batch = work.read(found[:room])
        over = [ErrorLine(number, "", "", RowProblem.OVER_LIMIT) for number, _ in found[room:]]
        batch.read, batch.over = len(found), len(over)
        batch.errors += over
        done += len(found)
        yield batch


def _merge(imported: ContactImport, batch: Batch, errors: ErrorFile, work: Work) -> None:
    with transaction.atomic():
        merged = work.merge(batch) if batch.lines else Merged(0, 0, 0, 0, 0, [])
        _move_watermark(imported, batch, merged, errors)


def _move_watermark(imported: ContactImport, batch: Batch, merged: Merged, errors: ErrorFile) -> None:
    phone = imported.options.get("headers", {}).get("phone", "")
    said = [ErrorLine(row, phone, number, reason) for row, number, reason in merged.reported]
    lines = ordered(batch.errors, said)
    size = errors.write(lines) if lines else errors.bytes
    changed = ContactImport.objects.filter(pk=imported.pk, state=ContactImport.State.RUNNING).update(
        rows=F("rows") + batch.read,
        added=F("added") + merged.added,
        updated=F("updated") + merged.updated,
        duplicates=F("duplicates") + merged.duplicates,
        invalid=F("invalid") + batch.invalid,
        suppressed=F("suppressed") + merged.suppressed,
        over_limit=F("over_limit") + merged.over_limit + batch.over,
        completed=F("completed") + batch.completed,
        error_bytes=size,
        error_rows=F("error_rows") + len(lines),
        error_path=error_name(imported) if size else "",
        tries=0,
    )
    if not changed:
        raise _Cancelled


def _end(imported: ContactImport, state: ContactImport.State, now: Instant, problem: str) -> None:
    with transaction.atomic():
        live = ContactImport.objects.filter(pk=imported.pk, state__in=[QUEUED, RUNNING])
        ended = live.update(state=state, problem=problem, finished_at=now)
        if state == ContactImport.State.FINISHED:
            ContactImport.objects.filter(pk=imported.pk).update(rows_total=F("rows"))
        if ended:
            _tell(imported.pk, now)


_TOLD = ("state", "problem", "rows", "added", "updated", "duplicates", "invalid", "suppressed", "over_limit")


def _tell(import_id: int, now: Instant) -> None:
    row = ContactImport.objects.get(pk=import_id)
    event = {"import_id": import_id, "campaign_id": row.campaign_id, **{name: getattr(row, name) for name in _TOLD}}
    facts.publish(row.organisation_id, [(facts.IMPORT_FINISHED, {**event, "at": now.isoformat()})], now)


def about_rows(source: Source) -> int | None:
    """How many rows the file may have, for the progress bar: its line ends. None for a workbook."""
    if source.encoding == "" or source.encoding.startswith("utf-16"):
        return None
    with source.path.open("rb") as file:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1024 * 1024), b""))


def error_name(imported: ContactImport) -> str:
    return f"imports/{imported.organisation_id}/{imported.pk}-errors.csv"


def error_path(imported: ContactImport) -> Path:
    return Path(settings.MEDIA_ROOT, error_name(imported))


def _language(author: User | None, imported: ContactImport) -> str:
    return (getattr(author, "language", "") if author else "") or imported.organisation.language or "en"


def _lock(organisation_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCK, organisation_id % 2**31])
        row = cursor.fetchone()
    return bool(row and row[0])


def _unlock(organisation_id: int) -> None:
    if connection.connection is None or connection.connection.closed:
        return  # the lock went with the connection
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCK, organisation_id % 2**31])


__all__ = ["BATCH", "Busy", "FileProblem", "error_path", "fail_import", "run_import"]
