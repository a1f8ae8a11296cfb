"""From JSON to a checked, frozen tree. Every problem names its path, such as ``all[1].value``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias

from campana.conditions.fields import Field, Kind, Operator
from campana.kernel.refusals import Invalid

MAX_DEPTH, MAX_TESTS, MAX_VALUES, MAX_TEXT = 6, 100, 1000, 255
MAX_DAYS = 36_500

Value: TypeAlias = str | Decimal | date | bool | int | tuple[str | Decimal, ...] | None


@dataclass(frozen=True, slots=True)
class Test:
    field: str
    op: Operator
    value: Value = None


@dataclass(frozen=True, slots=True)
class All:
    of: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    of: tuple[Tree, ...]


Tree: TypeAlias = All | AnyOf | Test
EVERYTHING = All(())


@dataclass(frozen=True, slots=True)
class Problem:
    path: str
    """Where in the JSON; empty for the whole."""
    code: str
    """not_an_object, unknown_field, unknown_operator, wrong_operator, value_*, too_deep, too_many, unknown_key"""


class BadCondition(Invalid):
    code = "bad_condition"
    detail = "The condition can not be read: {path} ({problem})."

    def __init__(self, problem: Problem) -> None:
        super().__init__(field="condition", path=problem.path or "condition", problem=problem.code)
        self.problem = problem


def parse(source: Any, registry: Mapping[str, Field]) -> Tree:
    """The tree of ``source``; an empty object means everything. Raises BadCondition at the first problem."""
    if source == {}:
        return EVERYTHING
    return _Reader(registry).read(source, "", 0)


def as_json(tree: Tree) -> dict[str, Any]:
    """The JSON that ``parse`` reads back to the same tree."""
    if isinstance(tree, All):
        return {"all": [as_json(part) for part in tree.of]}
    if isinstance(tree, AnyOf):
        return {"any": [as_json(part) for part in tree.of]}
    plain: dict[str, Any] = {"field": tree.field, "op": tree.op.value}
    if tree.value is not None:
        plain["value"] = [_plain(v) for v in tree.value] if isinstance(tree.value, tuple) else _plain(tree.value)
    return plain


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, date) else value


class _Reader:
    def __init__(self, registry: Mapping[str, Field]) -> None:
        self.registry = registry
        self.tests = 0

    def read(self, source: Any, path: str, depth: int) -> Tree:
        if not isinstance(source, dict):
            raise BadCondition(Problem(path, "not_an_object"))
        if depth > MAX_DEPTH:
            raise BadCondition(Problem(path, "too_deep"))
        for word, kind in (("all", All), ("any", AnyOf)):
            if word in source:
                return kind(self._parts(source, word, path, depth))
        return self._test(source, path)

    def _parts(self, source: dict[str, Any], word: str, path: str, depth: int) -> tuple[Tree, ...]:
        if set(source) != {word}:
            raise BadCondition(Problem(path, "unknown_key"))
        here = f"{path}.{word}" if path else word
        parts = source[word]
        if not isinstance(parts, list):
            raise BadCondition(Problem(here, "not_a_list"))
        return tuple(self.read(part, f"{here}[{index}]", depth + 1) for index, part in enumerate(parts))

    def _test(self, source: dict[str, Any], path: str) -> Test:
        at = f"{path}." if path else ""
        self.tests += 1
        if self.tests > MAX_TESTS:
            raise BadCondition(Problem(path, "too_many"))
        if set(source) - {"field", "op", "value"}:
            raise BadCondition(Problem(path, "unknown_key"))
        key = source.get("field")
        field = self.registry.get(key) if isinstance(key, str) else None
        if field is None:
            raise BadCondition(Problem(f"{at}field", "unknown_field"))
        try:
            op = Operator(str(source.get("op")))
        except ValueError:
            raise BadCondition(Problem(f"{at}op", "unknown_operator")) from None
        if op not in field.operators:
            raise BadCondition(Problem(f"{at}op", "wrong_operator"))
        return Test(field.key, op, _value(field.kind, op, source.get("value"), f"{at}value"))


def _value(kind: Kind, op: Operator, given: Any, path: str) -> Value:
    if op in {Operator.IS_EMPTY, Operator.IS_NOT_EMPTY}:
        if given is not None:
            raise BadCondition(Problem(path, "value_not_wanted"))
        return None
    if op is Operator.IN_LAST_DAYS:
        if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given <= MAX_DAYS:
            raise BadCondition(Problem(path, "value_not_days"))
        return given
    if op in {Operator.IN, Operator.NOT_IN}:
        if not isinstance(given, list) or not given or len(given) > MAX_VALUES:
            raise BadCondition(Problem(path, "value_not_a_list"))
        read = [_one(kind, item, f"{path}[{index}]") for index, item in enumerate(given)]
        return tuple(item for item in read if isinstance(item, str | Decimal))
    return _one(kind, given, path)


def _one(kind: Kind, given: Any, path: str) -> str | Decimal | date | bool:
    if kind is Kind.NUMBER:
        return _number(given, path)
    if kind in {Kind.DATE, Kind.INSTANT}:
        return _day(given, path)
    if kind is Kind.YES_NO:
        if not isinstance(given, bool):
            raise BadCondition(Problem(path, "value_not_yes_no"))
        return given
    if kind in {Kind.CHOICE, Kind.MANY} and isinstance(given, int) and not isinstance(given, bool):
        given = str(given)
    if not isinstance(given, str) or len(given) > MAX_TEXT or "\x00" in given or not _storable(given):
        raise BadCondition(Problem(path, "value_not_text"))
    return given


def _storable(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _number(given: Any, path: str) -> Decimal:
    if isinstance(given, bool) or not isinstance(given, int | float | Decimal):
        raise BadCondition(Problem(path, "value_not_a_number"))
    try:
        number = Decimal(str(given))
    except (InvalidOperation, ValueError):
        raise BadCondition(Problem(path, "value_not_a_number")) from None
    if not number.is_finite() or abs(number) >= Decimal(10) ** 20:
        raise BadCondition(Problem(path, "value_not_a_number"))
    return number


def _day(given: Any, path: str) -> date:
    if not isinstance(given, str) or len(given) != len("2030-01-31"):
        raise BadCondition(Problem(path, "value_not_a_date"))
    try:
        day = date.fromisoformat(given)
    except ValueError:
        raise BadCondition(Problem(path, "value_not_a_date")) from None
    if not 1900 <= day.year <= 2200:
        raise BadCondition(Problem(path, "value_not_a_date"))
    return day
