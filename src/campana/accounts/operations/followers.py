"""What follows in the apps above when an organisation is made or a person comes, changes or goes.

They register here in ``AppConfig.ready`` and are called inside the transaction of the act.
"""

from __future__ import annotations

from typing import Protocol

from campana.accounts.actors import Actor
from campana.accounts.models import Organisation, User
from campana.kernel.clock import Instant


class Follower(Protocol):
    def organisation_made(self, organisation: Organisation, now: Instant) -> None: ...

    def person_changed(self, actor: Actor, user: User, now: Instant) -> None:
        """Somebody is new, has another role, or may sign in now or no more. ``user.role`` is the present one."""


_followers: dict[str, Follower] = {}


def register_follower(name: str, follower: Follower) -> None:
    """Once for each app, however often it is asked."""
    _followers[name] = follower


def organisation_made(organisation: Organisation, now: Instant) -> None:
    for follower in _followers.values():
        follower.organisation_made(organisation, now)


def person_changed(actor: Actor, user: User, now: Instant) -> None:
    for follower in _followers.values():
        follower.person_changed(actor, user, now)
