"""API keys: shown once, stored as a digest, limited, ending, revoked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.accounts.models import ApiKey, AuditEntry, Role
from campana.accounts.operations.api_keys import EndsInThePast, ScopeUnknown, create_api_key, revoke_api_key
from campana.accounts.operations.rights import BeyondYourRights
from campana.accounts.queries import actor_of_key
from campana.kernel.refusals import NotAllowed
from campana.tenancy import organisation_scope
from support.cast import NOW, Cast, actor, api_key

MINUTE = timedelta(minutes=1)


@pytest.fixture
def lumen(cast: Cast) -> Iterator[Cast]:
    with organisation_scope(cast.lumen.pk):
        yield cast


def make(cast: Cast, key: str = "administrator", by: Actor | None = None, **options: object) -> tuple[ApiKey, str]:
    role = Role.objects.get(organisation=cast.lumen, key=key)
    return create_api_key(actor=by or actor(cast.ada), name="Import", role=role, now=NOW, **options)  # type: ignore[arg-type]


def test_a_key_opens_what_its_role_may(lumen: Cast) -> None:
    key, secret = make(lumen, "operator")
    found = actor_of_key(secret, now=NOW, address="192.0.2.5")
    assert found is not None
    assert (found.api_key, found.organisation, found.user) == (key, lumen.lumen, None)
    assert found.permissions == set(permissions.PRESETS["operator"])


def test_a_key_has_a_form_that_people_and_scanners_know(lumen: Cast) -> None:
    key, secret = make(lumen)
    mark, prefix, rest = secret.split("_", 2)
    assert (mark, prefix) == ("cmp", key.prefix)
    assert len(rest) >= 43


def test_only_the_digest_is_stored(lumen: Cast) -> None:
    _key, secret = make(lumen)
    with connection.cursor() as cursor:
        for table in ("accounts_apikey", "accounts_auditentry"):
            cursor.execute(f"SELECT string_agg(t::text, ' ') FROM {table} t")
            assert secret.split("_", 2)[2] not in str(cursor.fetchone())


def test_scopes_take_away_and_never_add(lumen: Cast) -> None:
    _key, secret = make(lumen, "supervisor", scopes=[permissions.CONTACTS_VIEW])
    found = actor_of_key(secret, now=NOW)
    assert found is not None
    assert found.permissions == {permissions.CONTACTS_VIEW}
    with pytest.raises(ScopeUnknown):
        make(lumen, "operator", scopes=[permissions.USERS_MANAGE])


def test_nobody_makes_a_key_that_may_more_than_he(lumen: Cast) -> None:
    role = Role.objects.create(
        organisation=lumen.lumen, key="it", permissions=[permissions.KEYS_MANAGE, "contacts.view"]
    )
    by = Actor(lumen.lumen, frozenset(role.permissions), user=lumen.bob)
    with pytest.raises(BeyondYourRights):
        make(lumen, "administrator", by=by)
    make(lumen, "administrator", by=by, scopes=["contacts.view"])
    with pytest.raises(NotAllowed):
        make(lumen, "operator", by=actor(lumen.carol))


def test_a_key_ends(lumen: Cast) -> None:
    _key, secret = make(lumen, expires_at=NOW + MINUTE)
    assert actor_of_key(secret, now=NOW + MINUTE / 2) is not None
    assert actor_of_key(secret, now=NOW + MINUTE) is None
    with pytest.raises(EndsInThePast):
        make(lumen, expires_at=NOW)


def test_a_revoked_key_opens_nothing_and_revoking_twice_is_once(lumen: Cast) -> None:
    key, secret = make(lumen)
    for _ in range(2):
        revoke_api_key(actor=actor(lumen.ada), key=key, now=NOW)
    assert actor_of_key(secret, now=NOW) is None
    assert AuditEntry.objects.filter(action="api_key.revoke").count() == 1


def test_a_key_works_on_with_the_rights_its_role_has_now(lumen: Cast) -> None:
    _key, secret = make(lumen, "operator")
    Role.objects.filter(organisation=lumen.lumen, key="operator").update(permissions=["calls.make"])
    found = actor_of_key(secret, now=NOW)
    assert found is not None
    assert found.permissions == {"calls.make"}


def test_the_last_use_is_written_once_a_minute(lumen: Cast) -> None:
    key, secret = make(lumen)
    for after in (0, 0.5, 1.5):
        actor_of_key(secret, now=NOW + after * MINUTE)
        key.refresh_from_db()
        assert key.last_used_at == NOW + (0 if after < 1 else after) * MINUTE


def test_a_key_of_another_organisation_acts_there_only(cast: Cast) -> None:
    found = actor_of_key(api_key(cast.other), now=NOW)
    assert found is not None
    assert found.organisation == cast.other
    assert actor_of_key("cmp_00000000_nothing", now=NOW) is None
    assert actor_of_key("\udc80", now=NOW) is None
