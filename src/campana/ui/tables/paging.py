"""One page of a list by keyset, in both directions and by any column that has an index: no OFFSET, no count."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db.models import F, Model, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan

M = TypeVar("M", bound=Model)
_MOST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    rows: list[M]
    before: str
    """The mark in front of which the page before this one ends; blank on the first page."""
    after: str
    """The mark after which the next page begins; blank on the last page."""


def page_of(
    rows: QuerySet[M],
    *,
    sort: str,
    down: bool,
    size: int,
    after: str = "",
    before: str = "",
    ids_first: bool = False,
) -> Page[M]:
    """Rows in the order of ``sort`` and then of their ids; a mark that can not be read begins at the first page.

    The comparison is one of whole rows, ``(name, id) > (…, …)``, which PostgreSQL answers from the index.
    ``ids_first``: for what is looked for in an index that carries it: then no row is read before it is found.
    """
    alone = sort == "pk"
    names = ("pk",) if alone else (sort, "pk")
    back = bool(before)
    mark = _read(before or after, rows, names)
    downwards = down != back
    ordered = rows.order_by(*(f"-{name}" if downwards else name for name in names))
    if mark is not None:
        ordered = ordered.filter(_beyond(names, mark, downwards))
    if ids_first:
        known = rows.order_by(*ordered.query.order_by)
        ordered = known.filter(pk__in=list(ordered.values_list("pk", flat=True)[: size + 1]))
    found = list(ordered[: size + 1])
    more = len(found) > size
    shown = found[:size]
    if back:
        shown.reverse()
    if not shown:
        return Page([], "", "")
    first, last = _mark(shown[0], names), _mark(shown[-1], names)
    earlier = more if back else mark is not None
    later = (mark is not None) if back else more
    return Page(shown, first if earlier else "", last if later else "")


def _beyond(names: tuple[str, ...], mark: list[Any], downwards: bool) -> Any:
    left, right = Tuple(*(F(name) for name in names)), tuple(mark)
    return TupleLessThan(left, right) if downwards else TupleGreaterThan(left, right)


def _mark(row: Model, names: tuple[str, ...]) -> str:
    values = [getattr(row, name) for name in names]
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
