"""Rows of a file as texts, one after the other. Text files and .xlsx are read as a stream; of an .xlsx the table of
its distinct texts is held, and an old .xls is held whole (the limit of the page bounds both)."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import chain, islice
from pathlib import Path
from typing import Any

from campana.crm.imports.containers import Container, container_of
from campana.crm.imports.encodings import codec, detect_delimiter, detect_encoding
from campana.crm.imports.problems import BadFile, FileProblem

MAX_COLUMNS = 1_000
_MAX_CELL = 1024 * 1024
SAMPLE_ROWS = 10
Row = tuple[int, Sequence[str]]
"""Number of the row as a spreadsheet program counts (the first is 1) and its cells."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file and how to read it. ``encoding`` and ``delimiter`` are empty for workbooks."""

    path: Path
    container: Container
    encoding: str = ""
    delimiter: str = ""


@dataclass(frozen=True, slots=True)
class Examination:
    """What the mapping page shows of a file."""

    source: Source
    headers: list[str]
    """As many as there are columns; a column without one is called by its letter."""
    rows: list[Row]
    """The first ten rows."""


def open_source(path: Path, *, encoding: str = "", delimiter: str = "") -> Source:
    """Detect what the file is; ``encoding`` and ``delimiter`` override. Raises BadFile."""
    container = container_of(path)
    if container is not Container.CSV:
        return Source(path, container)
    encoding = encoding or detect_encoding(path)
    return Source(path, container, encoding, delimiter or detect_delimiter(path, encoding))


def examine(source: Source, *, header: bool = True) -> Examination:
    """Headings and the first rows. Raises BadFile when there are no rows."""
    rows = iterate(source)
    try:
        sample = list(islice(rows, SAMPLE_ROWS + 1))
    finally:
        rows.close()  # type: ignore[attr-defined]
    if not sample:
        raise BadFile(FileProblem.EMPTY)
    width = max(len(cells) for _, cells in sample)
    if width > MAX_COLUMNS:
        raise BadFile(FileProblem.TOO_MANY_COLUMNS)
    first = list(sample[0][1]) if header else []
    headers = [(first[i].strip() if i < len(first) else "") or column_letter(i) for i in range(width)]
    body = sample[1:] if header else sample[:SAMPLE_ROWS]
    if not body:
        raise BadFile(FileProblem.NO_ROWS)
    return Examination(source, [unicodedata.normalize("NFC", header)[:120] for header in headers], body)


def column_letter(index: int) -> str:
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def data_rows(source: Source, *, header: bool = True, skip: int = 0) -> Iterator[Row]:
    """The rows after the heading; ``skip`` of them are passed over (a restarted import)."""
    rows = iterate(source)
    if header:
        next(rows, None)
    return islice(rows, skip, None)


def iterate(source: Source) -> Iterator[Row]:
    """All rows that are not blank. Raises BadFile where reading fails."""
    rows = _READERS[source.container](source)
    for number, cells in rows:
        if any(cells):
            yield number, cells


def _csv(source: Source) -> Iterator[Row]:
    csv.field_size_limit(_MAX_CELL)
    try:
        with source.path.open("r", encoding=codec(source.encoding), newline="", buffering=1024 * 1024) as file:
            first = file.readline()
            is_hint = first.strip().lower() == f"sep={source.delimiter}"
            reader = csv.reader(file if is_hint else chain([first], file), delimiter=source.delimiter)
            yield from enumerate(reader, 2 if is_hint else 1)
    except UnicodeError:
        raise BadFile(FileProblem.ENCODING) from None
    except csv.Error as problem:
        long = "field larger" in str(problem)
        raise BadFile(FileProblem.CELL_TOO_LONG if long else FileProblem.DAMAGED) from None
    except FileNotFoundError:
        raise BadFile(FileProblem.GONE) from None


def _xlsx(source: Source) -> Iterator[Row]:
    """The first sheet. Its own word about its size is not believed."""
    from openpyxl import load_workbook

    try:
        file = source.path.open("rb")  # given the path, the library would look at its ending
    except FileNotFoundError:
        raise BadFile(FileProblem.GONE) from None
    with file:
        try:
            sheet = load_workbook(file, read_only=True, data_only=True, keep_links=False).worksheets[0]
            sheet.reset_dimensions()
            for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
                yield number, [cell if type(cell) is str else "" if cell is None else _text(cell) for cell in cells]
        except Exception:
            raise BadFile(FileProblem.DAMAGED) from None


def _xls(source: Source) -> Iterator[Row]:
    from python_calamine import CalamineWorkbook, PasswordError

    try:
        workbook = CalamineWorkbook.from_path(str(source.path))
        sheet = workbook.get_sheet_by_index(0)
        start = sheet.start
        rows = sheet.iter_rows() if start else iter(())
    except PasswordError:
        raise BadFile(FileProblem.PROTECTED) from None
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # a damaged file may panic the parser, which is no Exception
        raise BadFile(FileProblem.DAMAGED) from None
    lead = [""] * (start[1] if start else 0)
    for number, cells in enumerate(rows, (start[0] if start else 0) + 1):
        yield number, lead + [cell if type(cell) is str else _text(cell) for cell in cells]


_READERS: Mapping[Container, Callable[[Source], Iterator[Row]]] = {
    Container.CSV: _csv,
    Container.XLSX: _xlsx,
    Container.XLS: _xls,
}


def _text(cell: Any) -> str:
    """A typed cell without loss: whole numbers lose their ``.0``, never digits."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e16 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "minutes")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell)
