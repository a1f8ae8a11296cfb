"""Recordings whose end nobody heard: the talk was over while the engine or its connection to the switch was away.

The switch ends the file all the same. Without the attempt's word of it nobody could listen, and it would never be
forgotten.
"""

from __future__ import annotations

import wave
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Final

from campana.calls.models import Attempt
from campana.calls.queries.recordings import NoRecording, recording_file
from campana.kernel.clock import Instant
from campana.kernel.ids import AttemptId, first_attempt_at, recording_name

BACK: Final = timedelta(days=3)
SETTLED: Final = timedelta(minutes=5)
"""After so long the switch has told the end of a recording, or will not."""


def find_recordings(*, now: Instant) -> int:
    """Of all organisations: call in ``system_scope``. How many were found."""
    found = 0
    silent = Attempt.objects.filter(
        pk__gte=first_attempt_at(now - BACK), connected_at__isnull=False, ended_at__lt=now - SETTLED, recording=""
    )
    for pk in silent.values_list("pk", flat=True).iterator():
        name = recording_name(AttemptId(pk))
        with suppress(NoRecording):
            seconds = _seconds(recording_file(name))
            row = Attempt.objects.filter(pk=pk, recording="")
            found += row.update(recording=name, recording_seconds=seconds)
    return found


def _seconds(path: Path) -> float | None:
    try:
        with wave.open(str(path)) as sound:
            return float(round(sound.getnframes() / sound.getframerate(), 2))
    except (wave.Error, EOFError, FileNotFoundError):  # the last: forgotten at this very moment
        return None
