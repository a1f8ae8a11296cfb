"""Clearing away what imports leave on the disk: uploaded files and error files hold people's data.

After ``KEPT`` an import keeps its figures only. A file that was uploaded and never started goes after ``WAITS``.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db.models import Q
from procrastinate.contrib.django.models import ProcrastinateJob

from campana.crm.imports.run import QUEUED, RUNNING, error_path, fail_import
from campana.crm.models import ContactImport
from campana.crm.operations.imports import RUN_IMPORT, file_of
from campana.kernel.clock import Instant

KEPT: Final = timedelta(days=30)
WAITS: Final = timedelta(days=7)
_STRAY: Final = timedelta(days=1)
_LIVE_JOB: Final = ("todo", "doing")


def clear_imports(*, now: Instant) -> int:
    """Of all organisations; how many were cleared. Files that belong to no import go a day after they were written."""
    states = ContactImport.State
    ended = Q(state__in=[states.FINISHED, states.CANCELLED, states.FAILED], finished_at__lt=now - KEPT)
    forgotten = Q(state=states.UPLOADED, created_at__lt=now - WAITS)
    cleared = 0
    for imported in ContactImport.objects.filter(ended | forgotten, cleared_at__isnull=True):
        if imported.path:
            file_of(imported).unlink(missing_ok=True)
        error_path(imported).unlink(missing_ok=True)
        changes = {"cleared_at": now, "error_path": ""}
        if imported.state == states.UPLOADED:
            changes |= {"state": states.CANCELLED, "finished_at": now}
        cleared += ContactImport.objects.filter(pk=imported.pk, state=imported.state).update(**changes)
    _clear_strays(now)
    return cleared


def _clear_strays(now: Instant) -> None:
    """Of uploads that were rolled back, and of imports that are gone."""
    folder = Path(settings.MEDIA_ROOT, "imports")
    known = set(ContactImport.objects.filter(cleared_at__isnull=True).values_list("pk", flat=True))
    for path in folder.glob("*/*"):
        number = path.name.partition(".")[0].partition("-")[0]
        old = path.stat().st_mtime < (now - _STRAY).timestamp()
        if old and not (number.isdigit() and int(number) in known):
            path.unlink(missing_ok=True)


def fail_abandoned(*, now: Instant) -> int:
    """Imports under way that no job carries any more, because it broke for good: failed, with words."""
    failed = 0
    for pk in ContactImport.objects.filter(state__in=[QUEUED, RUNNING]).values_list("pk", flat=True):
        jobs = ProcrastinateJob.objects.filter(task_name=RUN_IMPORT, status__in=_LIVE_JOB, args__import_id=pk)
        if not jobs.exists():
            fail_import(import_id=pk, now=now)
            failed += 1
    return failed
