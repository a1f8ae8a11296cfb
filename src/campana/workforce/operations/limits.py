"""The groups a person or an API key is limited to (CAM-759). What the limit means: ``workforce.permissions``."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.db.models import Q

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.accounts.models import ApiKey, User
from campana.accounts.operations.rights import locked_user, may_handle, unchanged, within_rights
from campana.accounts.queries import permissions_of_role
from campana.kernel.clock import Instant
from campana.kernel.refusals import Invalid, NotFound, Refused
from campana.kernel.stamps import stamp
from campana.workforce.models import AgentGroup
from campana.workforce.operations import common


class NoGroupChosen(Invalid):
    code = "no_group_chosen"
    detail = "Choose at least one group, or no limit."


class UnknownGroup(Invalid):
    code = "unknown_group"
    detail = "There is no such group. Choose from the list."


class AdministratorUnlimited(Refused):
    code = "administrator_unlimited"
    detail = "An administrator sees the whole organisation. Give another role first."


def limit_person(*, actor: Actor, user: User, groups: Collection[int] | None, version: int, now: Instant) -> User:
    """None lifts the limit. Holds from the next request on. Raises ChangedMeanwhile, AdministratorUnlimited, …"""
    actor.require(permissions.USERS_MANAGE)
    with transaction.atomic():
        row = locked_user(actor, user)
        may_handle(actor, row)
        unchanged(version, row.version)
        if groups is not None and row.role.key == permissions.ADMINISTRATOR:
            raise AdministratorUnlimited
        before, row.limited_to = row.limited_to, _chosen(actor, groups)
        row.version += 1
        row.save(update_fields=["limited_to", "version"])
        _told(actor, "user", row.pk, before, row.limited_to, now)
    return row


def limit_key(
    *, actor: Actor, key: ApiKey, groups: Collection[int] | None, seen: str | None = None, now: Instant
) -> ApiKey:
    """The same for a program; whatever its role, it reaches no further. ``seen``: its stamp, in place of a version."""
    actor.require(permissions.KEYS_MANAGE)
    with transaction.atomic():
        row = (
            ApiKey.objects.select_for_update(of=("self",))
            .select_related("role")
            .filter(pk=key.pk, organisation=actor.organisation, revoked_at=None)
            .first()
        )
        if row is None:
            raise NotFound(kind="API key")
        unchanged(seen, stamp_of(row))
        within_rights(actor, permissions_of_role(row.role, actor.organisation))
        before, row.limited_to = row.limited_to, _chosen(actor, groups)
        row.save(update_fields=["limited_to"])
        _told(actor, "api_key", row.pk, before, row.limited_to, now)
    return row


def stamp_of(key: ApiKey) -> str:
    return stamp(key.limited_to)


def limited_to(group: AgentGroup) -> list[str]:
    """Names of the people and keys that are limited to it."""
    mine = Q(organisation=group.organisation_id, limited_to__contains=[group.pk])
    people = User.objects.filter(mine).order_by("name").values_list("name", flat=True)
    keys = ApiKey.objects.filter(mine, revoked_at=None).order_by("name").values_list("name", flat=True)
    return [*people, *keys]


def _chosen(actor: Actor, groups: Collection[int] | None) -> list[int] | None:
    """The groups, locked so that none is deleted meanwhile."""
    if groups is None:
        return None
    if not groups:
        raise NoGroupChosen(field="groups")
    rows = AgentGroup.objects.select_for_update(no_key=True).filter(organisation=actor.organisation, pk__in=groups)
    found = sorted(rows.values_list("pk", flat=True))
    if len(found) != len(set(groups)):
        raise UnknownGroup(field="groups")
    return found


def _told(actor: Actor, kind: str, pk: int, before: list[int] | None, after: list[int] | None, now: Instant) -> None:
    if before == after:
        return
    common.audited(actor, f"{kind}.limit", kind, pk, now, before={"limited_to": before}, limited_to=after)
