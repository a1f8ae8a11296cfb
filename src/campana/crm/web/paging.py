"""One page of a list by id, newest first: never OFFSET, never a count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest

M = TypeVar("M", bound=Model)
SIZE = 50
_MOST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Sheet(Generic[M]):
    rows: list[M]
    next: str
    """Address of older rows; blank on the last page."""
    first: str
    """Address of the first page; blank when this is it."""


def sheet(request: HttpRequest, rows: QuerySet[M], size: int = SIZE) -> Sheet[M]:
    """The rows before ``?before=ID``, or the newest."""
    text = request.GET.get("before", "")
    before = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None
    if before is not None:
        rows = rows.filter(pk__lt=min(before, _MOST))
    found = list(rows.order_by("-pk")[: size + 1])
    query = request.GET.copy()
    query.pop("before", None)
    first = f"?{query.urlencode()}" if before is not None else ""
    following = ""
    if len(found) > size:
        query["before"] = str(found[size - 1].pk)
        following = f"?{query.urlencode()}"
    return Sheet(found[:size], following, first)
