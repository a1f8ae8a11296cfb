"""A batch of rows at once, column by column.

Most rows of a file are usual: trimmed printable texts, one number whose leading digits were met before. They are
made ready for the staging table here, a column at a time in C. A row with anything else in it is left to
``RowReader``, which alone says what is wrong with a row; what both can read they read alike.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import compress, repeat
from operator import itemgetter, not_
from typing import Any, Final

from campana.crm.imports.cells import BadCell, is_email, read_custom
from campana.crm.imports.columns import PHONES
from campana.crm.imports.problems import ErrorLine
from campana.crm.imports.reading import Row
from campana.crm.imports.rows import LIMITS, MAX_RAW, STAGE_COLUMNS, Plan, RowReader
from campana.crm.models import CustomField
from campana.crm.words import plain

_MEMORY: Final = 20_000
_TASK: Final = ("priority", "not_before", "not_after", "preferred_agent")
Column = Sequence[object]


@dataclass(slots=True)
class Batch:
    """Rows read and checked. ``lines``: CSV with ``columns`` of the staging table."""

    read: int = 0
    invalid: int = 0
    over: int = 0
    completed: int = 0
    columns: Sequence[str] = ()
    lines: str = ""
    repeats: bool = False
    """Whether a number stands in it twice, or one that can not be read at all."""
    errors: list[ErrorLine] = field(default_factory=list)


class BatchReader:
    """Call it with the rows of a batch."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.row = RowReader(plan)
        at = {target: index for index, target in enumerate(plan.mapping) if target}
        self._phone, *self._more = [at[phone] for phone in PHONES if phone in at]
        self._texts = [(name, at[name], limit) for name, limit in LIMITS.items() if name in at]
        self._email = at.get("email")
        special = self.row.special
        self._values = [
            (name, at[name], _Memory(_reader_of(name, special[name])))
            for name in special
            if name in at and name != "email"
        ]
        self._fields = [
            (plan.fields[target[7:]], index, _Memory(_fragment_reader(plan.fields[target[7:]], self.row)))
            for target, index in at.items()
            if target[:7] == "fields."
        ]
        self._width = len(plan.mapping)

    def __call__(self, rows: Sequence[Row]) -> Batch:
        batch = Batch(read=len(rows))
        if not rows:
            return batch
        usual, columns = self._usual(rows)
        made = {"row": list(compress((number for number, _ in rows), usual)), **columns}
        staged = []
        for number, cells in compress(rows, map(not_, usual)):
            checked = self.row(number, cells)
            batch.invalid += checked.invalid
            batch.completed += checked.completed
            batch.errors += checked.errors
            if checked.staged is not None:
                staged.append(checked.staged)
        batch.completed += sum(made.pop("completed"))
        if any(line[STAGE_COLUMNS.index("more")] for line in staged):
            made["more"] = list(repeat("", len(made["row"])))
        numbers = [*made["number"], *(line[1] for line in staged)]
        batch.repeats = len(set(numbers)) < len(numbers) or "" in numbers
        batch.columns = tuple(made)
        batch.lines = _csv(zip(*made.values(), strict=True), staged, batch.columns)
        return batch

    def _usual(self, rows: Sequence[Row]) -> tuple[list[bool], dict[str, Any]]:
        """Which rows are usual, and those rows as columns of the staging table."""
        cells = [cells if len(cells) >= self._width else [*cells, *[""] * self._width] for _, cells in rows]
        given = list(zip(*cells, strict=False))
        usual = [True] * len(rows)
        made: dict[str, Column] = self._numbers(given[self._phone], usual)
        for index in self._more:
            if any(given[index]):
                _rule_out(usual, map(not_, given[index]))
        for name, index, limit in self._texts:
            made[name] = _clean(given[index], usual)
            if max(map(len, given[index])) > limit:
                _rule_out(usual, (len(text) <= limit for text in made[name]))  # type: ignore[arg-type]
        if self._email is not None:
            texts = _clean(given[self._email], usual)
            _rule_out(usual, (not text or is_email(text) for text in texts))
            made["email"] = list(map(str.lower, texts))
        for name, index, memory in self._values:
            made[name] = memory.column(_clean(given[index], usual), usual)
        if task := [name for name in _TASK if name in made]:
            made["task"] = _joined([made.pop(name) for name in task], empty="")  # type: ignore[misc]
        if self._fields:
            made["fields"] = _joined(
                [self._field(given[index], usual, definition, memory) for definition, index, memory in self._fields],
                empty="{}",
            )
        made["search"] = _search(made)
        if all(usual):
            return usual, made
        return usual, {name: list(compress(column, usual)) for name, column in made.items()}

    def _field(self, cells: Sequence[str], usual: list[bool], definition: CustomField, memory: _Memory) -> list[str]:
        texts = _clean(cells, usual)
        if definition.required:
            _rule_out(usual, texts)
        return memory.column(texts, usual)

    def _numbers(self, cells: Sequence[str], usual: list[bool]) -> dict[str, Any]:
        known = self.row.numbers.known(cells)
        _rule_out(usual, known)
        raw = _clean(cells, usual)
        numbers, kinds, zones, completed = zip(*(one or ("", "", "", False) for one in known), strict=True)
        return {
            "number": numbers,
            "raw": [text[:MAX_RAW] for text in raw],
            "kind": kinds,
            "number_zone": zones,
            "completed": completed,
        }


class _Memory:
    """Cells of a column already read: their text for the staging table, or None for those to be reported."""

    def __init__(self, read: Callable[[str], str | None]) -> None:
        self._read = read
        self._known: dict[str, str | None] = {"": ""}

    def column(self, texts: Sequence[str], usual: list[bool]) -> list[str]:
        known = self._known
        if len(known) > _MEMORY:
            known.clear()
            known[""] = ""
        for text in set(texts).difference(known):
            known[text] = self._read(text)
        values = list(map(known.__getitem__, texts))
        if None in values:
            _rule_out(usual, (value is not None for value in values))
        return values  # type: ignore[return-value]


def _reader_of(name: str, read: Callable[[str, dict[str, Any]], None]) -> Callable[[str], str | None]:
    """A reader of ``RowReader`` for single cells; what goes to the task is a piece of JSON."""

    def one(text: str) -> str | None:
        values: dict[str, Any] = {}
        try:
            read(text, values)
        except BadCell:
            return None
        return _piece(name, values["task"][name]) if name in _TASK else str(values[name])

    return one


def _fragment_reader(definition: CustomField, row: RowReader) -> Callable[[str], str | None]:
    def one(text: str) -> str | None:
        try:
            return _piece(definition.key, read_custom(definition, text, row.numbers))
        except BadCell:
            return None

    return one


def _piece(key: str, value: object) -> str:
    return f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}"


def _joined(columns: list[Sequence[str]], *, empty: str) -> list[str]:
    """Pieces of JSON objects, a column each, as whole objects."""
    return [f"{{{', '.join(filter(None, pieces))}}}" if any(pieces) else empty for pieces in zip(*columns, strict=True)]


def _clean(cells: Sequence[str], usual: list[bool]) -> Sequence[str]:
    """Trimmed; cells with control characters are ruled out."""
    texts = list(map(str.strip, cells))
    if not "".join(texts).isprintable():
        _rule_out(usual, map(str.isprintable, texts))
    return texts


def _rule_out(usual: list[bool], good: Iterable[object]) -> None:
    usual[:] = [bool(a and b) for a, b in zip(usual, good, strict=True)]


def _search(made: dict[str, Any]) -> list[str]:
    count = len(made["number"])
    names, companies, emails = (made.get(name) or [""] * count for name in ("name", "company", "email"))
    texts = map("{} {} {} {}".format, names, companies, emails, made["number"])
    return [text.lower() if text.isascii() else plain(text) for text in texts]


def _csv(usual: Iterable[tuple[object, ...]], others: list[tuple[object, ...]], columns: Sequence[str]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows(usual)
    if others:
        writer.writerows(map(itemgetter(*map(STAGE_COLUMNS.index, columns)), others))
    return text.getvalue()
