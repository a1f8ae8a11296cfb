"""The row that is about to be changed, held until the transaction ends."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, QuerySet

from campana.kernel.refusals import NotFound

Row = TypeVar("Row", bound=Model)


def locked(rows: QuerySet[Row], pk: int, kind: str) -> Row:
    """Of ``rows``, those of one organisation. Raises NotFound when it was deleted meanwhile."""
    row = rows.select_for_update(no_key=True).filter(pk=pk).first()
    if row is None:
        raise NotFound(kind=kind)
    return row
