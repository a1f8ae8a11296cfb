"""Which attempts somebody sees, listens to and corrects (CAM-759)."""

from __future__ import annotations

from django.db.models import Q

from campana.accounts.actors import Actor
from campana.campaigns.models import Campaign
from campana.campaigns.permissions import campaign_scope
from campana.hotlines.models import AnsweringGroup
from campana.workforce.models import Agent
from campana.workforce.permissions import agent_scope


def attempt_scope(actor: Actor) -> Q:
    """An attempt is its agent's; one that reached no agent is its campaign's, or of those who answer the number."""
    if actor.limited_to is None:
        return Q()
    tenant = actor.organisation.pk
    agents = Agent.objects.filter(agent_scope(actor), organisation_id=tenant)
    campaigns = Campaign.objects.filter(campaign_scope(actor), organisation_id=tenant)
    answered = AnsweringGroup.objects.filter(organisation_id=tenant, group__in=actor.limited_to)
    return (
        Q(agent__in=agents.values("pk"))
        | Q(agent__isnull=True, campaign__in=campaigns.values("pk"))
        | Q(agent__isnull=True, campaign__isnull=True, hotline__in=answered.values("answering__hotline"))
    )
