"""One-time links by which somebody chooses a password: invitations and resets (CRM-704, CRM-711)."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.accounts.models import OneTimeLink, User
from campana.accounts.operations.passwords import set_password
from campana.accounts.operations.record_audit import record_audit
from campana.accounts.operations.rights import BeyondYourRights, locked_user, may_handle
from campana.accounts.queries import open_link
from campana.accounts.secrets import digest_of, new_token
from campana.kernel.clock import Instant
from campana.kernel.refusals import Refused
from campana.tenancy import organisation_scope

LIFETIME = {OneTimeLink.Kind.INVITATION: timedelta(days=7), OneTimeLink.Kind.RESET: timedelta(hours=1)}


class LinkDead(Refused):
    code = "link_dead"
    status = 410
    detail = "This link was used already or is too old."


class PersonInactive(Refused):
    code = "person_inactive"
    detail = "This person is inactive."


def make_link(*, actor: Actor, user: User, now: Instant) -> str:
    """A token for somebody else's password, to be mailed or handed over: an invitation, else a reset.

    Earlier links of the person die. Raises NotAllowed, BeyondYourRights, PersonInactive.
    """
    with transaction.atomic():
        user = locked_user(actor, user)
        may_make_link(actor=actor, user=user)
        return _new_link(actor, user, now)


def may_make_link(*, actor: Actor, user: User) -> None:
    """What ``make_link`` would refuse, before a letter is promised. Whoever holds a link to the owner's account can
    become the owner, so nobody else gets one (CRM-706): his way is the reset by mail, or the command line."""
    actor.require(permissions.USERS_MANAGE)
    may_handle(actor, user)
    if user.is_owner and actor.user is not None and actor.user.pk != user.pk:
        raise BeyondYourRights
    if user.state == User.State.INACTIVE:
        raise PersonInactive


def revoke_links(*, actor: Actor, user: User, now: Instant) -> None:
    """Whatever links were given out stop working."""
    actor.require(permissions.USERS_MANAGE)
    with transaction.atomic():
        user = locked_user(actor, user)
        may_handle(actor, user)
        OneTimeLink.objects.filter(user=user, used_at=None).update(used_at=now)
        record_audit(actor=actor, action="user.link_revoke", object_type="user", object_id=user.pk, now=now)


def ask_for_reset(*, email: str, address: str | None, now: Instant) -> tuple[User, str] | None:
    """Somebody forgot his password: the person and the token to mail, or None (and nobody may see which)."""
    user = User.objects.select_related("organisation").filter(email=email.strip().lower()).first()
    if user is None or not user.is_active:
        return None
    with organisation_scope(user.organisation_id), transaction.atomic():
        somebody = Actor(user.organisation, frozenset(), address=address)
        return user, _new_link(somebody, locked_user(somebody, user), now)


def follow_link(*, token: str, password: str, address: str | None, now: Instant) -> User:
    """Set the password of the link's person and use the link up. Raises LinkDead, Invalid."""
    link = open_link(token, now)
    if link is None:
        raise LinkDead
    with organisation_scope(link.organisation_id), transaction.atomic():
        actor = Actor(link.organisation, frozenset(), user=link.user, address=address)
        if not OneTimeLink.objects.filter(pk=link.pk, used_at=None).update(used_at=now):
            raise LinkDead
        return set_password(actor=actor, user=link.user, password=password, now=now)


def _new_link(actor: Actor, user: User, now: Instant) -> str:
    kind = OneTimeLink.Kind.INVITATION if user.state == User.State.INVITED else OneTimeLink.Kind.RESET
    OneTimeLink.objects.filter(user=user, used_at=None).update(used_at=now)
    token = new_token()
    OneTimeLink.objects.create(
        organisation=actor.organisation,
        user=user,
        kind=kind,
        digest=digest_of(token),
        created_at=now,
        expires_at=now + LIFETIME[kind],
    )
    record_audit(actor=actor, action=f"user.link_{kind}", object_type="user", object_id=user.pk, now=now)
    return token
