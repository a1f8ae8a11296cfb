"""Result sets in the REST API."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from campana.accounts import permissions
from campana.accounts.api import (
    ApiRequest,
    Id,
    In,
    Listing,
    Out,
    Page,
    Paging,
    Query,
    Router,
    Status,
    Word,
    page,
    requires,
)
from campana.scripts import operations, queries
from campana.scripts.models import ResultSet

router = Router(tags=["result sets"])

Class = Literal["success", "refusal", "call_back", "unreachable", "wrong_number", "do_not_call"]


class ResultIn(In):
    id: Id | None = None
    name: Annotated[str, Field(pattern=r"^[^\x00]*[^\x00\s][^\x00]*$", max_length=80)]
    result_class: Class
    active: bool = True
    note_required: bool = False


class ResultSetIn(In):
    name: Annotated[Word, Field(pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")]
    results: Annotated[list[ResultIn], Field(min_length=1, max_length=100)]


class ResultOut(Out):
    id: int
    name: str
    result_class: Class
    active: bool
    note_required: bool


class ResultSetOut(Out):
    id: int
    name: str
    is_default: bool
    results: list[ResultOut]

    @staticmethod
    def resolve_results(row: ResultSet) -> list[Any]:
        return list(row.results.all())


@router.get("/result-sets", response=Page[ResultSetOut], summary="List result sets")
@requires(permissions.CAMPAIGNS_VIEW)
def list_result_sets(request: ApiRequest, paging: Query[Paging]) -> Listing[ResultSet]:
    return page(request, queries.result_sets(request.actor), paging)


@router.get("/result-sets/{result_set_id}", response=ResultSetOut, summary="Read a result set")
@requires(permissions.CAMPAIGNS_VIEW)
def get_result_set(request: ApiRequest, result_set_id: Id) -> ResultSet:
    return queries.result_set(request.actor, result_set_id)


@router.post("/result-sets", response={201: ResultSetOut}, summary="Make a result set")
@requires(permissions.RESULTS_MANAGE)
def create_result_set(request: ApiRequest, payload: ResultSetIn) -> Status[ResultSet]:
    results = [given.model_dump() for given in payload.results]
    made = operations.create_result_set(actor=request.actor, name=payload.name, results=results, now=request.now)
    return Status(201, queries.result_set(request.actor, made.pk))


@router.put("/result-sets/{result_set_id}", response=ResultSetOut, summary="Replace a result set")
@requires(permissions.RESULTS_MANAGE)
def replace_result_set(request: ApiRequest, result_set_id: Id, payload: ResultSetIn) -> ResultSet:
    """Results with an ``id`` are kept; those left out are deleted, or switched off where attempts have them."""
    operations.save_result_set(
        result_set_id=result_set_id,
        actor=request.actor,
        name=payload.name,
        results=[given.model_dump() for given in payload.results],
        now=request.now,
    )
    return queries.result_set(request.actor, result_set_id)


@router.delete("/result-sets/{result_set_id}", response={204: None}, summary="Delete a result set")
@requires(permissions.RESULTS_MANAGE)
def delete_result_set(request: ApiRequest, result_set_id: Id) -> Status[None]:
    operations.delete_result_set(result_set_id=result_set_id, actor=request.actor, now=request.now)
    return Status(204, None)
