"""What is chosen for a campaign of the organisation's own things."""

from __future__ import annotations

from campana.campaigns.models import Campaign, CampaignAgent, CampaignGroup, CampaignHotline


def chosen_of(campaign: Campaign) -> dict[str, list[int]]:
    """Ids of hotlines (in order), agents and groups as they are."""
    if campaign._state.adding:
        return {"hotlines": [], "agents": [], "groups": []}
    return {
        "hotlines": list(
            CampaignHotline.objects.filter(campaign=campaign)
            .order_by("position", "id")
            .values_list("hotline_id", flat=True)
        ),
        "agents": list(
            CampaignAgent.objects.filter(campaign=campaign).order_by("agent_id").values_list("agent_id", flat=True)
        ),
        "groups": list(
            CampaignGroup.objects.filter(campaign=campaign).order_by("group_id").values_list("group_id", flat=True)
        ),
    }
