"""A list as its templates see it: what is shown, in which order, where its headings and neighbours lead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from campana.ui.asking import address
from campana.ui.tables.columns import Act, Column, Table
from campana.ui.tables.paging import Page, Window, page_of


@dataclass(frozen=True, slots=True)
class Head:
    column: Column
    address: str
    """Where a press on it leads; blank when it carries no order."""
    sorted: str
    """``ascending``, ``descending`` or blank: the value of ``aria-sort``."""


@dataclass(frozen=True, slots=True)
class View:
    """A saved view, as a link."""

    pk: int
    name: str
    address: str
    current: bool


@dataclass(frozen=True, slots=True)
class Listing:
    table: Table
    rows: list[Any]
    heads: list[Head]
    shown: Mapping[str, bool]
    previous: str
    next: str
    acts: list[tuple[Act, list[dict[str, Any]]]]
    """Those the reader may do, each with its questions as arguments of the field component."""
    query: str
    """What the reader looks at, without the place in it: what a saved view keeps."""
    views: list[View] = field(default_factory=list)
    everything: str = ""
    """Where the acts are offered for all that match, not for ticked rows alone; blank where they are not."""
    looked_through: int = 0
    """How many rows were looked through, where the next page looks on among others."""

    @property
    def ticks(self) -> bool:
        return bool(self.acts)

    @property
    def columns(self) -> list[tuple[Column, bool]]:
        """All of them, with whether each is shown."""
        return [(column, column.key in self.shown) for column in self.table.columns]


def listing_of(
    request: HttpRequest,
    table: Table,
    rows: QuerySet[Any],
    *,
    chosen: list[str] | None = None,
    views: Sequence[View] = (),
    options: Mapping[str, list[tuple[str, str]]] | None = None,
    order: str = "",
    everything: str = "",
    window: Window[Any] | None = None,
    page: Page[Any] | None = None,
) -> Listing:
    """The page of ``rows`` the request asks for. ``chosen``: the person's columns; ``views``: the saved ones;
    ``options``: choices of the acts' questions by name; ``order``: instead of the table's own; ``page``: where the
    rows were read in an order of their own, which no heading changes."""
    own_order = page is not None
    column, down = _order(table, request.GET.get("sort", "") or order)
    page = page or page_of(
        rows,
        sort=column.sort,
        down=down,
        size=table.size,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        window=window,
    )
    kept = table.kept(chosen)
    return Listing(
        table=table,
        rows=[(row, table.label(row)) for row in page.rows],
        heads=[
            Head(each, "", "") if own_order else _head(request, each, column, down)
            for each in table.columns
            if each.key in kept
        ],
        shown=dict.fromkeys(kept, True),
        previous=address(request, before=page.before) if page.before else "",
        next=address(request, after=page.after) if page.after else "",
        acts=[(act, _asks(act, options or {})) for act in table.acts if _may(request, act)],
        query=address(request, view=None),
        views=list(views),
        everything=everything,
        looked_through=page.looked_through,
    )


def _order(table: Table, asked: str) -> tuple[Column, bool]:
    for text in (asked, table.order):
        column = table.column(text.removeprefix("-"))
        if column is not None and column.sort:
            return column, text.startswith("-")
    raise ValueError(f"the order of {table.key} names no column that can carry it")


def _head(request: HttpRequest, column: Column, by: Column, down: bool) -> Head:
    if not column.sort:
        return Head(column, "", "")
    here = column.key == by.key
    falling = not down if here else column.falling
    way = address(request, sort=f"-{column.key}" if falling else column.key)
    return Head(column, way, ("descending" if down else "ascending") if here else "")


def _may(request: HttpRequest, act: Act) -> bool:
    actor = getattr(request, "actor", None)
    return bool(actor and actor.can(act.permission))


def _asks(act: Act, options: Mapping[str, list[tuple[str, str]]]) -> list[dict[str, Any]]:
    return [
        {
            "id": f"{act.key}-{ask.name}",
            "name": ask.name,
            "label": ask.label,
            "hint": ask.hint,
            "type": ask.type,
            "required": "required" if ask.required else None,
            "options": options.get(ask.name, []) if ask.options else None,
        }
        for ask in act.asks
    ]
