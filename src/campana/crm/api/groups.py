"""Contact groups: the customer pool of campaigns."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from campana.accounts import permissions
from campana.accounts.api import ApiRequest, Id, In, Listing, Out, Page, Paging, Query, Status, page, requires
from campana.crm import operations
from campana.crm.api.router import router
from campana.crm.models import ContactGroup
from campana.crm.queries.groups import group_of, groups

Name = Annotated[str, Field(pattern=r"^[^\x00]*[^\x00\s][^\x00]*$", max_length=150)]


class GroupIn(In):
    name: Name


class GroupOut(Out):
    id: int
    name: str
    created_at: datetime


class GroupDetail(GroupOut):
    size: int

    @staticmethod
    def resolve_size(group: ContactGroup) -> int:
        return group.members.count()


class MembersIn(In):
    """Picked contacts, or all that match a condition at this moment."""

    ids: list[Id] = Field(default=[], max_length=10_000)
    condition: dict[str, Any] | None = Field(
        None, examples=[{"all": [{"field": "company", "op": "contains", "value": "Acme"}]}]
    )


class Changed(Out):
    changed: int = Field(description="How many contacts came in or left.")


class MembersOut(In):
    ids: list[Id] = Field(max_length=10_000)


@router.get("/groups", response=Page[GroupOut], summary="List contact groups")
@requires(permissions.CONTACTS_VIEW)
def list_groups(request: ApiRequest, paging: Query[Paging]) -> Listing[ContactGroup]:
    return page(request, groups(request.actor.organisation), paging)


@router.post("/groups", response={201: GroupDetail}, summary="Make a contact group")
@requires(permissions.CONTACTS_MANAGE)
def create_contact_group(request: ApiRequest, payload: GroupIn) -> Status[ContactGroup]:
    return Status(201, operations.create_group(actor=request.actor, name=payload.name, now=request.now))


@router.get("/groups/{group_id}", response=GroupDetail, summary="Read a contact group")
@requires(permissions.CONTACTS_VIEW)
def get_contact_group(request: ApiRequest, group_id: Id) -> ContactGroup:
    return group_of(request.actor.organisation, group_id)


@router.patch("/groups/{group_id}", response=GroupDetail, summary="Rename a contact group")
@requires(permissions.CONTACTS_MANAGE)
def rename_contact_group(request: ApiRequest, group_id: Id, payload: GroupIn) -> ContactGroup:
    group = group_of(request.actor.organisation, group_id)
    return operations.rename_group(actor=request.actor, group=group, name=payload.name, now=request.now)


@router.delete("/groups/{group_id}", response={204: None}, summary="Delete a contact group")
@requires(permissions.CONTACTS_MANAGE)
def delete_contact_group(request: ApiRequest, group_id: Id) -> Status[None]:
    """Its contacts stay."""
    group = group_of(request.actor.organisation, group_id)
    operations.delete_group(actor=request.actor, group=group, now=request.now)
    return Status(204, None)


@router.post("/groups/{group_id}/members", response=Changed, summary="Add contacts to a group")
@requires(permissions.CONTACTS_MANAGE)
def add_group_members(request: ApiRequest, group_id: Id, payload: MembersIn) -> dict[str, int]:
    group = group_of(request.actor.organisation, group_id)
    changed = operations.add_to_group(
        actor=request.actor, group=group, ids=payload.ids, condition=payload.condition, now=request.now
    )
    return {"changed": changed}


@router.delete("/groups/{group_id}/members", response=Changed, summary="Take contacts out of a group")
@requires(permissions.CONTACTS_MANAGE)
def remove_group_members(request: ApiRequest, group_id: Id, payload: MembersOut) -> dict[str, int]:
    group = group_of(request.actor.organisation, group_id)
    changed = operations.remove_from_group(actor=request.actor, group=group, ids=payload.ids, now=request.now)
    return {"changed": changed}
