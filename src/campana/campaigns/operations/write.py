"""Writing what is chosen for a campaign: hotlines in their order, agents, groups, and whose script is another one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from campana.campaigns.models import Campaign, CampaignAgent, CampaignGroup, CampaignHotline, CampaignScript


def write(campaign: Campaign, chosen: Mapping[str, list[Any]]) -> None:
    """Replace the links that are given; those not given stay."""
    tenant = campaign.organisation_id
    if (hotlines := chosen.get("hotlines")) is not None:
        CampaignHotline.objects.filter(campaign=campaign).delete()
        CampaignHotline.objects.bulk_create(
            CampaignHotline(organisation_id=tenant, campaign=campaign, hotline_id=pk, position=place)
            for place, pk in enumerate(hotlines)
        )
    if (agents := chosen.get("agents")) is not None:
        kept = CampaignAgent.objects.filter(campaign=campaign)
        kept.exclude(agent_id__in=agents).delete()
        CampaignAgent.objects.bulk_create(
            [CampaignAgent(organisation_id=tenant, campaign=campaign, agent_id=pk) for pk in agents],
            ignore_conflicts=True,
        )
    if (groups := chosen.get("groups")) is not None:
        CampaignGroup.objects.filter(campaign=campaign).exclude(group_id__in=groups).delete()
        CampaignGroup.objects.bulk_create(
            [CampaignGroup(organisation_id=tenant, campaign=campaign, group_id=pk) for pk in groups],
            ignore_conflicts=True,
        )
    if (others := chosen.get("other_scripts")) is not None:
        CampaignScript.objects.filter(campaign=campaign).delete()
        CampaignScript.objects.bulk_create(
            CampaignScript(
                organisation_id=tenant,
                campaign=campaign,
                script_id=other["script"],
                agent_id=other.get("agent"),
                group_id=other.get("group"),
            )
            for other in others
        )
