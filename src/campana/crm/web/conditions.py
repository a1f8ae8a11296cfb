"""The conditions of a filter as rows of its page: as they were typed, as they are kept, and what is wrong in them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campana.conditions import BadCondition, Field, Kind, Operator
from campana.crm.telling import value_text
from campana.kernel.refusals import Invalid

MOST: Final = 10
_PLACE: Final = re.compile(r"(?:all|any)\[(\d+)\]")
_WRONG: Final[dict[str, Promise]] = {
    "unknown_field": gettext_lazy("Choose a field from the list."),
    "wrong_operator": gettext_lazy("This field can not be compared in this way. Choose another comparison."),
    "value_not_days": gettext_lazy("Type a whole number of days."),
    "value_not_a_list": gettext_lazy("Type at least one value; several with semicolons between them."),
    "value_not_a_number": gettext_lazy("Type a number."),
    "value_not_a_date": gettext_lazy("Type a day as 2030-01-31."),
    "value_not_yes_no": gettext_lazy("Type yes or no."),
}


class FieldMissing(Invalid):
    code = "condition_without_field"
    detail = "A condition has a value but no field. Choose the field, or empty the value."


@dataclass(slots=True)
class Line:
    field: str = ""
    op: str = ""
    text: str = ""
    wrong: str = ""
    new: bool = False
    """Just added: it has the focus."""

    @property
    def blank(self) -> bool:
        return not (self.field or self.text)


def typed_lines(form: QueryDict) -> list[Line]:
    """Every row of the form in its place, also an empty one."""
    return [
        Line(form.get(f"field-{n}", ""), form.get(f"op-{n}", ""), form.get(f"value-{n}", "").strip())
        for n in range(MOST)
        if f"field-{n}" in form
    ]


def kept_lines(condition: Any, registry: Mapping[str, Field]) -> tuple[str, list[Line] | None]:
    """A flat condition as ``all`` or ``any`` and its rows; None for one that is nested or longer."""
    if condition == {}:
        return "all", []
    word = "any" if "any" in condition else "all"
    parts = condition.get(word)
    if not isinstance(parts, list):
        parts = [condition]
    if len(parts) > MOST or any("field" not in part for part in parts):
        return word, None
    return word, [_line(part, registry) for part in parts]


def condition_of(word: str, lines: Sequence[Line], registry: Mapping[str, Field]) -> dict[str, Any]:
    """The condition of these rows; empty ones are left out. Raises FieldMissing."""
    parts = []
    for line in lines:
        if line.blank:
            continue
        field = registry.get(line.field)
        if field is None:
            line.wrong = str(_WRONG["unknown_field"])
            raise FieldMissing(field="condition")
        part: dict[str, Any] = {"field": field.key, "op": line.op}
        if line.op not in (Operator.IS_EMPTY, Operator.IS_NOT_EMPTY):
            part["value"] = _value(field, line.op, line.text)
        parts.append(part)
    return {word: parts} if parts else {}


def mark(lines: Sequence[Line], bad: BadCondition) -> bool:
    """Says at its row what is wrong; whether there are words for it."""
    found, words = _PLACE.match(bad.problem.path), _WRONG.get(bad.problem.code)
    told = [line for line in lines if not line.blank]
    if found is None or words is None or int(found[1]) >= len(told):
        return False
    told[int(found[1])].wrong = str(words)
    return True


def with_room(lines: Sequence[Line], *, one_more: bool = False) -> list[Line]:
    """The rows, and an empty one at the end; ``one_more`` was asked for and takes the focus."""
    if len(lines) >= MOST:
        return list(lines)
    if one_more:
        return [*lines, Line(new=True)]
    return list(lines) if lines and lines[-1].blank else [*lines, Line()]


def _line(part: Mapping[str, Any], registry: Mapping[str, Field]) -> Line:
    return Line(part["field"], part.get("op", ""), value_text(registry.get(part["field"]), part.get("value")))


def _value(field: Field, op: str, text: str) -> Any:
    if op in (Operator.IN, Operator.NOT_IN):
        return [_one(field, part.strip()) for part in text.split(";") if part.strip()]
    if op == Operator.IN_LAST_DAYS:
        return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else text
    return _one(field, text)


def _one(field: Field, text: str) -> Any:
    if field.kind is Kind.NUMBER:
        try:
            return float(text.replace(",", "."))
        except ValueError:
            return text
    if field.kind is Kind.YES_NO:
        return {"yes": True, "no": False, _("yes").lower(): True, _("no").lower(): False}.get(text.lower(), text)
    return next((value for value, label in field.choices if str(label).lower() == text.lower()), text)
