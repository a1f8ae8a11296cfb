"""Who an agent of several campaigns is counted for: one campaign at a time, so that nobody is promised twice.

Among the running campaigns that have work, the most urgent ones share the agent (CAM-450, 453); equals take turns by
the minute, so that even a single agent serves them all.
"""

from __future__ import annotations

from campana.engine.agent import Agent
from campana.engine.campaign import Campaign
from campana.engine.state import State
from campana.kernel.ids import CampaignId


def owner(s: State, agent: Agent) -> CampaignId | None:
    """The campaign the agent is counted for now; None when none of the agent's campaigns has work."""
    campaigns = agent.config.campaigns
    if len(campaigns) == 1:
        return next(iter(campaigns))
    able = [campaign for each in campaigns if (campaign := s.campaigns.get(each)) is not None and _works(campaign)]
    if not able:
        return None
    urgency = min(campaign.urgency for campaign in able)
    equals = sorted(campaign.id for campaign in able if campaign.urgency == urgency)
    return equals[(agent.id + int(s.now.timestamp()) // 60) % len(equals)]


def _works(campaign: Campaign) -> bool:
    """Runs, and has contacts at hand or on their way, or may have some."""
    if not (campaign.running and campaign.open_now) or campaign.exhausted:
        return False
    return bool(campaign.buffer or campaign.request is not None or not campaign.dry)
