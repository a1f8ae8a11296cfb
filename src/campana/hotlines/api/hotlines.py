"""Hotlines: the numbers customers see."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from campana.accounts import permissions
from campana.accounts.api import ApiRequest, Id, In, Listing, Out, Page, Paging, Query, Status, page, requires
from campana.accounts.api.schemas import NO_NUL
from campana.hotlines import operations, queries
from campana.hotlines.api.router import router
from campana.hotlines.models import Hotline

Label = Annotated[str, Field(pattern=NO_NUL, max_length=80)]


class HotlineIn(In):
    number: Annotated[str, Field(pattern=NO_NUL, max_length=40)] = Field(
        description="With country code: +420 800 111 222.", examples=["+420800111222"]
    )
    trunk_id: Id
    label: Label = ""


class HotlinePatch(In):
    """What is not given stays as it is."""

    label: Label | None = None
    trunk_id: Id | None = None
    enabled: bool | None = None


class HotlineOut(Out):
    id: int
    number: str
    label: str
    trunk_id: int
    enabled: bool
    resting_until: datetime | None = Field(description="Rests after failures in a row until then.")


@router.get("/hotlines", response=Page[HotlineOut], summary="List hotlines")
@requires(permissions.HOTLINES_VIEW)
def list_hotlines(request: ApiRequest, paging: Query[Paging]) -> Listing[Hotline]:
    return page(request, queries.hotlines(request.actor), paging)


@router.post("/hotlines", response={201: HotlineOut}, summary="Add a hotline")
@requires(permissions.HOTLINES_MANAGE)
def create_hotline(request: ApiRequest, payload: HotlineIn) -> Status[Hotline]:
    return Status(201, operations.create_hotline(actor=request.actor, now=request.now, **payload.model_dump()))


@router.get("/hotlines/{hotline_id}", response=HotlineOut, summary="Read a hotline")
@requires(permissions.HOTLINES_VIEW)
def get_hotline(request: ApiRequest, hotline_id: Id) -> Hotline:
    return queries.hotline(request.actor, hotline_id)


@router.patch("/hotlines/{hotline_id}", response=HotlineOut, summary="Change a hotline")
@requires(permissions.HOTLINES_MANAGE)
def change_hotline(request: ApiRequest, hotline_id: Id, payload: HotlinePatch) -> Hotline:
    """Switching off a number an unfinished campaign shows is refused (409)."""
    return operations.change_hotline(
        hotline_id=hotline_id, actor=request.actor, now=request.now, **payload.model_dump(exclude_none=True)
    )


@router.delete("/hotlines/{hotline_id}", response={204: None}, summary="Delete a hotline")
@requires(permissions.HOTLINES_MANAGE)
def delete_hotline(request: ApiRequest, hotline_id: Id) -> Status[None]:
    operations.delete_hotline(hotline_id=hotline_id, actor=request.actor, now=request.now)
    return Status(204, None)


@router.delete("/hotlines/{hotline_id}/rest", response=HotlineOut, summary="End the rest of a hotline")
@requires(permissions.HOTLINES_MANAGE)
def release_hotline(request: ApiRequest, hotline_id: Id) -> Hotline:
    """A hotline that failed rests for ten minutes; this lets it be tried again at once."""
    return operations.release_hotline(hotline_id=hotline_id, actor=request.actor, now=request.now)
