"""What is chosen for a campaign of the organisation's own things."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from campana.campaigns.models import Campaign, CampaignAgent, CampaignGroup, CampaignHotline, CampaignScript


def chosen_of(campaign: Campaign) -> dict[str, list[Any]]:
    """Ids of hotlines (in order), agents and groups as they are; and whose script is another one: ``{"agent" or
    "group": id, "script": id}``, groups first."""
    if campaign._state.adding:
        return {"hotlines": [], "agents": [], "groups": [], "other_scripts": []}
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
        "other_scripts": in_order(map(_other, CampaignScript.objects.filter(campaign=campaign))),
    }


def _other(row: CampaignScript) -> dict[str, int]:
    if row.agent_id is not None:
        return {"agent": row.agent_id, "script": row.script_id}
    return {"group": row.group_id or 0, "script": row.script_id}


def in_order(others: Iterable[dict[str, int]]) -> list[dict[str, int]]:
    return sorted(others, key=lambda one: ("agent" in one, one.get("agent", one.get("group", 0))))
