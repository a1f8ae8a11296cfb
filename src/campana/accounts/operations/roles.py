"""Roles: the four presets may be edited (but for the Administrator's), others may be added (CAM-758)."""

from __future__ import annotations

from collections.abc import Collection
from itertools import count

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.text import slugify

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.accounts.labels import role_label
from campana.accounts.models import Role
from campana.accounts.operations.record_audit import record_audit
from campana.accounts.operations.rights import unchanged, within_rights
from campana.accounts.people import checked_name
from campana.kernel.clock import Instant
from campana.kernel.refusals import Invalid, Refused


class RoleFixed(Refused):
    code = "role_fixed"
    detail = "The administrator always holds every permission."


class PresetStays(Refused):
    code = "preset_stays"
    detail = "The four roles of the product can be edited but not deleted."


class RoleInUse(Refused):
    code = "role_in_use"
    detail = "Somebody or some API key still holds this role."


class RoleNameTaken(Refused):
    code = "role_name_taken"
    detail = "There is a role with this name."


class PermissionUnknown(Invalid):
    code = "permission_unknown"
    detail = "There is no such permission."


def create_role(*, actor: Actor, name: str, held: Collection[str], now: Instant) -> Role:
    """Raises NotAllowed, BeyondYourRights, RoleNameTaken, Invalid."""
    actor.require(permissions.USERS_MANAGE)
    name = checked_name(name)[:80]
    granted = _checked(actor, held)
    there = list(Role.objects.filter(organisation=actor.organisation))
    if name.casefold() in {role_label(role).casefold() for role in there}:
        raise RoleNameTaken(field="name")
    key = _free_key(name, {role.key for role in there})
    with transaction.atomic():
        try:
            with transaction.atomic():
                role = Role.objects.create(organisation=actor.organisation, key=key, name=name, permissions=granted)
        except IntegrityError as error:
            raise RoleNameTaken(field="name") from error
        record_audit(
            actor=actor,
            action="role.create",
            object_type="role",
            object_id=role.pk,
            now=now,
            after={"name": name, "permissions": granted},
        )
    return role


def change_role(*, actor: Actor, role: Role, name: str, held: Collection[str], version: int, now: Instant) -> Role:
    """Nobody can add a permission he lacks, nor take one he lacks away. Raises ChangedMeanwhile, RoleFixed, …"""
    actor.require(permissions.USERS_MANAGE)
    with transaction.atomic():
        role = Role.objects.select_for_update().get(pk=role.pk, organisation=actor.organisation)
        unchanged(version, role.version)
        if role.key == permissions.ADMINISTRATOR:
            raise RoleFixed
        granted = sorted(set(held))
        if not set(granted) <= set(permissions.ALL):
            raise PermissionUnknown(field="permissions")
        within_rights(actor, set(granted) ^ set(role.permissions) & set(permissions.ALL))
        before = {"name": role.name, "permissions": role.permissions}
        role.name = "" if role.key in permissions.PRESETS and not name.strip() else checked_name(name)[:80]
        role.permissions, role.version = granted, role.version + 1
        role.save(update_fields=["name", "permissions", "version"])
        record_audit(
            actor=actor,
            action="role.change",
            object_type="role",
            object_id=role.pk,
            now=now,
            before=before,
            after={"name": role.name, "permissions": granted},
        )
    return role


def delete_role(*, actor: Actor, role: Role, now: Instant) -> None:
    """Raises PresetStays, RoleInUse."""
    actor.require(permissions.USERS_MANAGE)
    if role.key in permissions.PRESETS:
        raise PresetStays
    with transaction.atomic():
        role = Role.objects.select_for_update().get(pk=role.pk, organisation=actor.organisation)
        within_rights(actor, set(role.permissions) & set(permissions.ALL))
        record_audit(
            actor=actor,
            action="role.delete",
            object_type="role",
            object_id=role.pk,
            now=now,
            before={"name": role.name, "permissions": role.permissions},
        )
        try:
            with transaction.atomic():
                role.delete()
        except (ProtectedError, IntegrityError) as error:
            raise RoleInUse from error


def _free_key(name: str, taken: Collection[str]) -> str:
    """Of letters of the Latin alphabet: many names have the same ones, or none."""
    base = slugify(name)[:32].strip("-") or "role"
    return next(key for n in count(1) if (key := base if n == 1 else f"{base}-{n}") not in taken)


def _checked(actor: Actor, held: Collection[str]) -> list[str]:
    if not set(held) <= set(permissions.ALL):
        raise PermissionUnknown(field="permissions")
    within_rights(actor, held)
    return sorted(set(held))
