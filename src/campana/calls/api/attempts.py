"""Reading attempts and entering their results."""

from __future__ import annotations

from campana.accounts import permissions
from campana.accounts.api import ApiRequest, Id, Listing, Page, Paging, Query, page, requires
from campana.calls import operations, queries
from campana.calls.api.router import router
from campana.calls.api.schemas import AttemptDetail, AttemptFilters, AttemptOut, ResultIn
from campana.calls.models import Attempt

_LOOKUPS = {
    "campaign": "campaign_id",
    "task": "task_id",
    "contact": "contact_id",
    "agent": "agent_id",
    "since": "began_at__gte",
    "until": "began_at__lt",
}


@router.get("/attempts", response=Page[AttemptOut], summary="List attempts")
@requires(permissions.CALLS_VIEW)
def list_attempts(request: ApiRequest, filters: Query[AttemptFilters], paging: Query[Paging]) -> Listing[Attempt]:
    """Attempts of the organisation, newest first."""
    wanted = {_LOOKUPS.get(name, name): value for name, value in filters if value is not None}
    return page(request, queries.attempts(request.actor).filter(**wanted), paging)


@router.get("/attempts/{attempt_id}", response=AttemptDetail, summary="Read an attempt")
@requires(permissions.CALLS_VIEW)
def get_attempt(request: ApiRequest, attempt_id: Id) -> Attempt:
    """One attempt with the permit it was dialled under."""
    return queries.attempt(request.actor, attempt_id)


@router.put("/attempts/{attempt_id}/result", response=AttemptDetail, summary="Enter a result")
@requires(permissions.RESULTS_MANAGE)
def put_result(request: ApiRequest, attempt_id: Id, payload: ResultIn) -> Attempt:
    """Enter or correct what was said of a conversation; the engine plans what follows."""
    return operations.enter_result(
        attempt_id=attempt_id,
        result_id=payload.result_id,
        note=payload.note,
        callback_at=payload.callback_at,
        callback_to_me=payload.callback_to_me,
        actor=request.actor,
        now=request.now,
    )
