"""Evaluating a condition in memory, with the meaning of ``conditions.sql``.

A record maps field keys to plain values: text str, number int, float or Decimal, date ``"2030-01-31"`` or
``date``, instant aware datetime, yes/no bool, many a collection of str; None or a missing key is absent.
Negative operators are the exact opposite of their positive ones, so an absent value "is not" anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from campana.conditions.fields import Field, Kind, Moment, Operator
from campana.conditions.tree import All, AnyOf, Test, Tree

OPPOSITE = {
    Operator.IS_NOT: Operator.IS,
    Operator.NOT_IN: Operator.IN,
    Operator.IS_NOT_EMPTY: Operator.IS_EMPTY,
}


def fold(text: str) -> str:
    """Lower case the way PostgreSQL does: one character for one, whatever its neighbours."""
    lowered = text.lower()
    if lowered.isascii():
        return lowered
    return "".join(low if len(low := c.lower()) == 1 else low[0] for c in text)


def matches(tree: Tree, record: Mapping[str, Any], registry: Mapping[str, Field], moment: Moment) -> bool:
    if isinstance(tree, All):
        return all(matches(part, record, registry, moment) for part in tree.of)
    if isinstance(tree, AnyOf):
        return any(matches(part, record, registry, moment) for part in tree.of)
    opposite = OPPOSITE.get(tree.op)
    test = Test(tree.field, opposite, tree.value) if opposite else tree
    return _holds(registry[tree.field].kind, test, record.get(tree.field), moment) is (opposite is None)


def _holds(kind: Kind, test: Test, value: Any, moment: Moment) -> bool:
    return _BY_KIND[kind](test, value, moment)


def _text(test: Test, value: Any, moment: Moment) -> bool:
    have = fold(value or "")
    if test.op is Operator.IS_EMPTY:
        return have == ""
    if test.op is Operator.IN:
        assert isinstance(test.value, tuple)
        return have in {fold(str(item)) for item in test.value}
    wanted = fold(str(test.value))
    if test.op is Operator.CONTAINS:
        return wanted in have
    if test.op is Operator.STARTS_WITH:
        return have.startswith(wanted)
    return have == wanted


def _choice(test: Test, value: Any, moment: Moment) -> bool:
    have = "" if value is None else str(value)
    if test.op is Operator.IS_EMPTY:
        return have == ""
    return have in test.value if isinstance(test.value, tuple) else have == test.value


def _number(test: Test, value: Any, moment: Moment) -> bool:
    if test.op is Operator.IS_EMPTY:
        return value is None
    if value is None:
        return False
    have = Decimal(str(value))
    if isinstance(test.value, tuple):
        return have in test.value
    assert isinstance(test.value, Decimal)
    if test.op is Operator.LESS:
        return have < test.value
    if test.op is Operator.MORE:
        return have > test.value
    return have == test.value


def _date(test: Test, value: Any, moment: Moment) -> bool:
    have = value.isoformat() if isinstance(value, date) else (value or "")
    if test.op is Operator.IS_EMPTY:
        return have == ""
    if have == "":
        return False
    if test.op is Operator.IN_LAST_DAYS:
        assert isinstance(test.value, int)
        return bool(moment.first_of_last(test.value).isoformat() <= have <= moment.today().isoformat())
    assert isinstance(test.value, date)
    wanted = test.value.isoformat()
    if test.op is Operator.BEFORE:
        return bool(have < wanted)
    if test.op is Operator.AFTER:
        return bool(have > wanted)
    return bool(have == wanted)


def _instant(test: Test, value: Any, moment: Moment) -> bool:
    if test.op is Operator.IS_EMPTY:
        return value is None
    if value is None:
        return False
    if test.op is Operator.IN_LAST_DAYS:
        assert isinstance(test.value, int)
        return bool(moment.start_of(moment.first_of_last(test.value)) <= value <= moment.now)
    assert isinstance(test.value, date)
    first, after = moment.start_of(test.value), moment.start_of(test.value + timedelta(days=1))
    if test.op is Operator.BEFORE:
        return bool(value < first)
    if test.op is Operator.AFTER:
        return bool(value >= after)
    return bool(first <= value < after)


def _yes_no(test: Test, value: Any, moment: Moment) -> bool:
    return value is None if test.op is Operator.IS_EMPTY else value is test.value


def _many(test: Test, value: Any, moment: Moment) -> bool:
    have = {str(item) for item in value or ()}
    if test.op is Operator.IS_EMPTY:
        return not have
    wanted = test.value if isinstance(test.value, tuple) else (str(test.value),)
    return not have.isdisjoint(str(item) for item in wanted)


_BY_KIND: Mapping[Kind, Callable[[Test, Any, Moment], bool]] = {
    Kind.TEXT: _text,
    Kind.CHOICE: _choice,
    Kind.NUMBER: _number,
    Kind.DATE: _date,
    Kind.INSTANT: _instant,
    Kind.YES_NO: _yes_no,
    Kind.MANY: _many,
}
