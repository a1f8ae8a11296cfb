"""Which campaigns somebody sees and uses, and who may approve: a permission, the organisation's choice, and the
four eyes (CAM-050, CAM-759, section 24)."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.campaigns.models import Campaign, CampaignAgent, CampaignGroup
from campana.workforce.models import Agent
from campana.workforce.permissions import agent_scope


def campaign_scope(actor: Actor) -> Q:
    """Campaigns in which one of his groups or of their agents takes part; one with nobody yet is its author's."""
    if actor.limited_to is None:
        return Q()
    agents = Agent.objects.filter(agent_scope(actor), organisation_id=actor.organisation.pk)
    by_group = CampaignGroup.objects.filter(group__in=actor.limited_to).values("campaign")
    by_agent = CampaignAgent.objects.filter(agent__in=agents.values("pk")).values("campaign")
    scope = Q(pk__in=by_group) | Q(pk__in=by_agent)
    if actor.user is None:
        return scope
    taken = [Exists(link.objects.filter(campaign=OuterRef("pk"))) for link in (CampaignGroup, CampaignAgent)]
    return scope | (Q(author=actor.user) & ~taken[0] & ~taken[1])


def may_approve(actor: Actor, campaign: Campaign | None = None) -> bool:
    """Whether the actor's word approves this campaign. Without one: whether he approves campaigns at all."""
    return actor.can(permissions.CAMPAIGNS_APPROVE) and not (campaign is not None and is_own(actor, campaign))


def is_own(actor: Actor, campaign: Campaign) -> bool:
    """Four eyes: the organisation wants another person than the author, and this is the author."""
    author = actor.user is not None and campaign.author_id == actor.user.pk
    return actor.organisation.approver_is_not_author and author
