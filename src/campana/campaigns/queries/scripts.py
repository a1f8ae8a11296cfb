"""Which script an agent sees in a campaign (CAM-324): his own, his group's, the campaign's, or the default."""

from __future__ import annotations

from campana.campaigns.models import Campaign, CampaignScript
from campana.workforce.models import Agent


def script_for(campaign: Campaign, agent: Agent) -> int | None:
    """None: the organisation's default script. Of several groups the one that was given a script first counts."""
    others = list(CampaignScript.objects.filter(campaign=campaign))
    if others:
        own = next((row for row in others if row.agent_id == agent.pk), None)
        if own is not None:
            return own.script_id
        groups = set(agent.groups.values_list("pk", flat=True))
        of_group = next((row for row in others if row.group_id in groups), None)
        if of_group is not None:
            return of_group.script_id
    return campaign.script_id
