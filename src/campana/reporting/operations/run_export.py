"""Making the file, batch by batch: progress is written down and a wish to cancel is looked for after each."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Final

from django.db.models import QuerySet
from django.utils import translation

from campana.accounts.actors import Actor
from campana.accounts.queries import actor_of_user
from campana.kernel.clock import Instant
from campana.reporting.columns import chosen
from campana.reporting.files import Words, opened
from campana.reporting.models import Export
from campana.reporting.operations.ask_export import SEPARATORS
from campana.reporting.operations.fetch_export import path_of
from campana.reporting.operations.forget_exports import KEPT
from campana.reporting.queries import batches
from campana.scripts.models import Result

NO_AUTHOR: Final = "no_author"
BROKEN: Final = "broken"


def run_export(*, export_id: int, clock: Callable[[], Instant]) -> None:
    """Begun again after a crash it begins at the first row: a half file is never given out.

    What the file holds is what its author may see at this moment.
    """
    rows = Export.objects.filter(pk=export_id, state__in=[Export.State.QUEUED, Export.State.RUNNING])
    export = rows.select_related("organisation", "author", "campaign").first()
    if export is None or not rows.update(state=Export.State.RUNNING, rows=0):
        return
    actor = actor_of_user(export.author, None) if export.author is not None else None
    if actor is None:
        rows.update(state=Export.State.FAILED, problem=NO_AUTHOR, finished_at=clock())
        return
    try:
        with translation.override(export.language):
            done = _write(export, rows, actor)
    except Exception:
        rows.update(state=Export.State.FAILED, problem=BROKEN, finished_at=clock())
        raise
    if done:
        now = clock()
        rows.update(
            state=Export.State.FINISHED,
            finished_at=now,
            expires_at=now + KEPT,
            bytes=path_of(export).stat().st_size,
        )


def _write(export: Export, rows: QuerySet[Export], actor: Actor) -> bool:
    """Whether the whole file is there; False when somebody cancelled it."""
    columns = chosen(export.kind, export.organisation, export.columns)
    results = dict(Result.objects.filter(organisation=export.organisation).values_list("pk", "name"))
    words = Words(columns, zone=export.time_zone, masks=actor.masks_numbers, results=results)
    path = path_of(export)
    half = path.with_suffix(".part")
    file = opened(half, export.format, words.head, SEPARATORS[export.narrowed.get("separator", "comma")])
    written = 0
    try:
        for batch in batches(export, actor, columns):
            file.write(map(words.row, batch))
            written += len(batch)
            if not rows.update(rows=written):
                return False
        file.close()
        os.replace(half, path)
        return True
    finally:
        if half.exists():
            half.unlink()
