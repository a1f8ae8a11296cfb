"""Progressive, customer first (CAM-100..104): calls leave by themselves for free agents.

With coefficient 1 an agent is reserved before the number is dialled, so nobody who answers is left without one.
Above 1 agents are chosen at pick-up; a contact who was abandoned before still gets a reserved agent.
"""

from __future__ import annotations

from collections.abc import Mapping

from campana.engine import dialling, sharing, tasks
from campana.engine.agent import Agent
from campana.engine.campaign import Campaign
from campana.engine.pacing import fixed
from campana.engine.prediction.situation import pending
from campana.engine.routing import longest_idle
from campana.engine.state import State
from campana.engine.words import RefusalCode
from campana.kernel.ids import AgentId


class Progressive:
    def dial(self, s: State, campaign: Campaign) -> RefusalCode | None:
        return dial(s, campaign, coefficient=campaign.config.coefficient)


def dial(
    s: State,
    campaign: Campaign,
    *,
    coefficient: float = 1.0,
    spoken_for: int = 0,
    pace: Mapping[str, str] | None = None,
) -> RefusalCode | None:
    """``spoken_for``: free agents that earlier calls of this campaign may need."""
    reserves = coefficient <= 1.0
    out = 0 if reserves else pending(s, campaign)
    claims = sharing.claimed(s, campaign) + spoken_for
    while True:
        free = len(campaign.free) - claims
        room = free if reserves else fixed.allowance(free=free, pending=out, coefficient=coefficient)
        if room <= 0 or (not reserves and sharing.somebody_is_hungry(s, campaign)):
            sharing.note_hunger(s, campaign, claims)
            return RefusalCode.NO_AGENT
        s.hungry.discard(campaign.id)
        held = dialling.held(s, campaign)
        if held is not None:
            return held
        item = tasks.next_card(s, campaign)
        if item is None:
            return None
        guaranteed = reserves or tasks.needs_agent(item.card, s.now)
        agent = reserve(s, campaign, item.card.preferred_agent) if guaranteed else None
        if agent is None and guaranteed:
            tasks.put_back(s, campaign, item)
            return RefusalCode.NO_AGENT
        if dialling.start(s, campaign, item.card, agent, pace=pace) and agent is None:
            out += 1


def reserve(s: State, campaign: Campaign, preferred: AgentId | None) -> Agent | None:
    chosen = longest_idle.choose(campaign.free, preferred=preferred if preferred in campaign.free else None)
    return s.agents[chosen] if chosen is not None else None
