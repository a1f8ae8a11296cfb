"""One row of a file as one row of the staging table, or what is wrong with it."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from campana.crm.imports.cells import BadCell, read_custom, read_email, read_moment
from campana.crm.imports.columns import PHONES
from campana.crm.imports.problems import ErrorLine, RowProblem
from campana.crm.models import CustomField
from campana.crm.numbers import NumberProblem, Reader
from campana.crm.words import plain
from campana.kernel.clock import is_zone

STAGE_COLUMNS: Final = (
    "row",
    "number",
    "raw",
    "kind",
    "number_zone",
    "more",
    "name",
    "email",
    "company",
    "position",
    "additional_info",
    "owner",
    "time_zone",
    "external_id",
    "fields",
    "task",
    "search",
)
Staged = tuple[object, ...]
LIMITS: Final = {"name": 255, "company": 255, "position": 255, "additional_info": 10_000, "external_id": 120}
_CONTROLS = {code: None for code in range(32) if code not in (9, 10, 13)}
MAX_RAW: Final = 60


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything needed to read the rows of one file."""

    headers: Sequence[str]
    mapping: Sequence[str]
    country: str
    zone: str
    fields: Mapping[str, CustomField]
    owners: Mapping[str, int] = field(default_factory=dict)
    agents: Mapping[str, int] = field(default_factory=dict)
    keep_unreadable: bool = True
    """Store a contact whose number can not be read, marked invalid (CRM-006)."""


@dataclass(slots=True)
class Checked:
    """What became of one row. ``staged`` and ``invalid`` together: kept, marked invalid, never called."""

    staged: Staged | None
    invalid: bool
    completed: bool = False
    errors: list[ErrorLine] = field(default_factory=list)


class RowReader:
    """Call it with a row's number and cells."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.numbers = Reader(plan.country)
        at = {target: index for index, target in enumerate(plan.mapping) if target}
        self._phones = [at[phone] for phone in PHONES if phone in at]
        self._texts = [(name, at[name], limit) for name, limit in LIMITS.items() if name in at]
        self.special = self._special()
        self._readers = [(name, at[name], read) for name, read in self.special.items() if name in at]
        self._custom = [(plan.fields[target[7:]], index) for target, index in at.items() if target[:7] == "fields."]
        self._width = len(plan.mapping)

    def __call__(self, row: int, cells: Sequence[str]) -> Checked:
        if len(cells) < self._width:
            cells = [*cells, *[""] * (self._width - len(cells))]
        errors: list[ErrorLine] = []
        values = self._values(row, cells, errors)
        bad = bool(errors)
        main, more, completed = self._read_numbers(row, cells, errors)
        if main is None and not (self.plan.keep_unreadable and more and not bad):
            return Checked(None, True, False, errors)
        if bad:
            return Checked(None, True, False, errors)
        number, raw, kind, zone = main or ("", more[0]["raw"], "other", "")
        name, email, company = values.get("name", ""), values.get("email", ""), values.get("company", "")
        custom, task = values.get("fields"), values.get("task")
        search = f"{name} {company} {email} {number}"
        if more:
            search += "".join(f" {item['number']}" for item in more)
        staged = (
            row,
            number,
            raw,
            kind,
            zone,
            json.dumps(more) if more else "",
            name,
            email,
            company,
            values.get("position", ""),
            values.get("additional_info", ""),
            values.get("owner", ""),
            values.get("time_zone", ""),
            values.get("external_id", ""),
            json.dumps(custom, ensure_ascii=False) if custom else "{}",
            json.dumps(task) if task else "",
            search.lower() if search.isascii() else plain(search),
        )
        return Checked(staged, main is None, completed, errors)

    def _values(self, row: int, cells: Sequence[str], errors: list[ErrorLine]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, index, limit in self._texts:
            text = clean(cells[index])
            if len(text) > limit:
                self._report(errors, row, index, text, RowProblem.TOO_LONG)
            values[name] = text
        for name, index, read in self._readers:
            if text := clean(cells[index]):
                self._try(errors, row, index, text, values, name, read)
        if self._custom:
            self._custom_values(row, cells, errors, values)
        return values

    def _custom_values(self, row: int, cells: Sequence[str], errors: list[ErrorLine], values: dict[str, Any]) -> None:
        kept: dict[str, Any] = {}
        for definition, index in self._custom:
            text = clean(cells[index])
            if text:
                try:
                    kept[definition.key] = read_custom(definition, text, self.numbers)
                except BadCell as problem:
                    self._report(errors, row, index, text, problem.reason)
            elif definition.required:
                self._report(errors, row, index, "", RowProblem.REQUIRED)
        values["fields"] = kept

    def _read_numbers(
        self, row: int, cells: Sequence[str], errors: list[ErrorLine]
    ) -> tuple[tuple[str, str, str, str] | None, list[dict[str, Any]], bool]:
        """The first number that can be called, the other ones, and whether a country code was added."""
        main: tuple[str, str, str, str] | None = None
        more: list[dict[str, Any]] = []
        seen: set[str] = set()
        completed, found = False, False
        for index in self._phones:
            text = cells[index]
            reading = self.numbers(text)
            if reading.problem is NumberProblem.EMPTY or (reading.number and reading.number in seen):
                continue
            found = True
            raw = clean(text)[:MAX_RAW]
            if reading.problem is not None:
                self._report(errors, row, index, text, reading.problem)
                more.append({"number": "", "raw": raw, "kind": "other", "zone": "", "valid": False})
                continue
            seen.add(reading.number)
            completed = completed or reading.completed
            if main is None:
                main = reading.number, raw, reading.kind, reading.time_zone
                continue
            zone = reading.time_zone
            more.append(
                {
                    "number": reading.number,
                    "raw": raw,
                    "kind": reading.kind,
                    "zone": zone,
                    "valid": True,
                }
            )
        if not found:
            self._report(errors, row, self._phones[0], "", NumberProblem.EMPTY)
        return main, more, completed

    def _special(self) -> dict[str, Callable[[str, dict[str, Any]], None]]:
        """Readers of columns that are more than a text; each writes into the row's values."""
        plan = self.plan

        def email(text: str, values: dict[str, Any]) -> None:
            values["email"] = read_email(text)

        def owner(text: str, values: dict[str, Any]) -> None:
            values["owner"] = _known(plan.owners, text, RowProblem.UNKNOWN_OWNER)

        def time_zone(text: str, values: dict[str, Any]) -> None:
            if not is_zone(text):
                raise BadCell(RowProblem.BAD_ZONE)
            values["time_zone"] = text

        def priority(text: str, values: dict[str, Any]) -> None:
            if not (text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= 99):
                raise BadCell(RowProblem.BAD_PRIORITY)
            values.setdefault("task", {})["priority"] = int(text)

        def not_before(text: str, values: dict[str, Any]) -> None:
            values.setdefault("task", {})["not_before"] = read_moment(text, plan.zone).isoformat()

        def not_after(text: str, values: dict[str, Any]) -> None:
            values.setdefault("task", {})["not_after"] = read_moment(text, plan.zone).isoformat()

        def preferred_agent(text: str, values: dict[str, Any]) -> None:
            agent = _known(plan.agents, text, RowProblem.UNKNOWN_AGENT)
            values.setdefault("task", {})["preferred_agent"] = agent

        return {
            "email": email,
            "owner": owner,
            "time_zone": time_zone,
            "priority": priority,
            "not_before": not_before,
            "not_after": not_after,
            "preferred_agent": preferred_agent,
        }

    def _try(
        self,
        errors: list[ErrorLine],
        row: int,
        index: int,
        text: str,
        values: dict[str, Any],
        name: str,
        read: Callable[[str, dict[str, Any]], None],
    ) -> None:
        try:
            read(text, values)
        except BadCell as problem:
            self._report(errors, row, index, text, problem.reason)

    def _report(self, errors: list[ErrorLine], row: int, index: int, text: str, reason: str) -> None:
        errors.append(ErrorLine(row, self.plan.headers[index], text[:200], reason))


def _known(people: Mapping[str, int], text: str, problem: RowProblem) -> int:
    person = people.get(text.lower())
    if person is None:
        raise BadCell(problem)
    return person


def clean(text: str) -> str:
    """Trimmed and without control characters, which no database text may hold. A letter and its accent are one
    character, as people type them: files in windows-1258 have them apart."""
    text = text.strip()
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return text if text.isprintable() else text.translate(_CONTROLS).encode("utf-8", "ignore").decode()
