"""One page of a list by keyset, in both directions and by any column that has an index: no OFFSET, no count."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Generic, TypeVar

from django.db.models import F, Model, Q, QuerySet
from django.db.models.fields.tuple_lookups import (
    Tuple,
    TupleGreaterThan,
    TupleGreaterThanOrEqual,
    TupleLessThan,
    TupleLessThanOrEqual,
)

M = TypeVar("M", bound=Model)
_MOST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    rows: list[M]
    before: str
    """The mark in front of which the page before this one ends; blank on the first page."""
    after: str
    """The mark after which the next page begins; blank on the last page."""
    looked_through: int = 0
    """How many rows were looked through for this page, where it ends before the list does."""


@dataclass(frozen=True, slots=True)
class Window(Generic[M]):
    """Rows are looked for in a stretch of ``among`` at a time, ``rows`` long: what nobody has must not read all."""

    among: QuerySet[M]
    rows: int


def page_of(
    rows: QuerySet[M],
    *,
    sort: str,
    down: bool,
    size: int,
    after: str = "",
    before: str = "",
    window: Window[M] | None = None,
) -> Page[M]:
    """Rows in the order of ``sort`` and then of their ids; a mark that can not be read begins at the first page.

    The comparison is one of whole rows, ``(name, id) > (…, …)``, which PostgreSQL answers from the index.
    With a ``window`` a page may have few rows or none and still have a next one, which looks on.
    """
    alone = sort == "pk"
    names = ("pk",) if alone else (sort, "pk")
    back = bool(before)
    mark = _read(before or after, rows, names)
    downwards = down != back
    order = [f"-{name}" if downwards else name for name in names]
    beyond = _beyond(names, mark, downwards) if mark is not None else Q()
    wanted, stretch = rows.filter(beyond).order_by(*order), None
    if window is not None:
        stretch = _looked_through(wanted, window, beyond, names, downwards, size)
        wanted = rows.filter(pk__in=stretch.found).order_by(*order)
    found = list(wanted[: size + 1])
    shown = found[:size]
    onward = _mark(shown[-1], names) if len(found) > size else stretch.end if stretch else ""
    backward = ""
    if mark is not None:  # also from a page whose rows are gone by now
        backward = _mark(shown[0], names) if shown else (stretch.beginning if stretch else "") or _written(mark)
    looked_through = stretch.rows if stretch and stretch.end and len(found) <= size else 0
    if back:
        return Page(shown[::-1], onward, backward, looked_through)
    return Page(shown, backward, onward, looked_through)


_NEAR: Final = 10_000
"""Rows that are looked through before a whole window: what many have is found there, and its end costs nothing."""


@dataclass(frozen=True, slots=True)
class _Stretch:
    found: list[int]
    """Ids of the rows that were looked for, no more than a page and one."""
    rows: int
    beginning: str
    """Mark of the first row that was looked at."""
    end: str
    """Mark of the last one; blank where the list ends with it."""


def _looked_through(
    wanted: QuerySet[M], window: Window[M], beyond: Q, names: tuple[str, ...], downwards: bool, size: int
) -> _Stretch:
    """Ids alone: an index that carries what is looked for answers by itself, no row is read before it is found."""
    places = window.among.filter(beyond).order_by(*wanted.query.order_by).values_list(*names)
    first = places.first()
    for rows in sorted({min(_NEAR, window.rows), window.rows}):
        ends = [list(place) for place in places[rows - 1 : rows + 1]]
        within = wanted.filter(_upto(names, ends[0], downwards)) if len(ends) > 1 else wanted
        found = list(within.values_list("pk", flat=True)[: size + 1])
        if len(found) > size or len(ends) < 2:
            break
    end = _written(ends[0]) if len(ends) > 1 else ""
    return _Stretch(found, rows, _written(list(first)) if first else "", end)


def _beyond(names: tuple[str, ...], mark: list[Any], downwards: bool) -> Q:
    left, right = Tuple(*(F(name) for name in names)), tuple(mark)
    return Q(TupleLessThan(left, right) if downwards else TupleGreaterThan(left, right))


def _upto(names: tuple[str, ...], mark: list[Any], downwards: bool) -> Any:
    """Not ``~_beyond``: PostgreSQL does not turn a comparison of whole rows round, and would not stop there."""
    left, right = Tuple(*(F(name) for name in names)), tuple(mark)
    return TupleGreaterThanOrEqual(left, right) if downwards else TupleLessThanOrEqual(left, right)


def _mark(row: Model, names: tuple[str, ...]) -> str:
    return _written([getattr(row, name) for name in names])


def _written(values: list[Any]) -> str:
    if len(values) == 1:
        return str(values[0])
    written = json.dumps([value.isoformat() if isinstance(value, datetime) else value for value in values])
    return urlsafe_b64encode(written.encode()).decode().rstrip("=")


def _read(mark: str, rows: QuerySet[M], names: tuple[str, ...]) -> list[Any] | None:
    """The values of a mark, typed as the model has them; None for none and for nonsense."""
    if not mark or len(mark) > 8000:
        return None
    try:
        if len(names) == 1:
            values = [int(mark)]
        else:
            values = json.loads(urlsafe_b64decode(mark + "=" * (-len(mark) % 4)))
            fields = [rows.model._meta.pk if name == "pk" else rows.model._meta.get_field(name) for name in names]
            if len(values) != len(names) or any(isinstance(value, (dict, list, type(None))) for value in values):
                return None
            values = [field.to_python(value) for field, value in zip(fields, values, strict=True)]  # type: ignore[union-attr]
    except Exception:  # what a stranger wrote into the address is no fault of ours
        return None
    return values if 0 <= int(values[-1]) <= _MOST and "\0" not in str(values[0]) else None
