"""Custom fields."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from campana.accounts import permissions
from campana.accounts.api import ApiRequest, Id, In, Listing, Out, Page, Paging, Query, Status, page, requires
from campana.crm import operations
from campana.crm.api.router import router
from campana.crm.models import CustomField
from campana.crm.queries.custom import field_of, fields

Type = Literal["text", "number", "date", "phone", "email", "list", "yes_no"]
Name = Annotated[str, Field(pattern=r"^[^\x00]*[^\x00\s][^\x00]*$", max_length=64)]
Choice = Annotated[str, Field(pattern=r"^[^\x00]*[^\x00\s][^\x00]*$", max_length=120)]


class FieldIn(In):
    label: Name
    type: Type = "text"
    choices: list[Choice] = Field(default=[], max_length=200)
    required: bool = False
    on_card: bool = Field(True, description="Shown to the agent during a call.")


class FieldOut(Out):
    id: int
    key: str = Field(description="The name in ``fields`` of a contact, and with ``fields.`` in conditions.")
    label: str
    type: Type
    choices: list[str]
    required: bool
    on_card: bool


@router.get("/fields", response=Page[FieldOut], summary="List custom fields")
@requires(permissions.CONTACTS_VIEW)
def list_fields(request: ApiRequest, paging: Query[Paging]) -> Listing[CustomField]:
    return page(request, fields(request.actor.organisation), paging)


@router.post("/fields", response={201: FieldOut}, summary="Make a custom field")
@requires(permissions.FIELDS_MANAGE)
def create_field(request: ApiRequest, payload: FieldIn) -> Status[CustomField]:
    return Status(201, operations.save_field(actor=request.actor, now=request.now, **payload.model_dump()))


@router.delete("/fields/{field_id}", response={204: None}, summary="Delete a custom field")
@requires(permissions.FIELDS_MANAGE)
def delete_field(request: ApiRequest, field_id: Id) -> Status[None]:
    """Refused while a saved filter uses it."""
    field = field_of(request.actor.organisation, field_id)
    operations.delete_field(actor=request.actor, field=field, now=request.now)
    return Status(204, None)
