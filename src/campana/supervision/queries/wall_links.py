"""Links to the wallboard: those there are, and who stands behind a token."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from django.db.models import QuerySet

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.accounts.queries import actor_of_user
from campana.accounts.secrets import digest_of
from campana.kernel.clock import Instant
from campana.supervision.models import WallLink
from campana.tenancy import system_scope

SEES: Final = frozenset(
    {permissions.AGENTS_VIEW, permissions.CAMPAIGNS_VIEW, permissions.CAMPAIGNS_MANAGE, permissions.CAMPAIGNS_RUN}
)
"""What of its maker's rights decides which campaigns and agents are on the wall."""


@dataclass(frozen=True, slots=True)
class Door:
    """An open link and whom its screen sees for."""

    link: WallLink
    actor: Actor


def wall_links(actor: Actor) -> QuerySet[WallLink]:
    """Newest first; people limited to groups find those they made."""
    links = WallLink.objects.filter(organisation=actor.organisation).select_related("made_by")
    if actor.limited_to is not None:
        links = links.filter(made_by=actor.user)
    return links.order_by("-pk")


def open_wall(token: str, now: Instant) -> Door | None:
    """None when the link is unknown, revoked or too old, or its maker may not see the floor any more."""
    with system_scope():
        link = (
            WallLink.objects.select_related("made_by", "organisation")
            .filter(digest=digest_of(token), revoked_at=None, expires_at__gt=now)
            .first()
        )
    if link is None:
        return None
    maker = actor_of_user(link.made_by, None)
    if maker is None or not maker.can(permissions.AGENTS_VIEW):
        return None
    return Door(link, replace(maker, permissions=maker.permissions & SEES))
