"""Groups of agents."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from campana.accounts import permissions
from campana.accounts.api import ApiRequest, Id, In, Listing, Out, Page, Paging, Query, Status, page, requires
from campana.workforce import operations, queries
from campana.workforce.api.router import router
from campana.workforce.models import AgentGroup

Name = Annotated[str, Field(pattern=r"^[^\x00]*[^\x00\s][^\x00]*$", max_length=120)]
Members = Annotated[list[Id], Field(max_length=1000)]


class AgentGroupIn(In):
    name: Name
    members: Members = []


class AgentGroupOut(Out):
    id: int
    name: str
    members: list[int]

    @staticmethod
    def resolve_members(row: AgentGroup) -> list[int]:
        return sorted(agent.pk for agent in row.members.all())


@router.get("/agent-groups", response=Page[AgentGroupOut], summary="List groups of agents")
@requires(permissions.AGENTS_VIEW)
def list_agent_groups(request: ApiRequest, paging: Query[Paging]) -> Listing[AgentGroup]:
    return page(request, queries.groups(request.actor), paging)


@router.post("/agent-groups", response={201: AgentGroupOut}, summary="Make a group of agents")
@requires(permissions.AGENTS_MANAGE)
def create_agent_group(request: ApiRequest, payload: AgentGroupIn) -> Status[AgentGroup]:
    made = operations.create_group(actor=request.actor, now=request.now, **payload.model_dump())
    return Status(201, queries.group(request.actor, made.pk))


@router.get("/agent-groups/{group_id}", response=AgentGroupOut, summary="Read a group of agents")
@requires(permissions.AGENTS_VIEW)
def get_agent_group(request: ApiRequest, group_id: Id) -> AgentGroup:
    return queries.group(request.actor, group_id)


@router.put("/agent-groups/{group_id}", response=AgentGroupOut, summary="Replace a group of agents")
@requires(permissions.AGENTS_MANAGE)
def replace_agent_group(request: ApiRequest, group_id: Id, payload: AgentGroupIn) -> AgentGroup:
    operations.save_group(group_id=group_id, actor=request.actor, now=request.now, **payload.model_dump())
    return queries.group(request.actor, group_id)


@router.delete("/agent-groups/{group_id}", response={204: None}, summary="Delete a group of agents")
@requires(permissions.AGENTS_MANAGE)
def delete_agent_group(request: ApiRequest, group_id: Id) -> Status[None]:
    operations.delete_group(group_id=group_id, actor=request.actor, now=request.now)
    return Status(204, None)
