"""A talk that ends while the engine or its connection is away keeps its recording, for as long as others are kept."""

from __future__ import annotations

import wave
from datetime import timedelta
from errno import EROFS
from pathlib import Path
from typing import Any

import pytest

from campana.accounts.models import Organisation
from campana.calls.models import Attempt
from campana.calls.operations.find_recordings import find_recordings
from campana.calls.operations.forget_recordings import forget_recordings
from campana.kernel.ids import first_attempt_at
from campana.tenancy import system_scope
from support.calls import attempt, bare_campaign
from support.cast import NOW, Cast

pytestmark = pytest.mark.django_db


def test_a_recording_whose_end_was_not_heard_is_found_and_forgotten_in_time(
    cast: Cast, settings: Any, tmp_path: Path
) -> None:
    settings.RECORDINGS_ROOT = tmp_path
    with system_scope():
        campaign = bare_campaign(cast.lumen)
        lost, talking, quiet = (
            attempt(campaign, cast.alice_agent, id=first_attempt_at(NOW) + n, recording="", ended_at=ended)
            for n, ended in enumerate((NOW, None, NOW))
        )
        for row in (lost, talking):
            with wave.open(str(tmp_path / f"{row.pk:x}.wav"), "wb") as sound:
                sound.setnchannels(1)
                sound.setsampwidth(2)
                sound.setframerate(8000)
                sound.writeframes(b"\0\0" * 20_000)
        assert find_recordings(now=NOW + timedelta(minutes=10)) == 1
        assert find_recordings(now=NOW + timedelta(minutes=20)) == 0
        known = {row.pk: (row.recording, row.recording_seconds) for row in Attempt.objects.all()}
        assert known == {lost.pk: (f"{lost.pk:x}", 2.5), talking.pk: ("", None), quiet.pk: ("", None)}
        Organisation.objects.filter(pk=cast.lumen.pk).update(recordings_days=30)
        forget_recordings(now=NOW + timedelta(days=31))
    assert [path.stem for path in tmp_path.iterdir()] == [f"{talking.pk:x}"]


def test_a_recording_that_can_not_be_deleted_keeps_no_other(
    cast: Cast, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.RECORDINGS_ROOT = tmp_path
    unlink = Path.unlink

    def guarded(path: Path, missing_ok: bool = False) -> None:
        if path.stem == "stuck":
            raise OSError(EROFS, "Read-only file system", str(path))
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", guarded)
    with system_scope():
        campaign = bare_campaign(cast.lumen)
        for name in ("stuck", "free"):
            attempt(campaign, cast.alice_agent, recording=name, ended_at=NOW)
            (tmp_path / f"{name}.wav").write_bytes(b"RIFF")
        Organisation.objects.filter(pk=cast.lumen.pk).update(recordings_days=30)
        assert forget_recordings(now=NOW + timedelta(days=31)) == 1
        assert set(Attempt.objects.values_list("recording", flat=True)) == {"stuck", ""}
