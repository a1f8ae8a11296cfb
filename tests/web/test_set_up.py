"""The page that is there only while nobody is."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from campana.accounts import permissions
from campana.accounts.models import AuditEntry, Organisation, Role, User
from campana.tenancy import system_scope
from support.cast import Cast

FIRST = {
    "name": "Lumen Fibre s.r.o.",
    "default_country": "CZ",
    "time_zone": "Europe/Prague",
    "language": "cs",
    "owner_name": "Ada",
    "email": "Ada@lumen.example",
    "password": "four words at least",
}


def test_a_fresh_installation_leads_to_its_set_up(client: Client, db: None) -> None:
    assert client.get("/session")["Location"] == "/set-up"
    assert client.get("/set-up").status_code == 200


def test_the_set_up_makes_the_organisation_its_roles_and_its_owner_and_signs_him_in(client: Client, db: None) -> None:
    assert client.post("/set-up", FIRST)["Location"] == "/"
    organisation = Organisation.objects.get()
    assert (organisation.slug, organisation.default_country, organisation.language) == ("lumen-fibre-sro", "CZ", "cs")
    with system_scope():
        assert {role.key for role in Role.objects.all()} == set(permissions.PRESETS)
        assert [entry.action for entry in AuditEntry.objects.all()] == ["organisation.create"]
    owner = User.objects.get()
    assert (owner.email, owner.is_owner, owner.check_password(FIRST["password"])) == ("ada@lumen.example", True, True)
    assert client.get("/people").status_code == 200


def test_afterwards_the_page_is_gone(client: Client, cast: Cast) -> None:
    assert client.get("/set-up").status_code == 404
    assert client.post("/set-up", FIRST).status_code == 404
    assert Organisation.objects.count() == 2


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_made(client: Client, db: None) -> None:
    answer = client.post("/set-up", {**FIRST, "password": "short", "time_zone": "Moon/Crater"})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"time_zone"}
    answer = client.post("/set-up", {**FIRST, "password": "short"})
    assert set(answer.context["form"].errors) == {"password"}
    assert not Organisation.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_set_up_at_the_same_moment_one_is_refused() -> None:
    def begin(number: int) -> int:
        try:
            return Client().post("/set-up", {**FIRST, "email": f"ada{number}@lumen.example"}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        statuses = sorted(pool.map(begin, range(4)))
    assert statuses == [303, 404, 404, 404]
    assert Organisation.objects.count() == 1
