"""Links to the wallboard: made, shown once, revoked."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import transaction

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.accounts.operations.record_audit import record_audit
from campana.accounts.secrets import digest_of, new_token
from campana.kernel.clock import Instant
from campana.kernel.refusals import Invalid, NotFound
from campana.supervision.models import WallLink
from campana.supervision.queries.wall_links import wall_links

LONGEST: Final = 80
DAYS: Final = (1, 30, 365)
"""How long a link may last; none is for ever."""


@transaction.atomic
def make_wall_link(
    *, actor: Actor, name: str, days: int, shows_names: bool = False, now: Instant
) -> tuple[WallLink, str]:
    """The link and its token, which can not be shown again. Raises NotAllowed, Invalid."""
    actor.require(permissions.AGENTS_MANAGE)
    actor.require(permissions.AGENTS_VIEW)
    name = " ".join(name.split())
    if not name or len(name) > LONGEST:
        raise Invalid(field="name")
    if days not in DAYS:
        raise Invalid(field="days")
    if actor.user is None:
        raise NotFound(kind="user")
    token = new_token()
    link = WallLink.objects.create(
        organisation=actor.organisation,
        name=name,
        digest=digest_of(token),
        shows_names=shows_names,
        made_by=actor.user,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    record_audit(
        actor=actor,
        action="wall_link.make",
        object_type="wall_link",
        object_id=link.pk,
        now=now,
        after={"name": name, "shows_names": shows_names, "expires_at": link.expires_at.isoformat()},
    )
    return link, token


@transaction.atomic
def revoke_wall_link(*, actor: Actor, link_id: int, now: Instant) -> WallLink:
    """From the next look on the screen shows nothing. Revoking twice is once. Raises NotAllowed, NotFound."""
    actor.require(permissions.AGENTS_MANAGE)
    link = wall_links(actor).select_for_update(of=("self",)).filter(pk=link_id).first()
    if link is None:
        raise NotFound(kind="wall_link")
    if link.revoked_at is None:
        link.revoked_at = now
        link.save(update_fields=["revoked_at"])
        record_audit(actor=actor, action="wall_link.revoke", object_type="wall_link", object_id=link.pk, now=now)
    return link
