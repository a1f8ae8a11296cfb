"""One page of a list in the order of its names: never OFFSET, never a count.

``?after=ID`` names the last row of the page before; the place goes on behind it even when names repeat.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

from campana.ui.asking import address, number_in

M = TypeVar("M", bound=Model)
SIZE = 50


@dataclass(frozen=True, slots=True)
class Sheet(Generic[M]):
    rows: list[M]
    next: str
    """Address of the page behind; blank on the last."""
    first: str
    """Address of the first page; blank when this is it."""


def sheet(request: HttpRequest, rows: QuerySet[M], by: str, size: int = SIZE) -> Sheet[M]:
    """The rows behind ``?after=ID`` in the order of ``by``; of a row that is gone the first page."""
    after = number_in(request, "after")
    value = rows.filter(pk=after).values_list(by, flat=True).first() if after is not None else None
    behind = rows if value is None else rows.filter(Q(**{f"{by}__gt": value}) | Q(**{by: value, "pk__gt": after}))
    found = list(behind.order_by(by, "pk")[: size + 1])
    following = address(request, after=found[size - 1].pk) if len(found) > size else ""
    return Sheet(found[:size], following, address(request) if value is not None else "")
