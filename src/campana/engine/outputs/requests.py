"""Requests to the database, which answers with inputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from campana.kernel.ids import AgentId, CampaignId, TaskId


@dataclass(frozen=True, slots=True)
class ReserveTasks:
    """Lock up to ``limit`` waiting tasks, best rank first; answered by ``TasksReserved``."""

    campaign_id: CampaignId
    request: int
    limit: int
    zones: frozenset[str] | None
    """Only tasks of these time zones; None where the zone does not matter."""
    agents: tuple[AgentId, ...]
    """Free agents: personal call backs of others are left waiting, until their grace is over."""


@dataclass(frozen=True, slots=True)
class ReleaseTasks:
    """Give reserved tasks back untouched: to ``WAITING``, no attempt counted."""

    campaign_id: CampaignId
    task_ids: tuple[TaskId, ...]


Request: TypeAlias = ReserveTasks | ReleaseTasks
