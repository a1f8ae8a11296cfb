"""Who may approve: a permission, the organisation's choice, and the four eyes (CAM-050, section 24)."""

from __future__ import annotations

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.campaigns.models import Campaign


def may_approve(actor: Actor, campaign: Campaign | None = None) -> bool:
    """Whether the actor's word approves this campaign. Without one: whether he approves campaigns at all."""
    return actor.can(permissions.CAMPAIGNS_APPROVE) and not (campaign is not None and is_own(actor, campaign))


def is_own(actor: Actor, campaign: Campaign) -> bool:
    """Four eyes: the organisation wants another person than the author, and this is the author."""
    author = actor.user is not None and campaign.author_id == actor.user.pk
    return actor.organisation.approver_is_not_author and author
