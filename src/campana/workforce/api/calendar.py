"""Working-hours profiles and holidays."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from campana.accounts import permissions
from campana.accounts.api import ApiRequest, Day, Id, In, Listing, Out, Page, Paging, Query, Status, page, requires
from campana.workforce import operations, queries
from campana.workforce.api.groups import Name
from campana.workforce.api.router import router
from campana.workforce.models import Holiday, WorkingHours

Minute = Annotated[int, Field(ge=0, le=1440)]
PeriodRow = Annotated[list[Minute], Field(min_length=3, max_length=3, examples=[[0, 540, 1020]])]
Periods = Annotated[list[PeriodRow], Field(min_length=1, max_length=500)]


class WorkingHoursIn(In):
    name: Name
    periods: Periods = Field(description="Rows of weekday (0 is Monday), start minute, end minute.")


class WorkingHoursOut(Out):
    id: int
    name: str
    periods: list[list[int]]


class HolidayIn(In):
    day: Day
    name: Name
    country: Annotated[str, Field(pattern=r"^([A-Z]{2})?$")] = Field("", description="Blank: everywhere.")


class HolidayOut(Out):
    id: int
    day: date
    name: str
    country: str


@router.get("/working-hours", response=Page[WorkingHoursOut], summary="List working-hours profiles")
@requires(permissions.CAMPAIGNS_VIEW)
def list_working_hours(request: ApiRequest, paging: Query[Paging]) -> Listing[WorkingHours]:
    return page(request, queries.working_hours(request.actor), paging)


@router.post("/working-hours", response={201: WorkingHoursOut}, summary="Make a working-hours profile")
@requires(permissions.HOURS_MANAGE)
def create_working_hours(request: ApiRequest, payload: WorkingHoursIn) -> Status[WorkingHours]:
    return Status(201, operations.create_hours(actor=request.actor, now=request.now, **payload.model_dump()))


@router.put("/working-hours/{hours_id}", response=WorkingHoursOut, summary="Replace a working-hours profile")
@requires(permissions.HOURS_MANAGE)
def replace_working_hours(request: ApiRequest, hours_id: Id, payload: WorkingHoursIn) -> WorkingHours:
    return operations.save_hours(hours_id=hours_id, actor=request.actor, now=request.now, **payload.model_dump())


@router.delete("/working-hours/{hours_id}", response={204: None}, summary="Delete a working-hours profile")
@requires(permissions.HOURS_MANAGE)
def delete_working_hours(request: ApiRequest, hours_id: Id) -> Status[None]:
    operations.delete_hours(hours_id=hours_id, actor=request.actor, now=request.now)
    return Status(204, None)


@router.get("/holidays", response=Page[HolidayOut], summary="List holidays")
@requires(permissions.CAMPAIGNS_VIEW)
def list_holidays(request: ApiRequest, paging: Query[Paging]) -> Listing[Holiday]:
    return page(request, queries.holidays(request.actor), paging, key=("day", "id"))


@router.post("/holidays", response={201: HolidayOut}, summary="Add a holiday")
@requires(permissions.HOURS_MANAGE)
def add_holiday(request: ApiRequest, payload: HolidayIn) -> Status[Holiday]:
    return Status(201, operations.add_holiday(actor=request.actor, now=request.now, **payload.model_dump()))


@router.delete("/holidays/{holiday_id}", response={204: None}, summary="Remove a holiday")
@requires(permissions.HOURS_MANAGE)
def remove_holiday(request: ApiRequest, holiday_id: Id) -> Status[None]:
    operations.remove_holiday(holiday_id=holiday_id, actor=request.actor, now=request.now)
    return Status(204, None)
