"""A batch read by columns says exactly what its rows say when they are read one by one."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence

from hypothesis import example, given, settings
from hypothesis import strategies as st

from campana.crm.imports.batches import BatchReader
from campana.crm.imports.problems import ErrorLine
from campana.crm.imports.rows import STAGE_COLUMNS, Plan, RowReader
from campana.crm.models import CustomField

MAPPING = [
    "name", "phone", "phone_2", "email", "company", "owner", "time_zone", "priority", "not_before", "preferred_agent",
    "external_id", "fields.debt", "fields.plan", "fields.paid", "",
]  # fmt: skip
PLAN = Plan(
    headers=MAPPING,
    mapping=MAPPING,
    country="CZ",
    zone="Europe/Prague",
    fields={
        "debt": CustomField(key="debt", label="Debt", type="number"),
        "plan": CustomField(key="plan", label="Plan", type="list", choices=["Fibre 100", 'Ő "quoted"'], required=True),
        "paid": CustomField(key="paid", label="Paid", type="yes_no"),
    },
    owners={"carol": 7},
    agents={"alice": 3},
)
NUMBERS = ["601000001", "601000002", "+420 601 000 003", "00420601000004", "420601000005", "'601000006", "601.000.007"]
ODD = [
    "",
    " ",
    "6.01E+08",
    "abc",
    "112",
    "1234",
    "+1 212 555 0100",
    "601000001.0",
    "6010000011",
    "+84912345678",
    "６01000008",
]
ODD += ["60100000.0", "84912345.0"]
USUAL = [
    st.sampled_from(["Jana", "", " Nguyễn Đặng ", 'quote" and, comma', "=cmd"]),
    st.sampled_from(NUMBERS),
    st.just(""),
    st.sampled_from(["", "Jana@Example.org", " a@example.org "]),
    st.sampled_from(["", "Company", "Řehoř s.r.o."]),
    st.sampled_from(["", "Carol"]),
    st.sampled_from(["", "Europe/Prague"]),
    st.sampled_from(["", "1", "99"]),
    st.sampled_from(["", "31.1.2030 9:00", "2030-01-31"]),
    st.sampled_from(["", "alice"]),
    st.sampled_from(["", "A1"]),
    st.sampled_from(["", "1 234,5", "7"]),
    st.sampled_from(["Fibre 100", "fibre 100", 'Ő "big"']),
    st.sampled_from(["", "yes", "ne"]),
    st.sampled_from(["", "ignored"]),
]
UNUSUAL = st.one_of(
    st.tuples(st.just(1), st.sampled_from(ODD)),
    st.sampled_from(
        [
            (0, "two\nlines"), (0, "bell\x07"), (0, "x" * 256), (2, "601000009"), (2, "bad"), (2, "601000001"),
            (3, "no address"), (4, "\u200b"), (5, "nobody"), (6, "Nowhere/City"), (7, "0"), (7, "x"), (8, "soon"),
            (9, "bob"), (10, "B" * 121), (11, "x"), (12, ""), (12, "other"), (13, "perhaps"), (14, "\x00"),
        ]
    ),
)  # fmt: skip


@st.composite
def some_rows(draw: st.DrawFn) -> list[list[str]]:
    """Usual rows, some of them with one or two unusual cells or cut short."""
    rows = [list(row) for row in draw(st.lists(st.tuples(*USUAL), min_size=1, max_size=6))]
    for row in rows:
        for index, cell in draw(st.lists(UNUSUAL, max_size=2)):
            row[index] = cell
        del row[draw(st.sampled_from([99, 99, 99, 5, 2, 13])) :]
    return rows


ROWS = some_rows()
Result = tuple[list[dict[str, object]], list[ErrorLine], int, int]


def one_by_one(rows: Sequence[tuple[int, list[str]]]) -> Result:
    read = RowReader(PLAN)
    checked = [read(number, cells) for number, cells in rows]
    return (
        staged((row.staged for row in checked if row.staged is not None), STAGE_COLUMNS),
        [error for row in checked for error in row.errors],
        sum(row.invalid for row in checked),
        sum(row.completed for row in checked),
    )


def by_columns(read: BatchReader, rows: Sequence[tuple[int, list[str]]]) -> Result:
    batch = read(rows)
    assert batch.read == len(rows)
    return staged(csv.reader(io.StringIO(batch.lines)), batch.columns), batch.errors, batch.invalid, batch.completed


def staged(rows: Iterable[Sequence[object]], columns: Sequence[str]) -> list[dict[str, object]]:
    """Rows of the staging table, what is not given filled in as its defaults do, JSON read."""
    found: list[dict[str, object]] = []
    for row in rows:
        line: dict[str, object] = {"fields": "{}", **dict.fromkeys({*STAGE_COLUMNS} - {"fields"}, "")}
        line |= {name: str(cell) for name, cell in zip(columns, row, strict=True)}
        found.append({**line, **{name: json.loads(str(line[name] or "null")) for name in ("fields", "task", "more")}})
    return sorted(found, key=lambda line: int(str(line["row"])))


@settings(deadline=None)
@given(ROWS, ROWS)
@example([["Jana", "601000001"]], [["Jana", "601000002"]])
def test_columns_and_rows_read_alike(first: list[list[str]], second: list[list[str]]) -> None:
    read = BatchReader(PLAN)
    for rows in (first, second):
        numbered = list(enumerate(rows, 2))
        assert by_columns(read, numbered) == one_by_one(numbered)


def test_usual_rows_are_not_read_one_by_one() -> None:
    read = BatchReader(Plan(headers=["a", "b"], mapping=["name", "phone"], country="VN", zone="UTC", fields={}))
    asked: list[int] = []
    slow = read.row

    def counting(row: int, cells: Sequence[str]) -> object:
        asked.append(row)
        return slow(row, cells)

    counting.numbers = slow.numbers  # type: ignore[attr-defined]
    read.row = counting  # type: ignore[assignment]
    batch = read([(n, [f"Lan {n}", f"8491234{n:04}"]) for n in range(100)] + [(100, ["Lan", "none"])])
    assert (asked, batch.read, batch.invalid, batch.lines.count("\n")) == ([100], 101, 1, 101)
