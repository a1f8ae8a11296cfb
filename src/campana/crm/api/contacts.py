"""Contacts: listed, found, made, read, changed, deleted."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from campana.accounts import permissions
from campana.accounts.api import (
    ApiRequest,
    Filters,
    Id,
    In,
    Listing,
    Out,
    Page,
    Paging,
    Query,
    ShortText,
    Status,
    Text,
    page,
    requires,
)
from campana.crm import operations
from campana.crm.api.router import router
from campana.crm.models import Contact, ContactNumber
from campana.crm.operations import recycle
from campana.crm.queries.contacts import contact_of, matching, of_import, search
from campana.crm.queries.filters import filter_of
from campana.crm.queries.groups import group_of
from campana.crm.queries.recycle import deleted
from campana.kernel.refusals import NotFound

Phone = Annotated[str, Field(pattern=r"^[^\x00]*$", max_length=60)]
FieldValue = str | int | float | bool | None
Values = dict[Annotated[str, Field(pattern=r"^[^\x00]*$", max_length=64)], FieldValue]


class NumberOut(Out):
    number: str = Field(description="International digits, without plus; empty when it could not be read.")
    raw: str
    kind: Literal["mobile", "fixed", "other"]
    valid: bool
    time_zone: str


class ContactOut(Out):
    id: int
    name: str
    phones: list[NumberOut] = Field(description="The main number first.")
    email: str
    company: str
    position: str
    additional_info: str
    stage: str
    owner_id: int | None
    time_zone: str
    fields: dict[str, Any] = Field(description="Custom field key to value.")
    external_id: str
    version: int
    created_at: datetime
    updated_at: datetime

    @staticmethod
    def resolve_phones(contact: Contact) -> list[ContactNumber]:
        return sorted(contact.numbers.all(), key=lambda number: number.position)


class ContactIn(In):
    """National numbers are completed with the organisation's default country."""

    name: ShortText = ""
    phones: list[Phone] = Field(default=[], max_length=5, examples=[["+84 912 345 678"]])
    email: ShortText = ""
    company: ShortText = ""
    position: ShortText = ""
    additional_info: Text = ""
    stage: Literal["lead", "customer"] = "customer"
    owner_id: Id | None = None
    time_zone: Annotated[str, Field(pattern=r"^[^\x00]*$", max_length=64)] = ""
    fields: Values = Field(default={}, description="Custom field key (or label) to value.")
    external_id: Annotated[str, Field(pattern=r"^[^\x00]*$", max_length=120)] = ""


class ContactPatch(In):
    """What is not given stays. ``fields`` merge, null removes one; ``phones`` replace all numbers."""

    name: ShortText | None = None
    phones: list[Phone] | None = Field(None, max_length=5)
    email: ShortText | None = None
    company: ShortText | None = None
    position: ShortText | None = None
    additional_info: Text | None = None
    stage: Literal["lead", "customer"] | None = None
    owner_id: Id | None = None
    time_zone: Annotated[str, Field(pattern=r"^[^\x00]*$", max_length=64)] | None = None
    fields: Values | None = None
    external_id: Annotated[str, Field(pattern=r"^[^\x00]*$", max_length=120)] | None = None
    version: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = Field(
        None, description="The version read: refused with 409 when somebody changed it since."
    )


class ContactFilters(Filters):
    query: Annotated[str, Field(pattern=r"^[^\x00]*$", max_length=200)] | None = Field(
        None, description="Words that all stand in name, organisation, e-mail or numbers; accents do not matter."
    )
    phone: Phone | None = Field(None, description="A whole number, as people write it.")
    email: ShortText | None = None
    external_id: ShortText | None = None
    group: Id | None = None
    filter: Id | None = Field(None, description="A saved filter.")
    import_id: Id | None = Field(None, alias="import", description="Contacts an import added or matched.")
    owner: Id | None = None
    stage: Literal["lead", "customer"] | None = None


@router.get("/contacts", response=Page[ContactOut], summary="List contacts")
@requires(permissions.CONTACTS_VIEW)
def list_contacts(request: ApiRequest, filters: Query[ContactFilters], paging: Query[Paging]) -> Listing[Contact]:
    """Newest first. Several filters all hold."""
    organisation = request.actor.organisation
    rows = search(organisation, filters.query or "").prefetch_related("numbers")
    if filters.phone is not None:
        rows = rows & matching(organisation, {"field": "phone", "op": "is", "value": filters.phone}, request.now)
    if filters.email is not None:
        rows = rows.filter(email=filters.email.lower())
    if filters.external_id is not None:
        rows = rows.filter(external_id=filters.external_id)
    if filters.owner is not None:
        rows = rows.filter(owner_id=filters.owner)
    if filters.stage is not None:
        rows = rows.filter(stage=filters.stage)
    if filters.group is not None:
        rows = rows.filter(memberships__group=group_of(organisation, filters.group))
    if filters.filter is not None:
        rows = rows & matching(organisation, filter_of(request.actor, filters.filter).condition, request.now)
    if filters.import_id is not None:
        rows = rows.filter(pk__in=of_import(organisation, filters.import_id).values("pk"))
    return page(request, rows, paging)


@router.post("/contacts", response={201: ContactOut}, summary="Make a contact")
@requires(permissions.CONTACTS_MANAGE)
def create_contact(request: ApiRequest, payload: ContactIn) -> Status[Contact]:
    contact = operations.create_contact(actor=request.actor, values=payload.model_dump(), now=request.now)
    return Status(201, contact_of(request.actor.organisation, contact.pk))


@router.get("/contacts/{int:contact_id}", response=ContactOut, summary="Read a contact")
@requires(permissions.CONTACTS_VIEW)
def get_contact(request: ApiRequest, contact_id: Id) -> Contact:
    return contact_of(request.actor.organisation, contact_id)


@router.patch("/contacts/{int:contact_id}", response=ContactOut, summary="Change a contact")
@requires(permissions.CONTACTS_MANAGE)
def change_contact(request: ApiRequest, contact_id: Id, payload: ContactPatch) -> Contact:
    """A running campaign uses the new data with its next attempt."""
    contact = contact_of(request.actor.organisation, contact_id)
    given = payload.model_dump(exclude_unset=True)
    version = given.pop("version", None)
    operations.update_contact(actor=request.actor, contact=contact, values=given, version=version, now=request.now)
    return contact_of(request.actor.organisation, contact_id)


@router.delete("/contacts/{int:contact_id}", response={204: None}, summary="Delete a contact")
@requires(permissions.CONTACTS_MANAGE)
def delete_contact(request: ApiRequest, contact_id: Id) -> Status[None]:
    """Into the recycle bin; its calls stay."""
    contact = contact_of(request.actor.organisation, contact_id)
    operations.delete_contact(actor=request.actor, contact=contact, now=request.now)
    return Status(204, None)


class DeletedOut(ContactOut):
    deleted_at: datetime


@router.get("/deleted-contacts", response=Page[DeletedOut], summary="List the recycle bin")
@requires(permissions.CONTACTS_RESTORE)
def list_deleted_contacts(request: ApiRequest, paging: Query[Paging]) -> Listing[Contact]:
    """Contacts that can still be restored: for thirty days."""
    return page(request, deleted(request.actor.organisation).prefetch_related("numbers"), paging)


@router.put("/deleted-contacts/{contact_id}/restoration", response=ContactOut, summary="Restore a deleted contact")
@requires(permissions.CONTACTS_RESTORE)
def restore_contact(request: ApiRequest, contact_id: Id) -> Contact:
    """It comes back into the directory, not into groups and campaigns."""
    if not recycle.restore_contacts(actor=request.actor, ids=[contact_id], now=request.now):
        raise NotFound(kind="deleted contact")
    return contact_of(request.actor.organisation, contact_id)
