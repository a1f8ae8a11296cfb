"""Who takes part in a campaign."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from campana.campaigns.models import Campaign
from campana.workforce.models import Agent


def people_of(campaign: Campaign) -> list[int]:
    """Distinct active agents, chosen themselves or by a group."""
    return list(states_of(campaign))


def states_of(campaign: Campaign) -> dict[int, str]:
    """The same with what each does now (``engine.words.AgentState``)."""
    chosen = Q(campaigns=campaign) | Q(groups__campaigns=campaign)
    agents = Agent.objects.filter(chosen, organisation_id=campaign.organisation_id, user__state="active")
    return dict(agents.order_by("pk").values_list("pk", "state").distinct())


def people_among(organisation_id: int, agents: Iterable[int], groups: Iterable[int]) -> int:
    """How many distinct active people these agents and groups are."""
    chosen = Q(pk__in=list(agents)) | Q(groups__in=list(groups))
    return Agent.objects.filter(chosen, organisation_id=organisation_id, user__state="active").distinct().count()
