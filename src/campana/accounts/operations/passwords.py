"""Choosing a password."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from campana.accounts.actors import Actor
from campana.accounts.models import OneTimeLink, User
from campana.accounts.operations import followers
from campana.accounts.operations.record_audit import record_audit
from campana.accounts.operations.rights import locked_user
from campana.kernel.clock import Instant
from campana.kernel.refusals import Invalid, Invalids

LONGEST = 256


class PasswordTooShort(Invalid):
    code = "password_too_short"
    detail = "A password has at least 10 characters."


class PasswordTooLong(Invalid):
    code = "password_too_long"
    detail = "A password has at most 256 characters."


class PasswordTooCommon(Invalid):
    code = "password_too_common"
    detail = "Too many people use this password."


class PasswordTooSimilar(Invalid):
    code = "password_too_similar"
    detail = "This password is too much like your name or e-mail address."


class WrongPassword(Invalid):
    code = "wrong_password"
    detail = "This is not your present password."


_KINDS: dict[str, type[Invalid]] = {
    kind.code: kind for kind in (PasswordTooShort, PasswordTooCommon, PasswordTooSimilar)
}


def checked_password(typed: str, user: User) -> str:
    """The password if the policy of the settings takes it for this person. Raises Invalid or Invalids."""
    if len(typed) > LONGEST:
        raise PasswordTooLong(field="password")
    try:
        validate_password(typed, user)
    except ValidationError as error:
        problems = [_KINDS.get(str(each.code), Invalid)(field="password") for each in error.error_list]
        raise (problems[0] if len(problems) == 1 else Invalids(problems)) from error
    return typed


def set_password(*, actor: Actor, user: User, password: str, now: Instant) -> User:
    """A new password: open links die, an invited person becomes active, other sessions end by themselves.

    The caller has made sure that ``actor`` may: he knows the present password, holds a link, or is the product.
    """
    with transaction.atomic():
        user = locked_user(actor, user)
        user.set_password(checked_password(password, user))
        joins = user.state == User.State.INVITED
        if joins:
            user.state = User.State.ACTIVE
        user.save(update_fields=["password", "state"])
        OneTimeLink.objects.filter(user=user, used_at=None).update(used_at=now)
        record_audit(actor=actor, action="user.password", object_type="user", object_id=user.pk, now=now)
        if joins:
            followers.person_changed(actor, user, now)
    return user


def change_own_password(*, actor: Actor, present: str, password: str, now: Instant) -> User:
    """Raises WrongPassword when ``present`` is not the password now."""
    if actor.user is None or not actor.user.check_password(present):
        raise WrongPassword(field="present")
    return set_password(actor=actor, user=actor.user, password=password, now=now)
