"""Who stands behind a session or a key, and what he may do."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.accounts.models import ApiKey, Organisation, Role, User
from campana.accounts.secrets import digest_of
from campana.kernel.clock import Instant
from campana.tenancy import organisation_scope, system_scope

_LAST_USED_STEP = timedelta(minutes=1)
"""``last_used_at`` is written at most this often: a busy key must not make a hot row."""


def permissions_of_role(role: Role, organisation: Organisation) -> frozenset[str]:
    """What holders of the role may do.

    The Administrator always has every permission of this version of the product but the owner's own; supervisors
    approve where the organisation says so (CAM-758). Permissions that no longer exist are ignored.
    """
    if role.key == permissions.ADMINISTRATOR:
        return frozenset(permissions.ALL) - permissions.OWNERS
    held = frozenset(role.permissions) & frozenset(permissions.ALL)
    if role.key == permissions.SUPERVISOR and organisation.supervisors_approve:
        held |= {permissions.CAMPAIGNS_APPROVE}
    return held


def actor_of_user(user: User, address: str | None) -> Actor | None:
    """The person as an actor; None when he may not be here (invited or inactive)."""
    if not user.is_active:
        return None
    with organisation_scope(user.organisation_id):
        role = Role.objects.select_related("organisation").get(pk=user.role_id)
    user.role, user.organisation = role, role.organisation
    held = permissions_of_role(role, role.organisation) | (permissions.OWNERS if user.is_owner else frozenset())
    held, groups = _limited(role, held, user.limited_to)
    return Actor(organisation=role.organisation, permissions=held, user=user, address=address, limited_to=groups)


def _limited(
    role: Role, held: frozenset[str], groups: list[int] | None
) -> tuple[frozenset[str], frozenset[int] | None]:
    """Administrators are never limited; whoever is has no reach over the whole organisation (CAM-759)."""
    if groups is None or role.key == permissions.ADMINISTRATOR:
        return held, None
    return held - permissions.WHOLE_ORGANISATION, frozenset(groups)


def actor_of_key(key: str, *, now: Instant, address: str | None = None) -> Actor | None:
    """The program behind an API key; None when it is unknown, expired or revoked."""
    with system_scope():
        found = (
            ApiKey.objects.select_related("organisation", "role")
            .filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now), digest=digest_of(key), revoked_at=None)
            .first()
        )
        if found is None:
            return None
        stale = now - _LAST_USED_STEP
        if found.last_used_at is None or found.last_used_at < stale:
            used_before = Q(last_used_at__isnull=True) | Q(last_used_at__lt=stale)
            ApiKey.objects.filter(used_before, pk=found.pk).update(last_used_at=now)
    held = permissions_of_role(found.role, found.organisation)
    if found.scopes:
        held &= frozenset(found.scopes)
    if found.limited_to is None:
        return Actor(organisation=found.organisation, permissions=held, api_key=found, address=address)
    return Actor(
        organisation=found.organisation,
        permissions=held - permissions.WHOLE_ORGANISATION,
        api_key=found,
        address=address,
        limited_to=frozenset(found.limited_to),
    )
