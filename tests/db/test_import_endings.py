"""Imports that broke for good and are tried again, and what they leave on the disk."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from campana.crm.imports import run as running
from campana.crm.imports.problems import words
from campana.crm.imports.run import MAX_TRIES, error_path, run_import
from campana.crm.models import Contact, ContactImport
from campana.crm.operations import retry_import, start_import, upload_import
from campana.crm.operations.clear_imports import KEPT, WAITS, clear_imports, fail_abandoned
from campana.crm.operations.imports import ImportState, NothingToTryAgain
from campana.tenancy import organisation_scope, system_scope
from support.cast import NOW, Cast, actor
from support.tables import csv_bytes

ROWS = [["Name", "Phone", "E-mail"], *(["x", f"60100000{n}", "family@example.org"] for n in range(8)), ["bad", "x", ""]]


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def lumen(cast: Cast) -> Iterator[Cast]:
    with organisation_scope(cast.lumen.pk):
        yield cast


def queued(cast: Cast) -> ContactImport:
    who = actor(cast.carol)
    row = upload_import(actor=who, file_name="x.csv", chunks=[csv_bytes(ROWS)], now=NOW)
    return start_import(actor=who, imported=row, now=NOW)


class Broken(Exception):
    pass


def break_from(monkeypatch: pytest.MonkeyPatch, batch: int) -> None:
    """From the ``batch``-th on every batch breaks."""
    move, calls = running._move_watermark, list[int]()

    def breaking(*arguments: Any) -> None:
        calls.append(1)
        if len(calls) >= batch:
            raise Broken
        move(*arguments)

    monkeypatch.setattr(running, "_move_watermark", breaking)


def test_an_import_that_never_gets_on_fails_with_words_and_is_tried_again(
    lumen: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = queued(lumen)
    with monkeypatch.context() as broken:
        break_from(broken, 2)
        for _ in range(MAX_TRIES + 1):
            with pytest.raises(Broken):
                run_import(import_id=row.pk, now=NOW, batch_size=3)
        # The first try got on, so it is not counted.
        row = run_import(import_id=row.pk, now=NOW, batch_size=3)
    assert (row.state, row.problem, row.rows, row.finished_at) == ("failed", "import_broke", 3, NOW)
    assert words(row.problem).endswith("What was imported stays.")
    later = NOW + timedelta(hours=1)
    row = retry_import(actor=actor(lumen.carol), imported=row, now=later)
    assert (row.state, row.problem) == ("queued", "")
    assert ProcrastinateJob.objects.filter(args__import_id=row.pk, status="todo").count() == 2
    row = run_import(import_id=row.pk, now=later, batch_size=3)
    assert (row.state, row.added, row.invalid, row.duplicates) == ("finished", 8, 1, 0), "nobody twice, no family lost"
    assert row.started_at == NOW


def test_an_import_no_job_carries_any_more_is_failed(lumen: Cast) -> None:
    row, carried = queued(lumen), queued(lumen)
    ContactImport.objects.update(state="running", started_at=NOW)
    ProcrastinateJob.objects.filter(args__import_id=row.pk).update(status="failed")
    with system_scope():
        assert fail_abandoned(now=NOW) == 1
    row.refresh_from_db()
    carried.refresh_from_db()
    assert (row.state, row.problem, carried.state) == ("failed", "import_broke", "running")


def test_only_a_failed_import_with_its_file_is_tried_again(lumen: Cast, files: Path) -> None:
    row = queued(lumen)
    with pytest.raises(ImportState):
        retry_import(actor=actor(lumen.carol), imported=row, now=NOW)
    ContactImport.objects.update(state="failed")
    (files / row.path).unlink()
    with pytest.raises(NothingToTryAgain):
        retry_import(actor=actor(lumen.carol), imported=row, now=NOW)


def test_files_are_cleared_away_after_their_time_and_figures_stay(lumen: Cast, files: Path) -> None:
    done = run_import(import_id=queued(lumen).pk, now=NOW)
    fresh = run_import(import_id=queued(lumen).pk, now=NOW)
    ContactImport.objects.filter(pk=fresh.pk).update(finished_at=NOW + timedelta(days=1))
    live = queued(lumen)
    forgotten = upload_import(
        actor=actor(lumen.carol), file_name="x.csv", chunks=[b"Phone\n601000001\n"], now=NOW + KEPT - WAITS
    )
    assert error_path(done).exists()
    moment = NOW + KEPT + timedelta(minutes=1)
    with system_scope():
        assert clear_imports(now=NOW + KEPT - timedelta(minutes=1)) == 0
        assert clear_imports(now=moment) == 2
        assert clear_imports(now=moment) == 0
    kept = {path.name for path in (files / "imports").glob("*/*")}
    assert kept == {f"{fresh.pk}.upload", f"{fresh.pk}-errors.csv", f"{live.pk}.upload"}
    done.refresh_from_db()
    forgotten.refresh_from_db()
    assert (done.state, done.added, done.error_path, done.cleared_at) == ("finished", 8, "", moment)
    assert (forgotten.state, forgotten.cleared_at) == ("cancelled", moment)
    assert Contact.objects.count() == 9, "one of them invalid"


def test_files_of_no_import_go_after_a_day(lumen: Cast, files: Path) -> None:
    folder = files / "imports" / str(lumen.lumen.pk)
    folder.mkdir(parents=True)
    old, young = folder / "987654.upload", folder / "987655.upload"
    for path, age in ((old, 2), (young, 0)):
        path.write_bytes(b"x")
        written = (NOW - timedelta(days=age)).timestamp()
        os.utime(path, (written, written))
    with system_scope():
        clear_imports(now=NOW)
    assert (old.exists(), young.exists()) == (False, True)
