"""Campaigns and their tasks."""

from __future__ import annotations

from dataclasses import dataclass

from campana.engine.config import TaskCard
from campana.engine.words import RefusalCode
from campana.kernel.clock import Instant
from campana.kernel.ids import AgentId, AttemptId, CampaignId


@dataclass(frozen=True, slots=True)
class StopRequested:
    """Stop immediately (CAM-061): unanswered attempts are cancelled, the campaign is paused."""

    campaign_id: CampaignId


@dataclass(frozen=True, slots=True)
class TasksAdded:
    """New or newly due work may be there; look again, the present buffer may be outranked."""

    campaign_id: CampaignId


@dataclass(frozen=True, slots=True)
class TasksReserved:
    """The answer to ``ReserveTasks``."""

    campaign_id: CampaignId
    request: int
    tasks: tuple[TaskCard, ...]
    open_tasks: int
    """Tasks not final after this reservation, these ones not counted; 0 decides "list exhausted"."""
    next_due: Instant | None = None
    """When the earliest planned task is due, where none is waiting."""
    personal: frozenset[AgentId] = frozenset()
    """Agents for whom due personal call backs are waiting."""


@dataclass(frozen=True, slots=True)
class AttemptRefused:
    """The database would not let an attempt begin: somebody else holds the number, or it was suppressed."""

    attempt_id: AttemptId
    code: RefusalCode


@dataclass(frozen=True, slots=True)
class OtherCallsCounted:
    """Live calls outside campaigns: manual and inbound (CAM-467)."""

    calls: int
