"""Keys of programs: made, shown once, revoked."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.accounts.models import ApiKey, Role
from campana.accounts.operations.record_audit import record_audit
from campana.accounts.operations.rights import within_rights
from campana.accounts.people import checked_name
from campana.accounts.queries import permissions_of_role
from campana.accounts.secrets import digest_of, new_key
from campana.kernel.clock import Instant
from campana.kernel.refusals import Invalid, NotFound


class ScopeUnknown(Invalid):
    code = "scope_unknown"
    detail = "A key can only be limited to permissions of its role."


class EndsInThePast(Invalid):
    code = "ends_in_the_past"
    detail = "The end lies in the past."


def create_api_key(
    *,
    actor: Actor,
    name: str,
    role: Role,
    now: Instant,
    scopes: Sequence[str] = (),
    expires_at: Instant | None = None,
) -> tuple[ApiKey, str]:
    """The key and its secret ``cmp_<prefix>_<secret>``, which can not be shown again.

    ``scopes`` limits the key to some permissions of the role; empty means all of them. Nobody can make a key
    that may do more than he may. Raises NotAllowed, BeyondYourRights, ScopeUnknown, EndsInThePast.
    """
    actor.require(permissions.KEYS_MANAGE)
    if role.organisation_id != actor.organisation.pk:
        raise NotFound(kind="role")
    held = permissions_of_role(role, actor.organisation)
    if not frozenset(scopes) <= held:
        raise ScopeUnknown(field="scopes")
    within_rights(actor, scopes or held)
    if expires_at is not None and expires_at <= now:
        raise EndsInThePast(field="expires_at")
    secret, prefix = new_key()
    with transaction.atomic():
        key = ApiKey.objects.create(
            organisation=actor.organisation,
            name=checked_name(name)[:120],
            prefix=prefix,
            digest=digest_of(secret),
            role=role,
            scopes=sorted(set(scopes)),
            created_by=actor.user,
            created_at=now,
            expires_at=expires_at,
        )
        record_audit(
            actor=actor,
            action="api_key.create",
            object_type="api_key",
            object_id=key.pk,
            now=now,
            after={
                "name": key.name,
                "prefix": prefix,
                "role": role.key,
                "scopes": key.scopes,
                "expires_at": expires_at.isoformat() if expires_at else None,
            },
        )
    return key, secret


def revoke_api_key(*, actor: Actor, key: ApiKey, now: Instant) -> None:
    """From the next request on the key opens nothing. Revoking twice is once."""
    actor.require(permissions.KEYS_MANAGE)
    with transaction.atomic():
        mine = ApiKey.objects.filter(pk=key.pk, organisation=actor.organisation, revoked_at=None)
        if mine.update(revoked_at=now):
            record_audit(
                actor=actor,
                action="api_key.revoke",
                object_type="api_key",
                object_id=key.pk,
                now=now,
                before={"name": key.name, "prefix": key.prefix},
            )
