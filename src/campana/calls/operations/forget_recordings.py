"""Deleting recordings whose time is over (CRM-803): the file, and the attempt's word of it."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Final

from campana.accounts.models import Organisation
from campana.calls.models import Attempt
from campana.calls.queries.recordings import NoRecording, recording_file
from campana.kernel.clock import Instant

HELPING: Final = 500


def forget_recordings(*, now: Instant) -> int:
    """Of every organisation that keeps them for a time only; how many. The file goes first, so that none is lost
    sight of: whoever is interrupted begins again with the same attempt."""
    forgotten = 0
    for organisation in Organisation.objects.filter(recordings_days__gt=0):
        old = Attempt.objects.filter(
            organisation=organisation, ended_at__lt=now - timedelta(days=organisation.recordings_days)
        ).exclude(recording="")
        while rows := list(old.order_by("pk")[:HELPING]):
            for row in rows:
                with suppress(NoRecording):
                    recording_file(row).unlink(missing_ok=True)
            ids = [row.pk for row in rows]
            forgotten += Attempt.objects.filter(pk__in=ids).update(recording="", recording_seconds=None)
    return forgotten
