"""Trunks: the carrier connections hotlines go over."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from campana.accounts import permissions
from campana.accounts.api import ApiRequest, Id, In, Listing, Out, Page, Paging, Query, Status, page, requires
from campana.hotlines import operations, queries
from campana.hotlines.api.router import router
from campana.hotlines.models import Trunk
from campana.hotlines.operations.trunks import MAX_CHANNELS, MAX_RATE

Name = Annotated[str, Field(pattern=r"^[^\x00]*[^\x00\s][^\x00]*$", max_length=80)]
Endpoint = Annotated[str, Field(pattern=r"^(PJSIP/)?[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
Channels = Annotated[int, Field(ge=1, le=MAX_CHANNELS)]
Rate = Annotated[float, Field(gt=0, le=MAX_RATE, strict=False)]


class TrunkIn(In):
    name: Name
    endpoint: Endpoint = Field(description="The switch's name of it, for example a PJSIP endpoint.")
    channels: Channels = 30
    calls_per_second: Rate = 10.0


class TrunkPatch(In):
    """What is not given stays as it is."""

    name: Name | None = None
    endpoint: Endpoint | None = None
    channels: Channels | None = None
    calls_per_second: Rate | None = None
    enabled: bool | None = None


class TrunkOut(Out):
    id: int
    name: str
    endpoint: str
    channels: int
    calls_per_second: float
    enabled: bool


@router.get("/trunks", response=Page[TrunkOut], summary="List trunks")
@requires(permissions.HOTLINES_VIEW)
def list_trunks(request: ApiRequest, paging: Query[Paging]) -> Listing[Trunk]:
    return page(request, queries.trunks(request.actor), paging)


@router.post("/trunks", response={201: TrunkOut}, summary="Add a trunk")
@requires(permissions.HOTLINES_MANAGE)
def create_trunk(request: ApiRequest, payload: TrunkIn) -> Status[Trunk]:
    return Status(201, operations.create_trunk(actor=request.actor, now=request.now, **payload.model_dump()))


@router.get("/trunks/{trunk_id}", response=TrunkOut, summary="Read a trunk")
@requires(permissions.HOTLINES_VIEW)
def get_trunk(request: ApiRequest, trunk_id: Id) -> Trunk:
    return queries.trunk(request.actor, trunk_id)


@router.patch("/trunks/{trunk_id}", response=TrunkOut, summary="Change a trunk")
@requires(permissions.HOTLINES_MANAGE)
def change_trunk(request: ApiRequest, trunk_id: Id, payload: TrunkPatch) -> Trunk:
    return operations.change_trunk(
        trunk_id=trunk_id, actor=request.actor, now=request.now, **payload.model_dump(exclude_none=True)
    )


@router.delete("/trunks/{trunk_id}", response={204: None}, summary="Delete a trunk")
@requires(permissions.HOTLINES_MANAGE)
def delete_trunk(request: ApiRequest, trunk_id: Id) -> Status[None]:
    operations.delete_trunk(trunk_id=trunk_id, actor=request.actor, now=request.now)
    return Status(204, None)
