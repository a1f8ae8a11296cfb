"""A new person in an organisation."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.accounts.models import Role, User
from campana.accounts.operations import followers
from campana.accounts.operations.links import make_link
from campana.accounts.operations.passwords import checked_password
from campana.accounts.operations.record_audit import record_audit
from campana.accounts.operations.rights import may_give
from campana.accounts.people import checked_email, checked_name
from campana.kernel.clock import Instant
from campana.kernel.refusals import Refused


class EmailTaken(Refused):
    code = "email_taken"
    detail = "Somebody has this e-mail address already."


def create_user(*, actor: Actor, email: str, name: str, role: Role, now: Instant, password: str | None = None) -> User:
    """Active with a password, else invited. Raises NotAllowed, BeyondYourRights, EmailTaken, Invalid."""
    actor.require(permissions.USERS_MANAGE)
    may_give(actor, role)
    user = User(
        organisation=actor.organisation, email=checked_email(email), name=checked_name(name), role=role, created_at=now
    )
    if password is None:
        user.state = User.State.INVITED
        user.set_unusable_password()
    else:
        user.set_password(checked_password(password, user))
    with transaction.atomic():
        try:
            with transaction.atomic():
                user.save()
        except IntegrityError as error:
            raise EmailTaken(field="email") from error
        record_audit(
            actor=actor,
            action="user.create",
            object_type="user",
            object_id=user.pk,
            now=now,
            after={"email": user.email, "name": user.name, "role": role.key, "state": user.state},
        )
        followers.person_changed(actor, user, now)
    return user


def invite_user(*, actor: Actor, email: str, name: str, role: Role, now: Instant) -> tuple[User, str]:
    """The invited person and the token of his link, valid for seven days (CRM-704)."""
    with transaction.atomic():
        user = create_user(actor=actor, email=email, name=name, role=role, now=now)
        return user, make_link(actor=actor, user=user, now=now)
