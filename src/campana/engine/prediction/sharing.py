"""Who an agent of several campaigns is counted for: one campaign at a time, so that nobody is promised twice.

Among the running campaigns that have work and a line for it, the most urgent ones share the agent (CAM-450, 453);
equals take turns by the minute, so that even a single agent serves them all. A campaign whose cap or trunks are full
keeps nobody from the others: it could give an idle agent nothing.
"""

from __future__ import annotations

from campana.engine import dialling
from campana.engine.agent import Agent
from campana.engine.campaign import Campaign
from campana.engine.state import State
from campana.kernel.ids import CampaignId


def team(s: State, campaign: Campaign) -> list[Agent]:
    """The agents at work that are counted for this campaign now."""
    turns: dict[frozenset[CampaignId], list[CampaignId]] = {}
    counted = []
    for agent_id in campaign.dialling:
        agent = s.agents[agent_id]
        shared_by = agent.config.campaigns
        if shared_by not in turns:
            turns[shared_by] = _sharers(s, shared_by)
        if _turn(s, agent, turns[shared_by]) == campaign.id:
            counted.append(agent)
    return counted


def owner(s: State, agent: Agent) -> CampaignId | None:
    """The campaign the agent is counted for now; None when none of the agent's campaigns has work."""
    return _turn(s, agent, _sharers(s, agent.config.campaigns))


def _turn(s: State, agent: Agent, equals: list[CampaignId]) -> CampaignId | None:
    return equals[(agent.id + int(s.now.timestamp()) // 60) % len(equals)] if equals else None


def _sharers(s: State, campaigns: frozenset[CampaignId]) -> list[CampaignId]:
    """The campaigns that take turns with whoever works for all of these."""
    if len(campaigns) == 1:
        return list(campaigns)
    able = [campaign for each in campaigns if (campaign := s.campaigns.get(each)) is not None and _works(campaign)]
    if len(able) > 1:
        able = [campaign for campaign in able if dialling.room(s, campaign) > 0] or able
    urgency = min((campaign.urgency for campaign in able), default=0)
    return sorted(campaign.id for campaign in able if campaign.urgency == urgency)


def _works(campaign: Campaign) -> bool:
    """Runs, and has contacts at hand or on their way, or may have some."""
    if not (campaign.running and campaign.open_now) or campaign.exhausted:
        return False
    return bool(campaign.buffer or campaign.request is not None or not campaign.dry)
