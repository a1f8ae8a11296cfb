"""Monitors: somebody's telephone rings and hears the talk of an agent."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from campana.accounts import permissions
from campana.accounts.api import ApiRequest, Id, In, Listing, Out, Page, Paging, Query, Status, page, requires
from campana.calls.models import Monitor
from campana.engine.words import MonitorMode
from campana.supervision import operations, queries
from campana.supervision.api.router import router

Mode = Literal["listen", "whisper", "barge"]


class MonitorIn(In):
    listener_id: Id = Field(description="An agent who may listen; the telephone of this agent rings.")
    mode: Mode = Field(
        "listen",
        description="listen: hears both. whisper: the agent alone hears the listener. barge: both do.",
    )


class MonitorPatch(In):
    mode: Mode


class MonitorOut(Out):
    id: int
    agent_id: int = Field(description="Who talks.")
    listener_id: int
    attempt_id: int
    mode: Mode
    asked_at: datetime
    answered_at: datetime | None = Field(description="When the listener's telephone was answered.")
    ended_at: datetime | None
    cause: str = Field(description="Why it ended.")
    untaken: bool = Field(description="The talk was over, or the wish taken back, before a telephone rang.")


@router.get("/monitors", response=Page[MonitorOut], summary="List monitors")
@requires(permissions.CAMPAIGNS_LISTEN)
def list_monitors(request: ApiRequest, paging: Query[Paging]) -> Listing[Monitor]:
    """Who hears and heard talks, newest first."""
    return page(request, queries.monitors(request.actor), paging)


@router.get("/monitors/{monitor_id}", response=MonitorOut, summary="Read a monitor")
@requires(permissions.CAMPAIGNS_LISTEN)
def get_monitor(request: ApiRequest, monitor_id: Id) -> Monitor:
    return queries.monitor(request.actor, monitor_id)


@router.post("/agents/{agent_id}/monitors", response={201: MonitorOut}, summary="Hear an agent's talk")
@requires(permissions.CAMPAIGNS_LISTEN)
def begin_monitor(request: ApiRequest, agent_id: Id, payload: MonitorIn) -> Status[Monitor]:
    """The listener's telephone rings in a moment. It is let go when the talk is over."""
    row = operations.begin_monitor(
        actor=request.actor,
        agent_id=agent_id,
        listener_id=payload.listener_id,
        mode=MonitorMode(payload.mode),
        now=request.now,
    )
    return Status(201, row)


@router.patch("/monitors/{monitor_id}", response=MonitorOut, summary="Listen, whisper or join")
@requires(permissions.CAMPAIGNS_LISTEN)
def change_monitor(request: ApiRequest, monitor_id: Id, payload: MonitorPatch) -> Monitor:
    return operations.change_monitor(actor=request.actor, monitor_id=monitor_id, mode=payload.mode, now=request.now)


@router.delete("/monitors/{monitor_id}", response={204: None}, summary="Hang up")
@requires(permissions.CAMPAIGNS_LISTEN)
def end_monitor(request: ApiRequest, monitor_id: Id) -> Status[None]:
    """The listener's telephone is hung up in a moment; the talk goes on. What has ended stays as it is."""
    operations.end_monitor(actor=request.actor, monitor_id=monitor_id, now=request.now)
    return Status(204, None)
