"""Signing in, with a throttle per network address and a lock per account (CRM-711).

A try is counted before the password is looked at, so a hundred at once are a hundred tries. Accounts are
counted by a digest of what was typed: an address nobody has is locked like any other, and as much work is
done for it, so the door does not tell who has an account.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from django.contrib.auth.hashers import check_password, make_password
from django.db import connection, transaction

from campana.accounts.actors import Actor
from campana.accounts.models import DoorCount, User
from campana.accounts.operations.passwords import LONGEST
from campana.accounts.operations.record_audit import record_audit
from campana.kernel.clock import Instant
from campana.kernel.refusals import Invalid, Refused
from campana.tenancy import organisation_scope


class WrongCredentials(Invalid):
    code = "wrong_credentials"
    detail = "E-mail and password do not match an active account; {left} tries are left."


class DoorLocked(Refused):
    code = "door_locked"
    status = 429
    detail = "Too many tries; wait {minutes} minutes."


class Limit(NamedTuple):
    kind: str
    tries: int
    window: timedelta
    lock: timedelta


ACCOUNT: Final = Limit("account", 10, timedelta(hours=24), timedelta(minutes=15))
ADDRESS: Final = Limit("address", 50, timedelta(minutes=15), timedelta(minutes=15))
"""A whole office may sit behind one address."""
RESET_ACCOUNT: Final = Limit("reset", 5, timedelta(hours=1), timedelta(hours=1))
RESET_ADDRESS: Final = Limit("reset address", 20, timedelta(hours=1), timedelta(hours=1))
LINK_ADDRESS: Final = Limit("link address", 50, timedelta(minutes=15), timedelta(minutes=15))


def sign_in(*, email: str, password: str, address: str | None, now: Instant) -> User:
    """The person who may come in. Raises WrongCredentials or DoorLocked."""
    email = email.strip().lower()
    take_try(ADDRESS, address or "", now)
    tries = take_try(ACCOUNT, email, now)
    user = User.objects.select_related("organisation").filter(email=email).first()
    good = len(password) <= LONGEST and check_password(password, user.password if user else _nobody())
    if user is None or not good or not user.is_active:
        _failed(email, user, address, tries, now)
        raise WrongCredentials(field="password", left=max(0, ACCOUNT.tries - tries))
    open_door(email=email)
    _give_back(ADDRESS, address or "")
    _note("session.start", user, address, now)
    return user


def open_door(*, email: str) -> None:
    """Forget the tries of an account: the right password was given, or somebody vouches for the person."""
    DoorCount.objects.filter(subject=_subject(ACCOUNT, email)).delete()


def sign_out(*, actor: Actor, now: Instant) -> None:
    if actor.user is not None:
        _note("session.end", actor.user, actor.address, now)


def take_try(limit: Limit, subject: str, now: Instant) -> int:
    """Count one more and say the how-maniest it is. Raises DoorLocked when there are none left."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"subject": _subject(limit, subject), "now": now, "old": now - limit.window})
        tries, locked_until = cursor.fetchone()
    if locked_until is None and tries > limit.tries:
        locked_until = _lock(limit, subject, now)
    if locked_until is not None:
        raise DoorLocked(minutes=max(1, -(-int((locked_until - now).total_seconds()) // 60)))
    return int(tries)


def forget_old_tries(*, now: Instant) -> int:
    """Housekeeping: counts older than any window."""
    gone, _by_model = DoorCount.objects.filter(since__lt=now - timedelta(days=2)).delete()
    return gone


_TAKE = """
INSERT INTO accounts_doorcount AS door (subject, tries, since, locked_until) VALUES (%(subject)s, 1, %(now)s, NULL)
ON CONFLICT (subject) DO UPDATE SET
    tries = CASE WHEN door.locked_until <= %(now)s OR door.since <= %(old)s THEN 1 ELSE door.tries + 1 END,
    since = CASE WHEN door.locked_until <= %(now)s OR door.since <= %(old)s THEN %(now)s ELSE door.since END,
    locked_until = CASE WHEN door.locked_until > %(now)s THEN door.locked_until END
RETURNING tries, locked_until
"""


def _failed(email: str, user: User | None, address: str | None, tries: int, now: Instant) -> None:
    if tries >= ACCOUNT.tries:
        _lock(ACCOUNT, email, now)
    if user is not None:
        _note("session.refuse", user, address, now, proven=False)
        if tries >= ACCOUNT.tries:
            _note("session.lock", user, address, now, proven=False)


def _lock(limit: Limit, subject: str, now: Instant) -> Instant:
    until = now + limit.lock
    DoorCount.objects.filter(subject=_subject(limit, subject), locked_until=None).update(locked_until=until)
    return until


def _give_back(limit: Limit, subject: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_doorcount SET tries = greatest(tries - 1, 0) WHERE subject = %s",
            [_subject(limit, subject)],
        )


def _note(action: str, user: User, address: str | None, now: Instant, *, proven: bool = True) -> None:
    """Whoever does not know the password is not the person, only somebody at his account."""
    actor = Actor(user.organisation, frozenset(), user=user if proven else None, address=address)
    with organisation_scope(user.organisation_id), transaction.atomic():
        record_audit(actor=actor, action=action, object_type="user", object_id=user.pk, now=now)


def _subject(limit: Limit, subject: str) -> str:
    return hashlib.sha256(f"{limit.kind}:{subject}".encode()).hexdigest()


@lru_cache
def _nobody() -> str:
    """A hash to compare with when there is no such account."""
    return make_password("nobody has this password")
