"""A do-not-call list as a file: every row ends as exactly one of four, and the longest wish wins."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from campana.crm.imports.columns import BadMapping, PhoneNotMapped
from campana.crm.imports.run import error_path, run_import
from campana.crm.models import Contact, ContactImport, Suppression
from campana.crm.operations import cancel_import, start_import, suppress, upload_import
from campana.kernel.refusals import NotAllowed
from campana.tenancy import organisation_scope
from support.cast import NOW, Cast, actor
from support.tables import csv_bytes, xlsx_bytes

HEAD = ["Phone", "Reason", "Until", "Note"]


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def lumen(cast: Cast) -> Iterator[Cast]:
    with organisation_scope(cast.lumen.pk):
        yield cast


def started(cast: Cast, rows: list[list[str]] | bytes, mapping: Any = None, **options: Any) -> ContactImport:
    content = rows if isinstance(rows, bytes) else csv_bytes(rows)
    who = actor(cast.carol)
    row = upload_import(actor=who, file_name="list.csv", chunks=[content], kind="do_not_call", now=NOW)
    return start_import(actor=who, imported=row, mapping=mapping, options=options, now=NOW)


def imported(cast: Cast, rows: list[list[str]] | bytes, batch: int = 3, **options: Any) -> ContactImport:
    return run_import(import_id=started(cast, rows, **options).pk, now=NOW, batch_size=batch)


def counts(row: ContactImport) -> dict[str, int]:
    names = ("added", "updated", "duplicates", "invalid", "suppressed", "over_limit")
    found = {name: getattr(row, name) for name in names}
    assert sum(found.values()) == row.rows, "no row is silently dropped"
    return {name: count for name, count in found.items() if count}


def errors(row: ContactImport) -> list[list[str]]:
    return list(csv.reader(io.StringIO(error_path(row).read_text("utf-8-sig"))))[1:]


def test_rows_become_entries_with_reason_end_and_words(lumen: Cast) -> None:
    row = imported(
        lumen,
        [
            HEAD,
            ["601 000 001", "complaint", "31.12.2030", "called at night"],
            ["+420601000002", "", "", ""],
            ["601000003", "Asked not to be called", "2030-06-01 12:00", ""],
        ],
    )
    assert (row.state, counts(row)) == ("finished", {"added": 3})
    one, two, three = Suppression.objects.order_by("number")
    assert (one.number, one.reason, one.note, one.source) == ("420601000001", "complaint", "called at night", "import")
    assert one.ends_at == datetime(2030, 12, 30, 23, tzinfo=UTC), "local midnight of the organisation"
    assert (two.reason, two.ends_at, two.created_by, two.starts_at) == ("register", None, lumen.carol, NOW)
    assert three.reason == "opt_out"
    assert not Contact.objects.exists()


def test_every_kind_of_row_is_counted_once_and_listed_in_the_error_file(lumen: Cast) -> None:
    suppress(actor=actor(lumen.carol), number="601000001", reason="other", now=NOW)
    row = imported(
        lumen,
        [
            HEAD,
            ["601000001", "other", "2030-12-31", ""],
            ["601000002", "because", "", ""],
            ["601000003", "", "2001-01-01", ""],
            ["601000004", "", "one day", ""],
            ["6.01E+08", "", "", ""],
            ["601000005", "", "", "x" * 256],
            ["601000006", "", "", ""],
            ["601000006", "", "2031-01-01", ""],
            ["601000006", "complaint", "", ""],
        ],
        reason="opt_out",
    )
    assert counts(row) == {"added": 2, "duplicates": 2, "invalid": 5}
    assert [line[:2] for line in errors(row)] == [
        ["2", "Phone"],
        ["3", "Reason"],
        ["4", "Until"],
        ["5", "Until"],
        ["6", "Phone"],
        ["7", "Note"],
        ["9", "Phone"],
    ]
    assert all(line[3].endswith(".") for line in errors(row)), "reasons are words"
    assert {entry.reason for entry in Suppression.objects.filter(number="420601000006")} == {"opt_out", "complaint"}


def test_a_later_row_that_asks_for_longer_is_heard(lumen: Cast) -> None:
    rows = [HEAD, ["601000001", "", "2030-02-01", ""], ["601000001", "", "", ""], ["601000001", "", "2031-01-01", ""]]
    assert counts(imported(lumen, rows)) == {"added": 2, "duplicates": 1}
    assert Suppression.objects.filter(number="420601000001", ends_at=None).count() == 1


def test_the_same_list_again_adds_nothing(lumen: Cast) -> None:
    rows = [HEAD, ["601000001", "", "", ""], ["601000002", "", "2031-01-01", ""]]
    assert counts(imported(lumen, rows)) == {"added": 2}
    assert counts(imported(lumen, rows)) == {"duplicates": 2}


def test_headings_and_reasons_are_read_in_all_languages_from_a_workbook(lumen: Cast) -> None:
    row = imported(lumen, xlsx_bytes([["Số điện thoại", "Lý do"], ["+84 912 345 678", "register"]]))
    assert counts(row) == {"added": 1}
    assert Suppression.objects.get().number == "84912345678"


def test_a_list_without_numbers_or_with_targets_of_contacts_is_refused(lumen: Cast) -> None:
    with pytest.raises(PhoneNotMapped):
        started(lumen, [["A", "B"], ["1", "2"]])
    with pytest.raises(BadMapping):
        started(lumen, [["Phone", "Name"], ["601000001", "Jana"]], mapping=["phone", "name"])


def test_who_may_not_keep_the_list_may_not_import_it(lumen: Cast) -> None:
    with pytest.raises(NotAllowed):
        upload_import(actor=actor(lumen.alice), file_name="x.csv", chunks=[b"x"], kind="do_not_call", now=NOW)


def test_a_cancelled_list_stays_cancelled(lumen: Cast) -> None:
    row = started(lumen, [HEAD, ["601000001", "", "", ""]])
    cancel_import(actor=actor(lumen.carol), imported=row, now=NOW)
    assert run_import(import_id=row.pk, now=NOW).state == "cancelled"
    assert not Suppression.objects.exists()


CELLS = st.tuples(
    st.sampled_from(["601000001", "601000002", "+420 601 000 001", "bad", ""]),
    st.sampled_from(["", "complaint", "other"]),
    st.sampled_from(["", "2030-06-01", "2031-06-01", "1999-01-01"]),
    st.just("asked"),
)


@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(CELLS, min_size=1, max_size=12))
def test_the_counts_do_not_depend_on_the_size_of_batches_and_no_wish_is_shortened(
    lumen: Cast, rows: list[tuple[str, ...]]
) -> None:
    seen = []
    for size in (1, 3, 50):
        Suppression.objects.all().delete()
        row = imported(lumen, [HEAD, *map(list, rows)], batch=size)
        seen.append(counts(row))
        for phone, reason, end, _note in rows:
            if phone in ("bad", "") or end == "1999-01-01":
                continue
            entries = Suppression.objects.filter(
                number="420" + phone.replace(" ", "")[-9:], reason=reason or "register"
            )
            latest = [entry.ends_at for entry in entries]
            assert None in latest or (end and max(e for e in latest if e) >= NOW + timedelta(days=100))
    assert seen[0] == seen[1] == seen[2]
