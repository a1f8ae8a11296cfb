"""Agents: people who take calls."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from campana.accounts import permissions
from campana.accounts.api import ApiRequest, Id, In, Listing, Out, Page, Paging, Query, Status, page, requires
from campana.accounts.api.schemas import NO_NUL
from campana.engine.words import Presence
from campana.workforce import operations, queries
from campana.workforce.api.router import router
from campana.workforce.models import Agent
from campana.workforce.operations.agents import MAX_QUOTA

Endpoint = Annotated[str, Field(pattern=r"^$|^[A-Za-z0-9_]{1,20}/[A-Za-z0-9_.@+-]{1,90}$")]
Quota = Annotated[int, Field(ge=1, le=MAX_QUOTA)]


class AgentIn(In):
    user_id: Id
    endpoint: Endpoint = Field("", description="The telephone as the switch knows it.", examples=["PJSIP/1001"])
    daily_quota: Quota | None = None


class AgentPatch(In):
    """What is not given stays as it is."""

    endpoint: Endpoint = ""
    daily_quota: Quota | None = None


class PresenceIn(In):
    presence: Literal["off", "not_ready", "ready"]
    reason: Annotated[str, Field(pattern=NO_NUL, max_length=60)] = ""


class AgentOut(Out):
    id: int
    user_id: int
    name: str
    endpoint: str
    daily_quota: int | None
    wanted: str = Field(description="The presence asked for.")
    state: str = Field(description="What the agent does.")
    state_since: datetime | None
    campaign_id: int | None
    groups: list[int]

    @staticmethod
    def resolve_name(row: Agent) -> str:
        return row.user.name

    @staticmethod
    def resolve_groups(row: Agent) -> list[int]:
        return [group.pk for group in row.groups.all()]


@router.get("/agents", response=Page[AgentOut], summary="List agents")
@requires(permissions.AGENTS_VIEW)
def list_agents(request: ApiRequest, paging: Query[Paging]) -> Listing[Agent]:
    return page(request, queries.agents(request.actor), paging)


@router.post("/agents", response={201: AgentOut}, summary="Make a person an agent")
@requires(permissions.AGENTS_MANAGE)
def add_agent(request: ApiRequest, payload: AgentIn) -> Status[Agent]:
    agent = operations.add_agent(actor=request.actor, now=request.now, **payload.model_dump())
    return Status(201, queries.agent(request.actor, agent.pk))


@router.get("/agents/{agent_id}", response=AgentOut, summary="Read an agent")
@requires(permissions.AGENTS_VIEW)
def get_agent(request: ApiRequest, agent_id: Id) -> Agent:
    return queries.agent(request.actor, agent_id)


@router.patch("/agents/{agent_id}", response=AgentOut, summary="Change an agent")
@requires(permissions.AGENTS_MANAGE)
def change_agent(request: ApiRequest, agent_id: Id, payload: AgentPatch) -> Agent:
    operations.change_agent(
        agent_id=agent_id, actor=request.actor, now=request.now, **payload.model_dump(exclude_unset=True)
    )
    return queries.agent(request.actor, agent_id)


@router.delete("/agents/{agent_id}", response={204: None}, summary="Make a person no agent any more")
@requires(permissions.AGENTS_MANAGE)
def remove_agent(request: ApiRequest, agent_id: Id) -> Status[None]:
    operations.remove_agent(agent_id=agent_id, actor=request.actor, now=request.now)
    return Status(204, None)


@router.put("/agents/{agent_id}/presence", response=AgentOut, summary="Change an agent's presence")
@requires(permissions.AGENTS_MANAGE)
def set_presence(request: ApiRequest, agent_id: Id, payload: PresenceIn) -> Agent:
    """While the agent talks it comes with the end of the call."""
    operations.set_presence(
        agent_id=agent_id,
        actor=request.actor,
        presence=Presence(payload.presence),
        reason=payload.reason,
        now=request.now,
    )
    return queries.agent(request.actor, agent_id)
