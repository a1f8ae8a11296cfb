"""What the facts of a batch say to those who listen: webhooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from campana.engine import outputs as o
from campana.relay import facts as told


def events(kinds: Mapping[type, Sequence[Any]]) -> list[told.Event]:
    return [
        *((told.ATTEMPT_ENDED, _attempt(fact)) for fact in kinds[o.AttemptEnded]),
        *(told.task_final(f.task_id, f.campaign_id, f.state, f.at) for f in kinds[o.TaskMoved] if f.state.final),
        *(told.campaign_moved(f.campaign_id, f.state, f.reason, f.at) for f in kinds[o.CampaignMoved]),
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
