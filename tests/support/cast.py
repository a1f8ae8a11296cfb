"""The cast: Alice and Bob take calls, Carol supervises, Ada administers, Dave belongs elsewhere.

Loaded as a pytest plugin by ``conftest.py``; import the plain functions from ``support.cast``.
Dave is the administrator of another organisation and must see nothing of Lumen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from django.test import Client

    from campana.accounts.actors import Actor
    from campana.accounts.models import Organisation, User
    from campana.workforce.models import Agent

NOW = datetime(2030, 1, 7, 9, tzinfo=UTC)
"""A Monday, ten o'clock in Prague."""
PASSWORD = "a bell rings in lumen"


@dataclass(frozen=True)
class Cast:
    lumen: Organisation
    other: Organisation
    alice: User
    bob: User
    carol: User
    ada: User
    dave: User
    alice_agent: Agent
    bob_agent: Agent

    @property
    def everybody(self) -> tuple[User, ...]:
        return self.alice, self.bob, self.carol, self.ada, self.dave


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def make_cast() -> Cast:
    """Two organisations with their people. No tenancy scope is left open."""
    from campana.tenancy import system_scope
    from campana.workforce.models import Agent

    lumen, other = organisation("lumen", "Lumen Fibre"), organisation("other", "Other Company")
    with system_scope():
        alice, bob = person(lumen, "Alice", "operator"), person(lumen, "Bob", "operator")
        carol = person(lumen, "Carol", "supervisor")
        ada = person(lumen, "Ada", "administrator", owner=True)
        dave = person(other, "Dave", "administrator", owner=True)
        agents = [
            Agent.objects.create(organisation=lumen, user=user, endpoint=f"PJSIP/{extension}")
            for user, extension in ((alice, 1001), (bob, 1002))
        ]
    return Cast(lumen, other, alice, bob, carol, ada, dave, *agents)


def organisation(slug: str, name: str) -> Organisation:
    """A bare organisation in Prague with the four preset roles and nobody in it."""
    from campana.accounts import permissions
    from campana.accounts.models import Organisation, Role
    from campana.tenancy import system_scope

    made = Organisation.objects.create(
        slug=slug, name=name, time_zone="Europe/Prague", default_country="CZ", created_at=NOW
    )
    with system_scope():
        for key, held in permissions.PRESETS.items():
            Role.objects.create(organisation=made, key=key, permissions=list(held))
    return made


def person(organisation: Organisation, name: str, role: str, *, owner: bool = False) -> User:
    """An active person ``name@slug.example`` with the password PASSWORD and a preset role."""
    from campana.accounts.models import Role, User
    from campana.tenancy import system_scope

    with system_scope():
        return User.objects.create(
            organisation=organisation,
            email=f"{name.lower()}@{organisation.slug}.example",
            name=name,
            password=_hashed(PASSWORD),
            role=Role.objects.get(organisation=organisation, key=role),
            is_owner=owner,
            created_at=NOW,
        )


def actor(user: User) -> Actor:
    """``user`` as he would be in a request of his."""
    from campana.accounts.queries import actor_of_user

    found = actor_of_user(user, "192.0.2.1")
    assert found is not None
    return found


def sign_in(client: Client, user: User) -> None:
    """A session without going through the door."""
    client.force_login(user)


def api_key(organisation: Organisation, role: str = "administrator") -> str:
    """The secret of a new key: ``HTTP_AUTHORIZATION=f"Bearer {api_key(cast.lumen)}"``."""
    from campana.accounts.actors import system_actor
    from campana.accounts.models import Role
    from campana.accounts.operations.api_keys import create_api_key
    from campana.tenancy import organisation_scope

    with organisation_scope(organisation.pk):
        key_role = Role.objects.get(organisation=organisation, key=role)
        _key, secret = create_api_key(actor=system_actor(organisation), name=f"test {role}", role=key_role, now=NOW)
    return secret


@lru_cache
def _hashed(password: str) -> str:
    from django.contrib.auth.hashers import make_password

    return make_password(password)
