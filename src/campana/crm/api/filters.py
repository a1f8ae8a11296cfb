"""Saved filters in the condition language."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from campana.accounts import permissions
from campana.accounts.api import ApiRequest, Id, In, Listing, Out, Page, Paging, Query, Status, page, requires
from campana.crm import operations
from campana.crm.api.router import router
from campana.crm.models import SavedFilter
from campana.crm.queries.contacts import of_filter
from campana.crm.queries.filters import filter_of, filters

Name = Annotated[str, Field(pattern=r"^[^\x00]*[^\x00\s][^\x00]*$", max_length=150)]


class FilterIn(In):
    name: Name
    condition: dict[str, Any] = Field(examples=[{"all": [{"field": "stage", "op": "is", "value": "lead"}]}])
    shared: bool = True


class FilterOut(Out):
    id: int
    name: str
    condition: dict[str, Any]
    shared: bool
    created_at: datetime


class CountOut(Out):
    count: int


@router.get("/filters", response=Page[FilterOut], summary="List saved filters")
@requires(permissions.CONTACTS_VIEW)
def list_filters(request: ApiRequest, paging: Query[Paging]) -> Listing[SavedFilter]:
    return page(request, filters(request.actor), paging)


@router.post("/filters", response={201: FilterOut}, summary="Save a filter")
@requires(permissions.CONTACTS_MANAGE)
def create_filter(request: ApiRequest, payload: FilterIn) -> Status[SavedFilter]:
    return Status(201, operations.save_filter(actor=request.actor, now=request.now, **payload.model_dump()))


@router.get("/filters/{filter_id}", response=FilterOut, summary="Read a saved filter")
@requires(permissions.CONTACTS_VIEW)
def get_filter(request: ApiRequest, filter_id: Id) -> SavedFilter:
    return filter_of(request.actor, filter_id)


@router.get("/filters/{filter_id}/count", response=CountOut, summary="Count the contacts of a filter")
@requires(permissions.CONTACTS_VIEW)
def count_filter(request: ApiRequest, filter_id: Id) -> dict[str, int]:
    """Exact, at this moment."""
    return {"count": of_filter(filter_of(request.actor, filter_id), request.now).count()}


@router.put("/filters/{filter_id}", response=FilterOut, summary="Replace a saved filter")
@requires(permissions.CONTACTS_MANAGE)
def replace_filter(request: ApiRequest, filter_id: Id, payload: FilterIn) -> SavedFilter:
    saved = filter_of(request.actor, filter_id)
    return operations.save_filter(actor=request.actor, saved=saved, now=request.now, **payload.model_dump())


@router.delete("/filters/{filter_id}", response={204: None}, summary="Delete a saved filter")
@requires(permissions.CONTACTS_MANAGE)
def delete_filter(request: ApiRequest, filter_id: Id) -> Status[None]:
    operations.delete_filter(actor=request.actor, saved=filter_of(request.actor, filter_id), now=request.now)
    return Status(204, None)
