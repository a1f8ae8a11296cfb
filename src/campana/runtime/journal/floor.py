"""Agents, campaigns and lines: what they do now."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from campana.engine import outputs as o
from campana.engine.campaign import FAULTS
from campana.engine.words import CampaignReason, CampaignState
from campana.kernel.ids import AgentId
from campana.runtime import statements as sql
from campana.runtime.journal.columns import named
from campana.runtime.wire import send


def move_agents(latest: Mapping[AgentId, o.AgentMoved], changes: Sequence[o.AgentMoved], organisation: int) -> None:
    """``latest``: what every agent does now; ``changes``: what goes into the history of presence."""
    rows = (
        (
            fact.agent_id, fact.state, fact.at, fact.until, fact.not_ready_after, fact.campaign_id, fact.task_id,
            fact.attempt_id,
        )
        for fact in latest.values()
    )  # fmt: skip
    columns = named(("ids", "states", "sinces", "untils", "afters", "campaigns", "tasks", "attempts"), rows)
    history = ((fact.agent_id, fact.at, fact.state, fact.campaign_id, fact.attempt_id) for fact in changes)
    columns |= named(("of", "ats", "did", "in_campaigns", "in_attempts"), history)
    send(sql.MOVE_AGENTS, columns | {"organisation": organisation})


def set_not_ready(withdrawn: Sequence[o.AgentSetNotReady]) -> None:
    if withdrawn:
        send(sql.SET_NOT_READY, {"ids": [fact.agent_id for fact in withdrawn]})


def move_campaigns(moved: Sequence[o.CampaignMoved]) -> None:
    for fact in moved:
        wanted = None
        if fact.reason in FAULTS:
            wanted = ""
        elif fact.state is CampaignState.PAUSED and fact.reason is CampaignReason.BY_USER:
            wanted = "pause"
        values: dict[str, Any] = {"id": fact.campaign_id, "state": fact.state.value, "reason": fact.reason.value}
        send(sql.MOVE_CAMPAIGN, values | {"at": fact.at, "wanted": wanted})


def hold_campaigns(held: Sequence[o.CampaignHeld]) -> None:
    for campaign_id, code in {fact.campaign_id: fact.code for fact in held}.items():
        send(sql.HOLD_CAMPAIGN, {"id": campaign_id, "code": code.value if code else ""})


def pace_campaigns(paced: Sequence[o.PaceDecided], organisation: int) -> None:
    for fact in {fact.campaign_id: fact for fact in paced}.values():
        slip = asdict(fact) | {"at": fact.at.isoformat()}
        values = {"campaign": fact.campaign_id, "organisation": organisation, "at": fact.at, "slip": json.dumps(slip)}
        send(sql.PACE_CAMPAIGN, values)


def rest_hotlines(rested: Sequence[o.HotlineRested]) -> None:
    for fact in rested:
        send(sql.REST_HOTLINE, {"id": fact.hotline_id, "until": fact.until})
