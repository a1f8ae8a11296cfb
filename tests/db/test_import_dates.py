"""Dates in a file that stand for none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from campana.campaigns.models import Task
from campana.crm.imports.run import run_import
from campana.crm.models import Suppression
from campana.crm.operations import start_import, upload_import
from campana.engine.outputs import ReserveTasks
from campana.runtime.selection import reserve
from campana.tenancy import organisation_scope
from support import campaigns as make
from support.cast import NOW, Cast, actor
from support.tables import csv_bytes

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def lumen(cast: Cast) -> Iterator[Cast]:
    with organisation_scope(cast.lumen.pk):
        yield cast


@pytest.mark.parametrize(
    ("zone", "head", "text"),
    [
        ("Asia/Ho_Chi_Minh", "Not before", "0001-01-01 00:00:00"),
        ("Europe/Prague", "Not before", "01.01.0001"),
        ("America/New_York", "Not after", "9999-12-31 23:59:59"),
    ],
)
def test_a_date_that_stands_for_none_stops_no_engine(lumen: Cast, zone: str, head: str, text: str) -> None:
    lumen.lumen.time_zone = zone
    lumen.lumen.save()
    campaign, who = make.draft(lumen), actor(lumen.carol)
    rows = [["Name", "Phone", head], ["x", "+420 601 000 001", text], ["y", "+420 601 000 002", ""]]
    row = upload_import(actor=who, file_name="x.csv", chunks=[csv_bytes(rows)], campaign_id=campaign.pk, now=NOW)
    row = run_import(import_id=start_import(actor=who, imported=row, now=NOW).pk, now=NOW)
    assert (row.state, row.added) == ("finished", 2)
    assert len(list(Task.objects.filter(campaign=campaign))) == 2
    wish = ReserveTasks(campaign.pk, 1, limit=10, zones=None, agents=())  # type: ignore[arg-type]
    assert len(reserve(wish, fencing=1, frequency_cap=0, now=NOW).tasks) == 2


def test_an_end_for_ever_in_a_list_can_be_read_back(lumen: Cast) -> None:
    lumen.lumen.time_zone = "America/New_York"
    lumen.lumen.save()
    rows = [["Phone", "Until"], ["+420 601 000 001", "9999-12-31 23:59:59"]]
    who = actor(lumen.carol)
    row = upload_import(actor=who, file_name="l.csv", chunks=[csv_bytes(rows)], kind="do_not_call", now=NOW)
    row = run_import(import_id=start_import(actor=who, imported=row, now=NOW).pk, now=NOW)
    assert row.added == 1
    assert Suppression.objects.get().ends_at.year == 2999  # type: ignore[union-attr]
