"""Preview (CAM-090..096): a free agent sees the contact first, then the number is dialled.

The countdown runs from showing the card, or from the agent's acceptance of the offer, as the campaign says.
"""

from __future__ import annotations

from campana.engine import dialling, previews, tasks
from campana.engine.campaign import Campaign
from campana.engine.state import State
from campana.engine.words import RefusalCode


class Preview:
    def dial(self, s: State, campaign: Campaign) -> RefusalCode | None:
        for agent_id in list(campaign.free):
            held = dialling.held(s, campaign, coming=len(campaign.previews))
            if held is not None and held is not RefusalCode.TRUNK_PACED:
                return held
            agent = s.agents[agent_id]
            item = tasks.next_card(s, campaign, agent_id, agent.declined)
            while item is not None and not dialling.may_be_shown(s, campaign, item.card):
                item = tasks.next_card(s, campaign, agent_id, agent.declined)
            if item is None:
                continue
            previews.begin(s, campaign, agent, item)
        return None if campaign.free else RefusalCode.NO_AGENT
