"""Cursor paging by keys: never OFFSET, never a count, so page 1,000 costs what page 1 costs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Final, Generic, TypedDict, TypeVar

from django.core import signing
from django.db.models import Model, Q, QuerySet
from pydantic import BaseModel, ConfigDict, Field

from campana.accounts.api.request import ApiRequest
from campana.accounts.api.schemas import NO_NUL, Filters
from campana.kernel.refusals import Invalid

DEFAULT, MOST = 50, 200
_SALT: Final = "campana.api.cursor"
_NOT_THE_QUERY: Final = {"cursor", "limit"}

T = TypeVar("T")
M = TypeVar("M", bound=Model)


class Paging(Filters):
    """The two query parameters of every list."""

    cursor: Annotated[str, Field(pattern=NO_NUL, max_length=3000)] | None = Field(
        None, description="next_cursor of the page before, with the same other parameters."
    )
    limit: int = Field(DEFAULT, ge=1, le=MOST)


class Page(BaseModel, Generic[T]):
    """One page; ``next_cursor`` is null on the last one."""

    model_config = ConfigDict(from_attributes=True)

    items: list[T]
    next_cursor: str | None


class Listing(TypedDict, Generic[T]):
    """What an operation returns for a ``Page``."""

    items: Sequence[T]
    next_cursor: str | None


class BadCursor(Invalid):
    code = "bad_cursor"
    detail = "The cursor does not belong to this query; begin without one."


def page(request: ApiRequest, rows: QuerySet[M], paging: Paging, *, key: str | Sequence[str] = "-id") -> Listing[M]:
    """One page of ``rows`` by ``key``: not-null columns that together are unique, all of one direction.

    ``"-id"`` is newest first; ``("name", "id")`` by name. The cursor is signed and bound to organisation, address
    and filters of the request. Raises BadCursor.
    """
    keys = [key] if isinstance(key, str) else list(key)
    descending = keys[0].startswith("-")
    columns = [each.lstrip("-") for each in keys]
    if any(each.startswith("-") != descending for each in keys):
        raise ValueError("all keys of a page go in one direction")
    if paging.cursor is not None:
        rows = rows.filter(_beyond(columns, _read(request, paging.cursor, len(columns)), descending))
    found = list(rows.order_by(*keys)[: paging.limit + 1])
    items = found[: paging.limit]
    more = len(found) > paging.limit
    return {"items": items, "next_cursor": _write(request, columns, items[-1]) if more else None}


def _beyond(columns: list[str], values: list[Any], descending: bool) -> Q:
    """Rows after the given one. The first comparison stands alone so that the index can begin there."""
    step, first = ("lt", "lte") if descending else ("gt", "gte")
    if len(columns) == 1:
        return Q(**{f"{columns[0]}__{step}": values[0]})
    after = Q()
    for index, column in enumerate(columns):
        same = {columns[i]: values[i] for i in range(index)}
        after |= Q(**same, **{f"{column}__{step}": values[index]})
    return Q(**{f"{columns[0]}__{first}": values[0]}) & after


def _query(request: ApiRequest) -> str:
    """What a cursor is good for: this organisation, address and filters."""
    filters = sorted((name, request.GET.getlist(name)) for name in request.GET if name not in _NOT_THE_QUERY)
    text = json.dumps([request.actor.organisation.pk, request.path, filters])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _write(request: ApiRequest, columns: list[str], row: Model) -> str:
    values = [_plain(getattr(row, column)) for column in columns]
    return signing.dumps({"q": _query(request), "k": values}, salt=_SALT)


def _read(request: ApiRequest, cursor: str, length: int) -> list[Any]:
    try:
        content = signing.loads(cursor, salt=_SALT)
    except signing.BadSignature:
        raise BadCursor(field="cursor") from None
    if content["q"] != _query(request) or len(content["k"]) != length:
        raise BadCursor(field="cursor")
    return list(content["k"])


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else value
