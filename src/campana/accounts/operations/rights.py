"""What every change of people, roles and keys keeps to."""

from __future__ import annotations

from collections.abc import Iterable

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.accounts.models import Organisation, Role, User
from campana.accounts.queries import permissions_of_role
from campana.kernel.refusals import NotFound, Refused


class BeyondYourRights(Refused):
    """Nobody can give, take or hold by proxy more than he has."""

    code = "beyond_your_rights"
    status = 403
    detail = "This needs permissions you do not have yourself."


class LastAdministrator(Refused):
    """CRM-710."""

    code = "last_administrator"
    detail = "An organisation keeps at least one active administrator."


class OwnerStays(Refused):
    """CRM-706, CRM-710: the mark is given to somebody else first."""

    code = "owner_stays"
    detail = "The owner stays an active administrator until the ownership is given to somebody else."


class ChangedMeanwhile(Refused):
    code = "changed_meanwhile"
    detail = "Somebody else changed this after you opened it."


def unchanged(seen: object | None, there: object) -> None:
    """``seen``: the stamp or version of what a page showed, None from a program. Raises ChangedMeanwhile
    when another one is there now; whoever asks holds the row's lock."""
    if seen is not None and seen != there:
        raise ChangedMeanwhile


def within_rights(actor: Actor, held: Iterable[str]) -> None:
    if not frozenset(held) <= actor.permissions:
        raise BeyondYourRights


def may_give(actor: Actor, role: Role) -> None:
    """A role of one's own organisation, and no more rights than one has."""
    if role.organisation_id != actor.organisation.pk:
        raise NotFound(kind="role")
    within_rights(actor, permissions_of_role(role, actor.organisation))


def may_handle(actor: Actor, user: User) -> None:
    """A manager of people with fewer rights must not take over somebody with more."""
    within_rights(actor, permissions_of_role(user.role, actor.organisation))


def lock_people(organisation: Organisation) -> Organisation:
    """Changes of who administers wait for each other, so "at least one" can be counted."""
    return Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)


def keep_an_administrator(user: User) -> None:
    """Call with the people locked, before ``user`` stops being an active administrator."""
    if user.is_owner:
        raise OwnerStays
    if user.role.key != permissions.ADMINISTRATOR or not user.is_active:
        return
    others = User.objects.filter(
        organisation_id=user.organisation_id, role__key=permissions.ADMINISTRATOR, state=User.State.ACTIVE
    ).exclude(pk=user.pk)
    if not others.exists():
        raise LastAdministrator


def locked_user(actor: Actor, user: User) -> User:
    """The row as it is now, locked; the role comes with it."""
    found = (
        User.objects.select_for_update(of=("self",))
        .select_related("role")
        .filter(pk=user.pk, organisation_id=actor.organisation.pk)
        .first()
    )
    if found is None:
        raise NotFound(kind="person")
    return found
