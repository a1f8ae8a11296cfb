"""What the facts of a batch say to those who listen: webhooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from campana.engine import outputs as o
from campana.relay import facts as told


def events(kinds: Mapping[type, Sequence[Any]]) -> list[told.Event]:
    return [
        *((told.ATTEMPT_ENDED, _attempt(fact)) for fact in kinds[o.AttemptEnded]),
        *((told.TASK_FINAL, _task(fact)) for fact in kinds[o.TaskMoved] if fact.state.final),
        *((told.CAMPAIGN_MOVED, _campaign(fact)) for fact in kinds[o.CampaignMoved]),
    ]


def _attempt(fact: o.AttemptEnded) -> dict[str, Any]:
    return {
        "attempt_id": fact.attempt_id,
        "campaign_id": fact.campaign_id,
        "task_id": fact.task_id,
        "agent_id": fact.agent_id,
        "outcome": fact.outcome,
        "counted": fact.counted,
        "at": fact.at.isoformat(),
    }


def _task(fact: o.TaskMoved) -> dict[str, Any]:
    return {
        "task_id": fact.task_id,
        "campaign_id": fact.campaign_id,
        "state": fact.state,
        "at": fact.at.isoformat(),
    }


def _campaign(fact: o.CampaignMoved) -> dict[str, Any]:
    return {
        "campaign_id": fact.campaign_id,
        "state": fact.state,
        "reason": fact.reason,
        "at": fact.at.isoformat(),
    }
