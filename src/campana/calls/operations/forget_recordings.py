"""Deleting recordings whose time is over (CRM-803): the file, and the attempt's word of it."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Final

import structlog

from campana.accounts.models import Organisation
from campana.calls.models import Attempt
from campana.calls.queries.recordings import NoRecording, recording_file
from campana.kernel.clock import Instant

HELPING: Final = 500
log = structlog.get_logger("campana.calls")


def forget_recordings(*, now: Instant) -> int:
    """Of every organisation that keeps them for a time only; how many. The file goes first, so that none is lost
    sight of: whoever is interrupted begins again with the same attempt."""
    forgotten = 0
    for organisation in Organisation.objects.filter(recordings_days__gt=0):
        old = Attempt.objects.filter(
            organisation=organisation, ended_at__lt=now - timedelta(days=organisation.recordings_days)
        ).exclude(recording="")
        last, kept = 0, 0
        while rows := list(old.filter(pk__gt=last).order_by("pk")[:HELPING]):
            last = rows[-1].pk
            gone = [row.pk for row in rows if _gone(row)]
            kept += len(rows) - len(gone)
            forgotten += Attempt.objects.filter(pk__in=gone).update(recording="", recording_seconds=None)
        if kept:
            log.error("recordings can not be deleted", organisation=organisation.pk, recordings=kept)
    return forgotten


def _gone(row: Attempt) -> bool:
    """One that can not be deleted stays known, and keeps no other."""
    try:
        delete_recording(row.recording)
    except OSError:
        return False
    return True


def delete_recording(name: str) -> None:
    """Its file, if there is one. Raises OSError where that may not be deleted."""
    with suppress(NoRecording):
        recording_file(name).unlink(missing_ok=True)
