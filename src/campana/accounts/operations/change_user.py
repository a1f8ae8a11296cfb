"""Name and role of somebody; whether he may sign in at all; who owns the organisation."""

from __future__ import annotations

from django.db import transaction

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.accounts.models import OneTimeLink, Role, User
from campana.accounts.operations import followers
from campana.accounts.operations.record_audit import record_audit
from campana.accounts.operations.rights import (
    BeyondYourRights,
    keep_an_administrator,
    lock_people,
    locked_user,
    may_give,
    may_handle,
    unchanged,
)
from campana.accounts.people import checked_name
from campana.kernel.clock import Instant
from campana.kernel.refusals import Refused


class NotYourself(Refused):
    code = "not_yourself"
    detail = "You can not do this to your own account."


class NotAdministrator(Refused):
    code = "not_administrator"
    detail = "The new owner must be an active administrator."


def change_user(*, actor: Actor, user: User, name: str, role: Role, version: int, now: Instant) -> User:
    """Raises ChangedMeanwhile unless ``version`` is the present one, LastAdministrator, OwnerStays, …"""
    actor.require(permissions.USERS_MANAGE)
    name = checked_name(name)
    with transaction.atomic():
        lock_people(actor.organisation)
        user = locked_user(actor, user)
        unchanged(version, user.version)
        may_handle(actor, user)
        before = {"name": user.name, "role": user.role.key}
        if role.pk != user.role_id:
            may_give(actor, role)
            if role.key != permissions.ADMINISTRATOR:
                keep_an_administrator(user)
            else:
                user.limited_to = None
        user.name, user.role, user.version = name, role, user.version + 1
        user.save(update_fields=["name", "role", "limited_to", "version"])
        record_audit(
            actor=actor,
            action="user.change",
            object_type="user",
            object_id=user.pk,
            now=now,
            before=before,
            after={"name": name, "role": role.key},
        )
        followers.person_changed(actor, user, now)
    return user


def deactivate_user(*, actor: Actor, user: User, now: Instant) -> User:
    """He can not sign in any more and gets no work; his name stays in the history (CRM-710)."""
    actor.require(permissions.USERS_MANAGE)
    with transaction.atomic():
        lock_people(actor.organisation)
        user = locked_user(actor, user)
        may_handle(actor, user)
        if actor.user is not None and actor.user.pk == user.pk:
            raise NotYourself
        keep_an_administrator(user)
        OneTimeLink.objects.filter(user=user, used_at=None).update(used_at=now)
        return _move(actor, user, User.State.INACTIVE, now)


def activate_user(*, actor: Actor, user: User, now: Instant) -> User:
    """Somebody who was inactive may come back; without a password he is invited again."""
    actor.require(permissions.USERS_MANAGE)
    with transaction.atomic():
        user = locked_user(actor, user)
        may_handle(actor, user)
        state = User.State.ACTIVE if user.has_usable_password() else User.State.INVITED
        return _move(actor, user, state, now)


def transfer_ownership(*, actor: Actor, user: User, now: Instant) -> User:
    """The owner gives the mark to another active administrator (CRM-706)."""
    with transaction.atomic():
        lock_people(actor.organisation)
        owner = User.objects.select_for_update().get(organisation=actor.organisation, is_owner=True)
        if actor.user is None or actor.user.pk != owner.pk:
            raise BeyondYourRights
        user = locked_user(actor, user)
        if user.role.key != permissions.ADMINISTRATOR or not user.is_active:
            raise NotAdministrator
        User.objects.filter(pk=owner.pk).update(is_owner=False)
        User.objects.filter(pk=user.pk).update(is_owner=True)
        record_audit(
            actor=actor,
            action="organisation.owner",
            object_type="organisation",
            object_id=actor.organisation.pk,
            now=now,
            before={"owner": owner.pk},
            after={"owner": user.pk},
        )
        user.is_owner = True
    return user


def _move(actor: Actor, user: User, state: User.State, now: Instant) -> User:
    before, user.state = user.state, state
    if before == state:
        return user
    user.version += 1
    user.save(update_fields=["state", "version"])
    record_audit(
        actor=actor,
        action="user.state",
        object_type="user",
        object_id=user.pk,
        now=now,
        before={"state": before},
        after={"state": state},
    )
    followers.person_changed(actor, user, now)
    return user
