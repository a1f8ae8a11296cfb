"""Tasks: contacts of a campaign, added, listed, removed, stopped."""

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
from campana.accounts.api.schemas import NO_NUL
from campana.campaigns import operations
from campana.campaigns.api.router import router
from campana.campaigns.api.schemas import SourceIn
from campana.campaigns.models import Task
from campana.campaigns.operations.add_tasks import MAX_ITEMS, Answer
from campana.campaigns.queries.overview import campaign_of
from campana.kernel.refusals import NotFound

Phone = Annotated[str, Field(pattern=NO_NUL, max_length=60)]
TaskState = Literal[
    "waiting",
    "planned",
    "reserved",
    "in_call",
    "wrap_up",
    "skipped",
    "completed",
    "not_reached",
    "invalid",
    "excluded",
    "stopped",
    "deleted",
    "not_processed",
    "served_inbound",
]


class ItemIn(In):
    """A contact of the directory by id, or by numbers: found by its number, else made."""

    contact_id: Id | None = None
    phones: Annotated[list[Phone], Field(max_length=20)] | None = Field(None, examples=[["84901234567"]])
    name: ShortText = ""
    fields: Annotated[dict[str, Any], Field(max_length=200)] | None = Field(None, description="Custom fields by key.")
    priority: Annotated[int, Field(ge=1, le=99)] | None = None
    not_before: Moment | None = None
    not_after: Moment | None = None
    time_zone: Annotated[str, Field(pattern=NO_NUL, max_length=64)] = ""
    external_id: Annotated[str, Field(pattern=NO_NUL, max_length=120)] = Field(
        "", description="Your own id: the same one again answers with the task there is."
    )


class ItemsIn(In):
    items: Annotated[list[ItemIn], Field(min_length=1, max_length=MAX_ITEMS)]


class TaskOut(Out):
    id: int
    contact_id: int
    state: str
    number: str
    priority: int | None
    time_zone: str
    next_at: datetime | None
    not_before: datetime | None
    not_after: datetime | None
    attempts: int
    last_outcome: str
    last_attempt_at: datetime | None
    refusal: str
    result_id: int | None
    external_id: str
    created_at: datetime
    finished_at: datetime | None


class ItemProblem(Out):
    code: str
    detail: str
    field: str | None


class ItemOut(Out):
    index: int
    status: int = Field(description="201 added, 200 was there before, else why not.")
    task: TaskOut | None = None
    error: ItemProblem | None = None


class ItemsOut(Out):
    items: list[ItemOut]


class TaskFilters(Filters):
    state: TaskState | None = None
    external_id: Annotated[str, Field(pattern=NO_NUL, max_length=120)] | None = None
    contact_id: Id | None = None


class RemovalFilters(Filters):
    id: Annotated[list[Id], Field(min_length=1, max_length=200)]


class RemovedOut(Out):
    removed: list[int]
    kept: list[int] = Field(description="Dialling has begun: stop them instead.")


class SourcesIn(In):
    contacts: Annotated[list[SourceIn], Field(min_length=1, max_length=50)]


class SourcesOut(Out):
    state: str
    pending: int = Field(description="Sources not yet turned into tasks.")


@router.post("/campaigns/{campaign_id}/tasks", response={207: ItemsOut}, summary="Add contacts to a campaign")
@requires(permissions.CAMPAIGNS_CONTACTS)
def add_tasks(request: ApiRequest, campaign_id: Id, payload: ItemsIn) -> Status[ItemsOut]:
    """Every item is answered for itself. A finished campaign takes none (409)."""
    items = [item.model_dump(exclude_none=True) for item in payload.items]
    campaign = campaign_of(request.actor, campaign_id)
    answers = operations.add_tasks(campaign=campaign, actor=request.actor, items=items, now=request.now)
    return Status(207, ItemsOut(items=[_item(index, answer) for index, answer in enumerate(answers)]))


def _item(index: int, answer: Answer) -> ItemOut:
    if answer.task is not None:
        return ItemOut(index=index, status=201 if answer.created else 200, task=TaskOut.model_validate(answer.task))
    refused = answer.refused
    assert refused is not None
    error = ItemProblem(code=refused.code, detail=str(refused), field=refused.field)
    return ItemOut(index=index, status=refused.status, error=error)


@router.get("/campaigns/{campaign_id}/tasks", response=Page[TaskOut], summary="List the contacts of a campaign")
@requires(permissions.CAMPAIGNS_MANAGE)
def list_tasks(
    request: ApiRequest, campaign_id: Id, filters: Query[TaskFilters], paging: Query[Paging]
) -> Listing[Task]:
    rows = Task.objects.filter(campaign=campaign_of(request.actor, campaign_id))
    return page(request, rows.filter(**filters.model_dump(exclude_none=True)), paging, key="id")


@router.delete("/campaigns/{campaign_id}/tasks", response=RemovedOut, summary="Remove contacts from a campaign")
@requires(permissions.CAMPAIGNS_CONTACTS)
def remove_tasks(request: ApiRequest, campaign_id: Id, filters: Query[RemovalFilters]) -> RemovedOut:
    """Only those whose dialling has not begun."""
    campaign = campaign_of(request.actor, campaign_id)
    done = operations.remove_tasks(campaign=campaign, actor=request.actor, task_ids=filters.id, now=request.now)
    return RemovedOut(removed=done.removed, kept=done.kept)


@router.put("/campaigns/{campaign_id}/tasks/{task_id}/stop", response=TaskOut, summary="Stop dialling a contact")
@requires(permissions.CAMPAIGNS_CONTACTS)
def stop_task(request: ApiRequest, campaign_id: Id, task_id: Id) -> Task:
    """No further attempt; the history stays."""
    campaign = campaign_of(request.actor, campaign_id)
    if not Task.objects.filter(pk=task_id, campaign=campaign).exists():
        raise NotFound(kind="task")
    return operations.stop_task(task_id=task_id, actor=request.actor, now=request.now)


@router.post("/campaigns/{campaign_id}/sources", response={202: SourcesOut}, summary="Add whole sources of contacts")
@requires(permissions.CAMPAIGNS_CONTACTS)
def add_sources(request: ApiRequest, campaign_id: Id, payload: SourcesIn) -> Status[SourcesOut]:
    """A group, filter, import or another campaign's contacts. They become tasks in the background."""
    sources = [source.model_dump(exclude_none=True) for source in payload.contacts]
    campaign = campaign_of(request.actor, campaign_id)
    row = operations.add_sources(campaign=campaign, actor=request.actor, sources=sources, now=request.now)
    return Status(202, SourcesOut(state=row.state, pending=len(row.tasks_to_build)))
