"""Scripts of single agents and groups (CAM-324): one line each of those that take part."""

from __future__ import annotations

from typing import Any, Final

from django.http import QueryDict

from campana.accounts.actors import Actor
from campana.campaigns.models import Campaign
from campana.campaigns.queries.chosen import chosen_of
from campana.campaigns.web import fields as f
from campana.workforce.permissions import agent_scope, group_scope

FIELD: Final = "script-"
"""``script-agent-12``: the script of agent 12; blank: the campaign's."""


def other_scripts_of(posted: QueryDict) -> list[dict[str, str]]:
    found = []
    for name in posted:
        kind, _dash, pk = name.removeprefix(FIELD).partition("-")
        if name.startswith(FIELD) and kind in {"agent", "group"} and posted.get(name):
            found.append({kind: pk, "script": str(posted[name])})
    return found


def other_script_rows(campaign: Campaign, actor: Actor, posted: QueryDict | None) -> list[dict[str, Any]]:
    """Groups first. What the actor does not see is not shown, and stays."""
    if not campaign.pk:
        return []
    others = other_scripts_of(posted) if posted is not None else chosen_of(campaign)["other_scripts"]
    given = {(key, str(one[key])): str(one["script"]) for one in others for key in ("agent", "group") if key in one}
    options = f.options_of("script", actor)
    groups = campaign.groups.filter(group_scope(actor)).order_by("name")
    agents = campaign.agents.filter(agent_scope(actor)).select_related("user").order_by("user__name", "pk")
    rows = [("group", str(row.pk), row.name) for row in groups] + [
        ("agent", str(row.pk), row.user.name) for row in agents
    ]
    return [
        {
            "name": f"{FIELD}{kind}-{pk}",
            "word": word,
            "is_group": kind == "group",
            "options": options,
            "value": given.get((kind, pk), ""),
        }
        for kind, pk, word in rows
    ]
