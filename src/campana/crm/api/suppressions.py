"""The do-not-call list."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from campana.accounts import permissions
from campana.accounts.api import (
    ApiRequest,
    Filters,
    Id,
    In,
    Listing,
    Moment,
    Out,
    Page,
    Paging,
    Query,
    ShortText,
    Status,
    page,
    requires,
)
from campana.crm import operations
from campana.crm.api.router import router
from campana.crm.models import Suppression
from campana.crm.numbers import read_number
from campana.crm.queries.contacts import contact_of
from campana.crm.queries.imports import suppression_of, suppressions

Reason = Literal["opt_out", "do_not_call_again", "register", "complaint", "other"]
Phone = Annotated[str, Field(pattern=r"^[^\x00]*$", max_length=60)]


class SuppressionIn(In):
    """A number or a contact (or both) that is not called from now on."""

    number: Phone = ""
    contact_id: Id | None = None
    campaign_id: Id | None = Field(None, description="Only in this campaign; null is the whole organisation.")
    reason: Reason = "opt_out"
    note: ShortText = ""
    ends_at: Moment | None = Field(None, description="Null is for good.")


class SuppressionOut(Out):
    id: int
    number: str
    contact_id: int | None
    campaign_id: int | None
    reason: str
    note: str
    source: str
    starts_at: datetime
    ends_at: datetime | None


class SuppressionFilters(Filters):
    number: Phone | None = Field(None, description="As people write it.")
    contact: Id | None = None
    campaign: Id | None = None
    reason: Reason | None = None
    ended: bool = Field(False, description="Those whose end has passed as well.")


class LiftFilters(Filters):
    reason: ShortText = Field(description="Why it is taken off; kept in the audit log.", min_length=3)


@router.get("/suppressions", response=Page[SuppressionOut], summary="List suppressions")
@requires(permissions.SUPPRESSIONS_MANAGE)
def list_suppressions(
    request: ApiRequest, filters: Query[SuppressionFilters], paging: Query[Paging]
) -> Listing[Suppression]:
    organisation = request.actor.organisation
    rows = suppressions(organisation, request.now, ended=filters.ended)
    if filters.number is not None:
        reading = read_number(filters.number, organisation.default_country)
        rows = rows.filter(number=reading.number).exclude(number="") if reading.number else rows.none()
    if filters.contact is not None:
        rows = rows.filter(contact_id=filters.contact)
    if filters.campaign is not None:
        rows = rows.filter(campaign_id=filters.campaign)
    if filters.reason is not None:
        rows = rows.filter(reason=filters.reason)
    return page(request, rows, paging)


@router.post("/suppressions", response={201: SuppressionOut}, summary="Put on the do-not-call list")
@requires(permissions.SUPPRESSIONS_MANAGE)
def create_suppression(request: ApiRequest, payload: SuppressionIn) -> Status[Suppression]:
    """Holds from this moment, also in running campaigns. Repeating it answers with the entry there is."""
    contact = contact_of(request.actor.organisation, payload.contact_id) if payload.contact_id else None
    row = operations.suppress(
        actor=request.actor,
        contact=contact,
        number=payload.number,
        reason=payload.reason,
        note=payload.note,
        ends_at=payload.ends_at,
        campaign_id=payload.campaign_id,
        source=Suppression.Source.API,
        now=request.now,
    )
    return Status(201, row)


@router.get("/suppressions/{suppression_id}", response=SuppressionOut, summary="Read a suppression")
@requires(permissions.SUPPRESSIONS_MANAGE)
def get_suppression(request: ApiRequest, suppression_id: Id) -> Suppression:
    return suppression_of(request.actor.organisation, suppression_id)


@router.delete("/suppressions/{suppression_id}", response={204: None}, summary="Take off the do-not-call list")
@requires(permissions.SUPPRESSIONS_REMOVE)
def delete_suppression(request: ApiRequest, suppression_id: Id, filters: Query[LiftFilters]) -> Status[None]:
    row = suppression_of(request.actor.organisation, suppression_id)
    operations.lift_suppression(actor=request.actor, suppression=row, reason=filters.reason, now=request.now)
    return Status(204, None)
