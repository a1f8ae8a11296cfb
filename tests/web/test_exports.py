"""Files of rows: what is in them, who gets them, that they hurt nobody and end."""

from __future__ import annotations

import csv
import io
import sys
import tracemalloc
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from openpyxl import load_workbook
from procrastinate.contrib.django.models import ProcrastinateJob

from campana.accounts.models import AuditEntry
from campana.campaigns.models import Task
from campana.crm.models import CustomField
from campana.reporting.models import Export
from campana.reporting.operations import forget_exports, run_export
from campana.reporting.operations.fetch_export import path_of
from campana.reporting.queries import rows as export_rows
from campana.tenancy import system_scope
from support.calls import attempt, bare_campaign, results
from support.campaigns import built, contacts
from support.cast import NOW, Cast, sign_in


@pytest.fixture
def cast_open(cast: Cast, tmp_path: Path, settings: LazySettings) -> Iterator[Cast]:
    settings.MEDIA_ROOT = tmp_path
    with system_scope():
        yield cast


def ask(client: Client, **given: Any) -> Export:
    given = {"format": "csv", "columns": ["name", "number", "state"], **given}
    answer = client.post("/exports", given)
    assert answer.status_code == 303, answer.content.decode()
    return Export.objects.latest("pk")


def made(export: Export, now: datetime = NOW) -> Export:
    run_export(export_id=export.pk, clock=lambda: now)
    export.refresh_from_db()
    return export


def lines(client: Client, export: Export, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    monkeypatch.setattr("campana.reporting.web.exports.utc_now", lambda: NOW + timedelta(minutes=1))
    answer = client.get(f"/exports/{export.pk}/file")
    assert answer.status_code == 200
    body = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert body.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))


def test_contacts_with_own_fields_go_into_a_file_and_the_log_names_who_took_it(
    cast_open: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = contacts(cast_open.lumen, 3)
    people[0].name, people[0].fields = "=HYPERLINK(1)", {"debt": "+120", "city": "Brno"}
    people[0].save()
    for key, label in (("debt", "Debt"), ("city", "City")):
        CustomField.objects.create(organisation=cast_open.lumen, key=key, label=label)
    campaign = built(cast_open, people)
    Task.objects.filter(contact=people[1]).update(state="completed")
    sign_in(client, cast_open.carol)
    export = ask(
        client,
        kind="contacts",
        campaign=campaign.pk,
        columns=["name", "number", "state", "fields.debt", "fields.city", "no_such_column"],
    )
    assert ProcrastinateJob.objects.filter(task_name="reporting.run_export").count() == 1
    assert made(export).state == Export.State.FINISHED
    found = lines(client, export, monkeypatch)
    assert found[0] == ["Name", "Phone", "State", "Debt", "City"]
    assert found[1] == ["'=HYPERLINK(1)", "420601000000", "Waiting", "'+120", "Brno"]
    assert [row[2] for row in found[1:]] == ["Waiting", "Completed", "Waiting"]
    acts = list(AuditEntry.objects.filter(object_type="export").order_by("pk").values_list("action", "user"))
    assert acts == [("export.ask", cast_open.carol.pk), ("export.download", cast_open.carol.pk)]


def test_attempts_of_the_chosen_days_name_the_zone_of_their_times(
    cast_open: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign, said = bare_campaign(cast_open.lumen), results(cast_open.lumen)
    attempt(campaign, cast_open.alice_agent, result=said["success"])
    attempt(campaign, cast_open.alice_agent, began_at=NOW - timedelta(days=2))
    sign_in(client, cast_open.carol)
    columns = ["agent", "dialled", "talk", "outcome", "result"]
    export = made(
        ask(client, kind="attempts", campaign=campaign.pk, since="2030-01-07", until="2030-01-07", columns=columns)
    )
    head, *rows = lines(client, export, monkeypatch)
    assert head == ["Agent", "Dialled (Europe/Prague)", "Talk, seconds", "Outcome", "Result"]
    assert rows == [["Alice", "2030-01-07 10:00:00", "90.0", "Answered", said["success"].name]]


def test_a_workbook_holds_numbers_as_numbers_and_formulas_as_text(cast_open: Cast, client: Client) -> None:
    campaign = bare_campaign(cast_open.lumen)
    call = attempt(campaign, cast_open.alice_agent, note="=1+1", recording_seconds=12.5)
    call.contact.name = "\x07Bell"
    call.contact.save()
    sign_in(client, cast_open.carol)
    export = made(ask(client, kind="attempts", format="xlsx", columns=["contact", "recording", "note", "number"]))
    sheet = load_workbook(path_of(export)).active
    assert sheet is not None
    values = [[(cell.value, cell.data_type) for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert values == [[("Bell", "s"), (call.number, "s"), ("'=1+1", "s"), (12.5, "n")]]


def test_work_of_agents_is_added_up_by_day(cast_open: Cast, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = bare_campaign(cast_open.lumen)
    for day in (0, 0, 1):
        attempt(campaign, cast_open.alice_agent, **_moved(day))
    attempt(campaign, cast_open.bob_agent)
    sign_in(client, cast_open.carol)
    export = made(ask(client, kind="agents", columns=["day", "agent", "calls", "talk_seconds"]))
    _head, *rows = lines(client, export, monkeypatch)
    assert rows == [
        ["2030-01-07", "Alice", "2", "180"],
        ["2030-01-07", "Bob", "1", "90"],
        ["2030-01-08", "Alice", "1", "90"],
    ]


def _moved(days: int) -> dict[str, datetime]:
    start = NOW + timedelta(days=days)
    names = {"began_at": 0, "ringing_at": 2, "answered_at": 9, "connected_at": 10, "ended_at": 100}
    return {name: start + timedelta(seconds=after) for name, after in names.items()}


def test_a_cancelled_export_leaves_no_file(cast_open: Cast, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = built(cast_open, contacts(cast_open.lumen, 6))
    monkeypatch.setattr(export_rows, "BATCH", 2)
    sign_in(client, cast_open.carol)
    export = ask(client, kind="contacts", campaign=campaign.pk)
    assert export.rows_total == 6
    write = export_rows.batches

    def interrupted(*given: Any) -> Iterator[Any]:
        for place, batch in enumerate(write(*given)):
            if place == 1:
                client.delete(f"/exports/{export.pk}")
            yield batch

    monkeypatch.setattr(sys.modules["campana.reporting.operations.run_export"], "batches", interrupted)
    assert made(export).state == Export.State.CANCELLED
    assert export.rows == 2
    assert not list(path_of(export).parent.glob("*"))
    assert client.get(f"/exports/{export.pk}/file").status_code == 410
    assert client.delete(f"/exports/{export.pk}").status_code in {204, 303}


def test_a_file_is_kept_for_a_day(cast_open: Cast, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = built(cast_open, contacts(cast_open.lumen, 1))
    sign_in(client, cast_open.carol)
    export = made(ask(client, kind="contacts", campaign=campaign.pk))
    monkeypatch.setattr("campana.reporting.web.exports.utc_now", lambda: NOW + timedelta(hours=25))
    assert client.get(f"/exports/{export.pk}/file").status_code == 410
    assert "Deleted after a day" in client.get("/exports").content.decode()
    assert path_of(export).exists()
    assert forget_exports(now=NOW + timedelta(hours=25)) == 1
    assert not path_of(export).exists()


def test_nobody_else_gets_the_file_and_nobody_without_the_right_asks(cast_open: Cast, client: Client) -> None:
    campaign = built(cast_open, contacts(cast_open.lumen, 1))
    sign_in(client, cast_open.carol)
    export = made(ask(client, kind="contacts", campaign=campaign.pk))
    sign_in(client, cast_open.alice)
    for address in ("/exports", "/exports/new/contacts", f"/exports/{export.pk}/file"):
        assert client.get(address).status_code == 403
    sign_in(client, cast_open.dave)
    assert client.get(f"/exports/{export.pk}/file").status_code == 404
    stolen = client.post("/exports", {"kind": "contacts", "format": "csv", "columns": "name", "campaign": campaign.pk})
    assert stolen.status_code == 404


def test_what_is_missing_is_said_at_its_field(cast_open: Cast, client: Client) -> None:
    sign_in(client, cast_open.carol)
    page = client.post("/exports", {"kind": "attempts", "format": "csv"})
    assert page.status_code == 422
    assert "Tick at least one column." in page.content.decode()
    turned = {"kind": "attempts", "format": "csv", "columns": "agent", "since": "2030-01-07", "until": "2030-01-01"}
    assert "The last day lies before the first one." in client.post("/exports", turned).content.decode()
    assert not Export.objects.exists()


def test_memory_does_not_grow_with_the_file(cast_open: Cast, client: Client) -> None:
    small, large = (
        _campaign(cast_open, count, first, name)
        for count, first, name in ((4_100, 420_603_000_000, "Small"), (12_300, 420_604_000_000, "Large"))
    )
    sign_in(client, cast_open.carol)
    peaks = []
    for campaign in (small, small, large):  # the first one fills caches
        export = ask(client, kind="contacts", campaign=campaign.pk)
        tracemalloc.start()
        made(export)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert export.rows == campaign.tasks.count()
    assert peaks[2] < peaks[1] * 1.3


def _campaign(cast: Cast, count: int, first: int, name: str) -> Any:
    campaign = bare_campaign(cast.lumen, name=name)
    people = contacts(cast.lumen, count, first=first)
    Task.objects.bulk_create(
        Task(
            organisation=cast.lumen, campaign=campaign, contact=person, rank=211, position=place, time_zone="UTC",
            number=str(first + place), created_at=NOW,
        )
        for place, person in enumerate(people)
    )  # fmt: skip
    return campaign
