"""Writing rows to a file: CSV or a workbook, a row at a time, every text harmless to spreadsheet programs."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Protocol
from zoneinfo import ZoneInfo

from django.utils.translation import gettext
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from campana.kernel.phone import masked
from campana.reporting.columns import Column
from campana.ui.spreadsheets import harmless
from campana.ui.words import STATES, said

SHEET_ROWS: Final = 1_000_000
"""A workbook's sheet holds some more; the next million begins a new one."""


class Words:
    """Raw values as the file says them: codes in words, times of one zone, numbers as numbers, texts harmless."""

    def __init__(self, columns: Sequence[Column], *, zone: str, masks: bool, results: dict[int, str]) -> None:
        self._zone, self._masks, self._results = ZoneInfo(zone), masks, results
        self._known: dict[tuple[str, str], str] = {}
        self._writers = [self._writer(column) for column in columns]
        self.head = [
            f"{column.word} ({zone})" if column.kind == "time" else harmless(str(column.word)) for column in columns
        ]

    def row(self, values: Sequence[Any]) -> list[Any]:
        return [write(value) for write, value in zip(self._writers, values, strict=True)]

    def _writer(self, column: Column) -> Callable[[Any], Any]:
        known: dict[str, Callable[[Any], Any]] = {
            "time": self._time,
            "number": lambda value: value,
            "answer": _answer,
            "seconds": lambda value: value,
            "yes_no": lambda value: gettext("yes") if value else gettext("no"),
            "phone": self._phone,
            "result": lambda value: harmless(self._results.get(value, "")),
        }
        if column.kind in known:
            return known[column.kind]
        return (lambda code: self._word(column.kind, code)) if column.kind in STATES else _text

    def _time(self, value: datetime | None) -> str:
        return "" if value is None else value.astimezone(self._zone).strftime("%Y-%m-%d %H:%M:%S")

    def _phone(self, value: str | None) -> str:
        return masked(value) if value and self._masks else value or ""

    def _word(self, vocabulary: str, code: str) -> str:
        if not code:
            return ""
        key = (vocabulary, code)
        return self._known.get(key) or self._known.setdefault(key, said(vocabulary, code)[1])


def _answer(value: Any) -> Any:
    """Numbers stay numbers, to be added up."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else _text(value)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, list):
        return harmless(", ".join(map(str, value)))
    return harmless(str(value))


class File(Protocol):
    def write(self, rows: Iterable[Sequence[Any]]) -> None: ...

    def close(self) -> None: ...


class Csv:
    """UTF-8 with a byte order mark, so that spreadsheet programs read it as what it is."""

    def __init__(self, path: Path, head: Sequence[str], separator: str) -> None:
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._rows = csv.writer(self._file, delimiter=separator, lineterminator="\r\n")
        self._rows.writerow(head)

    def write(self, rows: Iterable[Sequence[Any]]) -> None:
        self._rows.writerows(rows)

    def close(self) -> None:
        self._file.close()


class Xlsx:
    """Rows leave memory as they are written; the workbook is put together from them at the end."""

    def __init__(self, path: Path, head: Sequence[str]) -> None:
        self._path, self._head = path, head
        self._book = Workbook(write_only=True)
        self._sheet: Any = None
        self._count = SHEET_ROWS

    def write(self, rows: Iterable[Sequence[Any]]) -> None:
        for row in rows:
            if self._count >= SHEET_ROWS:
                self._sheet, self._count = self._book.create_sheet(), 0
                self._sheet.append([self._cell(word) for word in self._head])
            self._sheet.append([self._cell(value) for value in row])
            self._count += 1

    def _cell(self, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        cell = WriteOnlyCell(self._sheet, value=_without_control(value))
        cell.data_type = "s"  # also what looks like a formula or a number is text
        return cell

    def close(self) -> None:
        if self._sheet is None:
            self.write([])
            self._sheet = self._book.create_sheet()
            self._sheet.append([self._cell(word) for word in self._head])
        self._book.save(self._path)


def _without_control(text: str) -> str:
    """A workbook can not hold control characters, nor the two that XML has for none."""
    return "".join(sign for sign in text if (sign >= " " or sign in "\t\n\r") and sign not in "\ufffe\uffff")[:32_767]


def opened(path: Path, format: str, head: Sequence[str], separator: str) -> File:
    path.parent.mkdir(parents=True, exist_ok=True)
    return Xlsx(path, head) if format == "xlsx" else Csv(path, head, separator)
