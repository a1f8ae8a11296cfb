"""Compiling a condition to SQL as a Django ``Q``: values travel as parameters, never in the text.

Every test is made two-valued (absent values are coalesced or checked), so that negation means the same
as in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import BooleanField, Case, DateTimeField, DecimalField, Func, Q, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Coalesce, Lower, StrIndex
from django.db.models.lookups import (
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    In,
    IsNull,
    LessThan,
    LessThanOrEqual,
    Lookup,
)

from campana.conditions.fields import Field, Kind, Moment, Operator
from campana.conditions.memory import OPPOSITE, fold
from campana.conditions.tree import All, AnyOf, Test, Tree

_TRUE = Q(Exact(Value(1), 1))
_NUMERIC = DecimalField(max_digits=40, decimal_places=15)


def to_q(tree: Tree, registry: Mapping[str, Field], moment: Moment) -> Q:
    """Rows for which the tree holds. The queryset's model is the one the registry's expressions speak of."""
    if isinstance(tree, All):
        return reduce(and_, (to_q(part, registry, moment) for part in tree.of), _TRUE)
    if isinstance(tree, AnyOf):
        return reduce(or_, (to_q(part, registry, moment) for part in tree.of), ~_TRUE)
    field = registry[tree.field]
    opposite = OPPOSITE.get(tree.op)
    test = Test(tree.field, opposite, tree.value) if opposite else tree
    q = _many(field, test) if field.kind is Kind.MANY else _BY_KIND[field.kind](_expression(field), test, moment)
    return ~q if opposite else q


def json_text(key: str, column: str = "fields") -> Combinable:
    """The text under ``key`` of a JSON column."""
    return KeyTextTransform(key, column)


def json_number(key: str, column: str = "fields") -> Combinable:
    """The number under ``key`` of a JSON column; NULL when there is none."""
    kind = Func(KeyTransform(key, column), function="jsonb_typeof", output_field=TextField())
    number = Func(KeyTextTransform(key, column), template="(%(expressions)s)::numeric", output_field=_NUMERIC)
    return Case(When(Exact(kind, "number"), then=number), default=None, output_field=_NUMERIC)


def json_yes_no(key: str, column: str = "fields") -> Combinable:
    """The boolean under ``key`` of a JSON column; NULL when there is none."""
    text = KeyTextTransform(key, column)
    return Case(
        When(Exact(text, "true"), then=Value(True)),
        When(Exact(text, "false"), then=Value(False)),
        default=None,
        output_field=BooleanField(),
    )


def _expression(field: Field) -> Combinable:
    if field.expression is None:
        raise TypeError(f"the field {field.key} has no expression")
    return field.expression


def _q(*lookups: Lookup[Any]) -> Q:
    return Q(*lookups)


def _text(expression: Combinable, test: Test, moment: Moment) -> Q:
    have = Lower(Coalesce(expression, Value(""), output_field=TextField()))
    if test.op is Operator.IS_EMPTY:
        return _q(Exact(have, ""))
    if isinstance(test.value, tuple):
        return _q(In(have, [fold(str(item)) for item in test.value]))
    wanted = fold(str(test.value))
    if test.op is Operator.CONTAINS:
        return _q(GreaterThan(StrIndex(have, Value(wanted)), 0)) if wanted else _TRUE
    if test.op is Operator.STARTS_WITH:
        starts = Func(have, Value(wanted), function="starts_with", output_field=BooleanField())
        return _q(Exact(starts, True))
    return _q(Exact(have, wanted))


def _choice(expression: Combinable, test: Test, moment: Moment) -> Q:
    have = Coalesce(
        Func(expression, template="(%(expressions)s)::text", output_field=TextField()),
        Value(""),
        output_field=TextField(),
    )
    if test.op is Operator.IS_EMPTY:
        return _q(Exact(have, ""))
    if isinstance(test.value, tuple):
        return _q(In(have, [str(item) for item in test.value]))
    return _q(Exact(have, str(test.value)))


def _number(expression: Combinable, test: Test, moment: Moment) -> Q:
    if test.op is Operator.IS_EMPTY:
        return _q(IsNull(expression, True))
    present = IsNull(expression, False)
    if isinstance(test.value, tuple):
        return _q(present, In(expression, list(test.value)))
    compare = {Operator.LESS: LessThan, Operator.MORE: GreaterThan}.get(test.op, Exact)
    return _q(present, compare(expression, Value(test.value, output_field=_NUMERIC)))


def _date(expression: Combinable, test: Test, moment: Moment) -> Q:
    have = Coalesce(expression, Value(""), output_field=TextField())
    if test.op is Operator.IS_EMPTY:
        return _q(Exact(have, ""))
    present = GreaterThan(have, Value(""))
    if test.op is Operator.IN_LAST_DAYS:
        assert isinstance(test.value, int)
        first, last = moment.first_of_last(test.value).isoformat(), moment.today().isoformat()
        return _q(GreaterThanOrEqual(have, Value(first)), LessThanOrEqual(have, Value(last)))
    assert isinstance(test.value, date)
    compare = {Operator.BEFORE: LessThan, Operator.AFTER: GreaterThan}.get(test.op, Exact)
    return _q(present, compare(have, Value(test.value.isoformat())))


def _instant(expression: Combinable, test: Test, moment: Moment) -> Q:
    if test.op is Operator.IS_EMPTY:
        return _q(IsNull(expression, True))
    present = IsNull(expression, False)

    def at(instant: Any) -> Value:
        return Value(instant, output_field=DateTimeField())

    if test.op is Operator.IN_LAST_DAYS:
        assert isinstance(test.value, int)
        first = moment.start_of(moment.first_of_last(test.value))
        return _q(present, GreaterThanOrEqual(expression, at(first)), LessThanOrEqual(expression, at(moment.now)))
    assert isinstance(test.value, date)
    first, after = moment.start_of(test.value), moment.start_of(test.value + timedelta(days=1))
    if test.op is Operator.BEFORE:
        return _q(present, LessThan(expression, at(first)))
    if test.op is Operator.AFTER:
        return _q(present, GreaterThanOrEqual(expression, at(after)))
    return _q(present, GreaterThanOrEqual(expression, at(first)), LessThan(expression, at(after)))


def _yes_no(expression: Combinable, test: Test, moment: Moment) -> Q:
    if test.op is Operator.IS_EMPTY:
        return _q(IsNull(expression, True))
    return _q(IsNull(expression, False), Exact(expression, Value(test.value, output_field=BooleanField())))


def _many(field: Field, test: Test) -> Q:
    if field.has_any is None:
        raise TypeError(f"the field {field.key} does not say how to ask for members")
    if test.op is Operator.IS_EMPTY:
        return ~field.has_any(None)
    wanted = test.value if isinstance(test.value, tuple) else (test.value,)
    return field.has_any([str(item) for item in wanted])


_BY_KIND: Mapping[Kind, Callable[[Combinable, Test, Moment], Q]] = {
    Kind.TEXT: _text,
    Kind.CHOICE: _choice,
    Kind.NUMBER: _number,
    Kind.DATE: _date,
    Kind.INSTANT: _instant,
    Kind.YES_NO: _yes_no,
}
