"""Deleting files whose time is over. What was exported, when and by whom stays."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from campana.kernel.clock import Instant
from campana.reporting.models import Export
from campana.reporting.operations.fetch_export import path_of

KEPT: Final = timedelta(hours=24)
STUCK: Final = timedelta(hours=6)
"""A job that has made nothing of an export for so long will not any more."""


def forget_exports(*, now: Instant) -> int:
    """Of all organisations: call in ``system_scope``. Returns how many files went."""
    gone = 0
    for export in Export.objects.filter(state=Export.State.FINISHED, expires_at__lte=now, bytes__gt=0):
        path_of(export).unlink(missing_ok=True)
        gone += Export.objects.filter(pk=export.pk).update(bytes=0)
    Export.objects.filter(state__in=[Export.State.QUEUED, Export.State.RUNNING], created_at__lt=now - STUCK).update(
        state=Export.State.FAILED, problem="stuck", finished_at=now
    )
    return gone
