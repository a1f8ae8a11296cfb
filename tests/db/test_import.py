"""From a file to contacts: every row ends as exactly one of six, and a killed import goes on where it was."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from campana.crm.imports import run as running
from campana.crm.imports import work
from campana.crm.imports.columns import BadMapping, PhoneNotMapped
from campana.crm.imports.run import error_path, run_import
from campana.crm.models import Contact, ContactGroup, ContactImport, ContactNumber, CustomField, ImportEntry
from campana.crm.operations import cancel_import, start_import, suppress, upload_import
from campana.crm.operations.imports import ImportState
from campana.tenancy import organisation_scope
from support.cast import NOW, Cast, actor
from support.tables import csv_bytes, xlsx_bytes

HEAD = ["Full name", "Phone", "E-mail"]
COUNTS = ("added", "updated", "duplicates", "invalid", "suppressed", "over_limit")


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def lumen(cast: Cast) -> Iterator[Cast]:
    with organisation_scope(cast.lumen.pk):
        yield cast


def uploaded(cast: Cast, rows: list[list[str]] | bytes) -> ContactImport:
    content = rows if isinstance(rows, bytes) else csv_bytes(rows)
    return upload_import(actor=actor(cast.carol), file_name="x.csv", chunks=[content], now=NOW)


def imported(
    cast: Cast, rows: list[list[str]] | bytes, mapping: Any = None, batch: int = 3, **options: Any
) -> ContactImport:
    max_rows = options.pop("max_rows", 100_000)
    row = start_import(
        actor=actor(cast.carol),
        imported=uploaded(cast, rows),
        mapping=mapping,
        options=options,
        now=NOW,
        max_rows=max_rows,
    )
    return run_import(import_id=row.pk, now=NOW, batch_size=batch)


def counts(row: ContactImport) -> dict[str, int]:
    found = {name: getattr(row, name) for name in COUNTS}
    assert sum(found.values()) == row.rows, "no row is silently dropped"
    return {name: count for name, count in found.items() if count}


def errors(row: ContactImport) -> list[list[str]]:
    return list(csv.reader(io.StringIO(error_path(row).read_text("utf-8-sig"))))[1:]


def test_rows_become_contacts_with_their_number_kind_and_zone(lumen: Cast) -> None:
    row = imported(lumen, [HEAD, ["Nguyễn An", "+84 912 345 678", "An@Example.org"], ["Jana", "601 123 456", ""]])
    assert (row.state, counts(row), row.completed) == ("finished", {"added": 2}, 1)
    an = Contact.objects.get(name="Nguyễn An")
    number = an.numbers.get()
    assert (number.number, number.kind, number.time_zone) == ("84912345678", "mobile", "Asia/Ho_Chi_Minh")
    assert (an.email, an.search) == ("an@example.org", "nguyen an  an@example.org 84912345678")
    assert ContactNumber.objects.filter(number="420601123456", contact__name="Jana").exists()


def test_every_kind_of_row_is_counted_once_and_listed_in_the_error_file(lumen: Cast) -> None:
    old = imported(lumen, [HEAD, ["Old", "601000001", ""]])
    suppress(actor=actor(lumen.carol), number="601000002", now=NOW, note="asked")
    row = imported(
        lumen,
        [
            HEAD,
            ["Known", "601000001", ""],
            ["Quiet", "601000002", ""],
            ["New", "601000003", ""],
            ["Again", "+420601000003", ""],
            ["Damaged", "6.01E+08", ""],
            ["Wrong", "601000004", "no address"],
            ["Nobody", "", ""],
            ["Over", "601000005", ""],
        ],
        max_rows=7,
    )
    assert counts(old) == {"added": 1}
    assert counts(row) == {"updated": 1, "suppressed": 1, "added": 1, "duplicates": 1, "invalid": 3, "over_limit": 1}
    assert [line[:3] for line in errors(row)] == [
        ["3", "Phone", "420601000002"],
        ["5", "Phone", "420601000003"],
        ["6", "Phone", "6.01E+08"],
        ["7", "E-mail", "no address"],
        ["8", "Phone", ""],
        ["9", "", ""],
    ]
    assert all(line[3].endswith(".") for line in errors(row)), "reasons are words"
    assert row.error_rows == 6


def test_an_unreadable_number_is_kept_marked_invalid_and_never_twice(lumen: Cast) -> None:
    rows = [HEAD, ["Damaged", "8.49E+10", ""]]
    assert counts(imported(lumen, rows)) == {"invalid": 1}
    assert counts(imported(lumen, rows)) == {"invalid": 1}
    number = ContactNumber.objects.get()
    assert (number.valid, number.number, number.raw, number.contact.name) == (False, "", "8.49E+10", "Damaged")
    assert counts(imported(lumen, [HEAD, ["Other", "7.7E+9", ""]], keep_unreadable=False)) == {"invalid": 1}
    assert Contact.objects.count() == 1


def test_a_contact_is_found_by_number_then_by_email(lumen: Cast) -> None:
    imported(lumen, [HEAD, ["Jana", "601000001", "jana@example.org"], ["Petr", "601000002", "petr@example.org"]])
    row = imported(lumen, [HEAD, ["", "601000001", "new@example.org"], ["Petr II", "601000009", "PETR@example.org"]])
    assert counts(row) == {"updated": 2}
    jana, petr = Contact.objects.order_by("pk")
    assert (jana.name, jana.email, jana.version) == ("Jana", "new@example.org", 2)
    assert list(petr.numbers.order_by("position").values_list("number", flat=True)) == ["420601000002", "420601000009"]
    assert "420601000009" in petr.search


@pytest.mark.parametrize("existing", ["link", "skip"])
def test_known_contacts_can_be_left_alone(lumen: Cast, existing: str) -> None:
    imported(lumen, [HEAD, ["Jana", "601000001", ""]])
    row = imported(lumen, [HEAD, ["Changed", "601000001", ""]], existing=existing)
    assert counts(row) == {"duplicates": 1}
    assert Contact.objects.get().name == "Jana"
    assert ImportEntry.objects.filter(imported=row).count() == (1 if existing == "link" else 0)


def test_two_people_of_one_file_may_share_an_email_address(lumen: Cast) -> None:
    rows = [HEAD, *([f"Member {n}", f"60100000{n}", "family@example.org"] for n in range(5))]
    assert counts(imported(lumen, rows, batch=2)) == {"added": 5}


def test_five_numbers_are_taken_and_the_first_that_can_be_called_is_the_main_one(lumen: Cast) -> None:
    head = ["Name", "Phone", "Phone 2", "Phone 3", "Phone 4", "Phone 5"]
    row = imported(lumen, [head, ["Jana", "8.4E+9", "601000002", "601000003", "601000002", "601000005"]])
    assert counts(row) == {"added": 1}
    numbers = ContactNumber.objects.order_by("position").values_list("position", "number", "valid")
    assert list(numbers) == [
        (1, "420601000002", True),
        (2, "", False),
        (3, "420601000003", True),
        (4, "420601000005", True),
    ]


def test_custom_fields_are_typed_and_new_ones_made_from_columns(lumen: Cast) -> None:
    organisation = lumen.lumen
    CustomField.objects.create(organisation=organisation, key="debt", label="Debt", type="number")
    CustomField.objects.create(organisation=organisation, key="plan", label="Plan", type="list", choices=["Fibre 100"])
    head = ["Phone", "Debt", "Plan", "Contract ends"]
    rows = csv_bytes(
        [head, ["601000001", "1 234,5", "FIBRE 100", "31.12.2030"], ["601000002", "x", "", ""]], delimiter=";"
    )
    row = imported(lumen, rows, mapping=["phone", "fields.debt", "fields.plan", "new.date"])
    assert counts(row) == {"added": 1, "invalid": 1}
    assert Contact.objects.get().fields == {"debt": 1234.5, "plan": "Fibre 100", "contract_ends": "2030-12-31"}
    assert errors(row)[0][1:3] == ["Debt", "x"]


def test_formulas_are_texts_and_the_error_file_is_harmless(lumen: Cast) -> None:
    evil = "=cmd|'/C calc'!A0"
    row = imported(lumen, xlsx_bytes([HEAD, [f"'{evil}"[1:] and "+1+1", "601000001", ""], ["Eva", "@SUM(A1)", ""]]))
    assert counts(row) == {"added": 1, "invalid": 1}
    assert Contact.objects.filter(name="+1+1").exists()
    assert errors(row)[0][2] == "'@SUM(A1)"


def test_phone_must_be_mapped(lumen: Cast) -> None:
    with pytest.raises(PhoneNotMapped) as refused:
        imported(lumen, [["A", "B"], ["1", "2"]])
    assert (refused.value.code, refused.value.field) == ("phone_not_mapped", "mapping")


@pytest.mark.parametrize(
    "mapping",
    [
        ["name", "phone", "email"],
        {"Full name": "name", "Phone": "phone", "E-mail": "email"},
        {"1": "name", "2": "phone", "3": "email"},
        {"phone": "Phone", "name": "Full name", "email": "E-mail"},
    ],
)
def test_a_mapping_may_be_written_in_several_ways(lumen: Cast, mapping: Any) -> None:
    assert counts(imported(lumen, [HEAD, ["Jana", "601000001", "j@example.org"]], mapping=mapping)) == {"added": 1}
    assert Contact.objects.get().email == "j@example.org"


@pytest.mark.parametrize("mapping", [["phone", "phone"], ["phone", "colour"], {"Phone": "phone", "Nowhere": "name"}, 7])
def test_a_broken_mapping_is_refused(lumen: Cast, mapping: Any) -> None:
    with pytest.raises(BadMapping):
        imported(lumen, [HEAD, ["Jana", "601000001", ""]], mapping=mapping)


@pytest.mark.parametrize(
    "head",
    [
        ["Họ và tên", "Số điện thoại", "Thư điện tử"],
        ["Jméno", "Telefonní číslo", "E-mail"],
        ["ФИО", "Телефон", "Электронная почта"],
    ],
)
def test_headings_are_recognised_in_all_languages(lumen: Cast, head: list[str]) -> None:
    assert counts(imported(lumen, [head, ["An", "84912345678", "an@example.org"]])) == {"added": 1}
    assert (Contact.objects.get().name, Contact.objects.get().email) == ("An", "an@example.org")


def test_a_second_column_of_the_same_heading_is_the_next_number(lumen: Cast) -> None:
    imported(lumen, [["Phone", "Phone"], ["601000001", "601000002"]])
    assert ContactNumber.objects.count() == 2


def test_imported_contacts_join_a_group(lumen: Cast) -> None:
    group = ContactGroup.objects.create(organisation=lumen.lumen, name="November", created_at=NOW)
    imported(lumen, [HEAD, ["Jana", "601000001", ""], ["Again", "601000001", ""]], group_id=group.pk)
    assert group.members.count() == 1


def test_a_cancelled_import_stops_and_stays_cancelled(lumen: Cast) -> None:
    row = start_import(actor=actor(lumen.carol), imported=uploaded(lumen, [HEAD, ["Jana", "601000001", ""]]), now=NOW)
    cancel_import(actor=actor(lumen.carol), imported=row, now=NOW)
    cancel_import(actor=actor(lumen.carol), imported=row, now=NOW)
    assert run_import(import_id=row.pk, now=NOW).state == "cancelled"
    assert not Contact.objects.exists()
    with pytest.raises(ImportState):
        start_import(actor=actor(lumen.carol), imported=row, now=NOW)


def test_a_cancel_in_the_middle_of_a_batch_leaves_whole_batches_only(lumen: Cast, monkeypatch: Any) -> None:
    rows = [HEAD, *([f"n{n}", f"6010000{n:02}", ""] for n in range(10))]
    row = start_import(actor=actor(lumen.carol), imported=uploaded(lumen, rows), now=NOW)
    merge = work.merge_batch
    calls = []

    def cancel_at_second(*arguments: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            ContactImport.objects.filter(pk=row.pk).update(state="cancelled")
        return merge(*arguments)

    monkeypatch.setattr(work, "merge_batch", cancel_at_second)
    ended = run_import(import_id=row.pk, now=NOW, batch_size=4)
    # The test cancels inside the batch's own transaction, so the cancel is rolled back with it.
    assert (ended.rows, Contact.objects.count()) == (4, 4)


class Killed(BaseException):
    pass


@pytest.mark.parametrize("at", [1, 2, 3])
@pytest.mark.parametrize("before_merge", [True, False])
def test_a_killed_import_resumes_behind_its_last_whole_batch(
    lumen: Cast, monkeypatch: Any, at: int, before_merge: bool
) -> None:
    rows = [HEAD, *([f"n{n}", f"6010000{n % 7:02}" if n % 4 else "bad", ""] for n in range(12))]
    whole = counts(imported(lumen, rows, batch=4))
    Contact.objects.all().delete()
    row = start_import(actor=actor(lumen.carol), imported=uploaded(lumen, rows), now=NOW)
    move, calls = running._move_watermark, []

    def die(*arguments: Any) -> None:
        calls.append(1)
        if len(calls) == at:
            if not before_merge:
                move(*arguments)
            raise Killed
        move(*arguments)

    monkeypatch.setattr(running, "_move_watermark", die)
    with pytest.raises(Killed):
        run_import(import_id=row.pk, now=NOW, batch_size=4)
    monkeypatch.setattr(running, "_move_watermark", move)
    row.refresh_from_db()
    assert (row.state, row.rows) == ("running", (at - 1) * 4)
    row = run_import(import_id=row.pk, now=NOW, batch_size=5)
    assert (row.state, counts(row)) == ("finished", whole)
    assert len(errors(row)) == row.error_rows
    assert [line[0] for line in errors(row)] == sorted((line[0] for line in errors(row)), key=int)


def test_a_finished_import_run_again_does_nothing(lumen: Cast) -> None:
    row = imported(lumen, [HEAD, ["Jana", "601000001", ""]])
    assert counts(run_import(import_id=row.pk, now=NOW)) == {"added": 1}


def test_an_import_whose_file_is_gone_fails_with_words(lumen: Cast, files: Path) -> None:
    row = start_import(actor=actor(lumen.carol), imported=uploaded(lumen, [HEAD, ["Jana", "601000001", ""]]), now=NOW)
    (files / row.path).unlink()
    assert (run_import(import_id=row.pk, now=NOW).state, ContactImport.objects.get(pk=row.pk).problem) == (
        "failed",
        "file_gone",
    )


CELL = st.sampled_from(
    ["601000001", "601000002", "601000003", "+420601000004", "6.1E+8", "", "abc", "112", "601000005"]
)
MAIL = st.sampled_from(["", "a@example.org", "b@example.org", "broken"])


@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(CELL, CELL, MAIL), min_size=1, max_size=14), limit=st.sampled_from([3, 100]))
def test_the_counts_add_up_and_do_not_depend_on_the_size_of_batches(
    lumen: Cast, rows: list[tuple[str, str, str]], limit: int
) -> None:
    suppress(actor=actor(lumen.carol), number="601000005", now=NOW)
    table = [["Name", "Phone", "E-mail"], *(["x", phone, mail] for phone, _, mail in rows)]
    seen = []
    for size in (1, 3, 50):
        Contact.objects.all().delete()
        row = imported(lumen, table, batch=size, max_rows=limit)
        assert row.rows == len(rows)
        seen.append(counts(row))
        calls = ContactNumber.objects.filter(valid=True).values_list("number", flat=True)
        assert len(set(calls)) == len(calls)
    assert seen[0] == seen[1] == seen[2]
