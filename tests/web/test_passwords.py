"""Forgotten passwords and invitations, by mail or by hand."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client

from campana.accounts import permissions, tasks
from campana.accounts.models import AuditEntry, Role, User
from campana.tenancy import system_scope
from support.cast import PASSWORD, Cast, person, sign_in

NEW = "four words at least"


def jobs() -> list[tuple[str, dict[str, Any]]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, args FROM procrastinate_jobs WHERE task_name LIKE 'accounts.%' ORDER BY id")
        return [(name, json.loads(args)) for name, args in cursor.fetchall()]


def role(cast: Cast, key: str) -> int:
    with system_scope():
        return Role.objects.get(organisation=cast.lumen, key=key).pk


def link_in(text: str) -> str:
    found = re.search(r"http://testserver(/links/[\w-]+)", text)
    assert found, text
    return found.group(1)


@pytest.fixture
def mailing(settings: Any) -> None:
    settings.MAIL_CONFIGURED = True


def test_a_forgotten_password_is_mailed_and_chosen_once(client: Client, cast: Cast, mailing: None) -> None:
    assert client.post("/password-reset", {"email": "Alice@lumen.example"}).status_code == 200
    [(name, args)] = jobs()
    assert name == "accounts.mail_reset"
    tasks.mail_reset(**args)
    [letter] = mail.outbox
    assert letter.to == ["alice@lumen.example"]
    link = link_in(letter.body)
    assert link.removeprefix("/links/") not in str(args)
    assert client.get(link).status_code == 200
    assert client.post(link, {"password": NEW})["Location"] == "/session"
    assert client.post("/session", {"email": "alice@lumen.example", "password": NEW}).status_code == 302
    client.logout()
    assert client.get(link).status_code == 410
    assert client.post(link, {"password": "another four words"}).status_code == 410


def test_the_page_and_its_job_are_the_same_for_an_address_nobody_has(client: Client, cast: Cast, mailing: None) -> None:
    texts = []
    for email in ("alice@lumen.example", "nobod@lumen.example"):
        text = client.post("/password-reset", {"email": email}).content.decode()
        texts.append(re.sub(r'value="\w{64}"', "", text.replace(email, "")))
    assert texts[0] == texts[1]
    assert [name for name, _args in jobs()] == ["accounts.mail_reset"] * 2
    tasks.mail_reset(**jobs()[1][1])
    assert mail.outbox == []


def test_asking_again_and_again_is_throttled(client: Client, cast: Cast, mailing: None) -> None:
    statuses = [client.post("/password-reset", {"email": "alice@lumen.example"}).status_code for _ in range(6)]
    assert statuses == [200] * 5 + [429]
    assert len(jobs()) == 5


def test_without_mail_the_page_says_whom_to_ask(client: Client, cast: Cast) -> None:
    assert "Ask your administrator" in client.get("/password-reset").content.decode()
    client.post("/password-reset", {"email": "alice@lumen.example"})
    assert jobs() == []


def test_without_mail_an_invitation_is_a_link_to_hand_over(client: Client, cast: Cast) -> None:
    sign_in(client, cast.ada)
    person = {"name": "Nora", "email": "nora@lumen.example", "role": role(cast, "operator")}
    link = link_in(client.post("/people/new", person).content.decode())
    guest = Client()
    assert "Lumen Fibre" in guest.get(link).content.decode()
    assert guest.post(link, {"password": "short"}).status_code == 422
    guest.post(link, {"password": NEW})
    assert guest.post("/session", {"email": "nora@lumen.example", "password": NEW}).status_code == 302


def test_with_mail_an_invitation_is_mailed_in_the_language_of_the_organisation(
    client: Client, cast: Cast, mailing: None
) -> None:
    sign_in(client, cast.ada)
    person = {"name": "Nora", "email": "nora@lumen.example", "role": role(cast, "operator")}
    assert client.post("/people/new", person).status_code == 303
    [(name, args)] = jobs()
    assert name == "accounts.mail_link"
    tasks.mail_link(**args)
    [letter] = mail.outbox
    assert "Lumen Fibre" in letter.subject
    assert Client().get(link_in(letter.body)).status_code == 200


def test_an_administrator_hands_an_active_person_a_link_and_revokes_it(client: Client, cast: Cast) -> None:
    sign_in(client, cast.ada)
    link = link_in(client.post(f"/people/{cast.alice.pk}/link").content.decode())
    assert Client().get(link).status_code == 200
    assert client.delete(f"/people/{cast.alice.pk}/link").status_code == 303
    assert Client().get(link).status_code == 410
    assert User.objects.get(pk=cast.alice.pk).check_password(PASSWORD)


def test_guessing_links_is_throttled(client: Client, cast: Cast) -> None:
    statuses = {client.get(f"/links/guess{number}").status_code for number in range(50)}
    assert statuses == {410}
    assert client.get("/links/guess").status_code == 429


def test_a_link_page_gives_its_address_to_no_other_site(client: Client, cast: Cast) -> None:
    answer = client.get("/links/guess")
    assert answer["Referrer-Policy"] == "same-origin"
    assert "no-store" in answer["Cache-Control"]


def test_nobody_is_handed_a_link_to_the_owners_account(client: Client, cast: Cast) -> None:
    """Whoever followed it would be the owner, and could give himself what only the owner may."""
    zoe = person(cast.lumen, "Zoe", "administrator")
    sign_in(client, zoe)
    assert client.post(f"/people/{cast.ada.pk}/link").status_code == 403
    assert f'action="/people/{cast.ada.pk}/link"' not in client.get(f"/people/{cast.ada.pk}").content.decode()
    sign_in(client, cast.ada)
    assert client.post(f"/people/{cast.ada.pk}/link").status_code == 200
    assert client.post(f"/people/{zoe.pk}/link").status_code == 200


def test_a_mailed_link_keeps_to_the_rights_and_the_name_of_whoever_asked(
    client: Client, cast: Cast, mailing: None
) -> None:
    with system_scope():
        held = [permissions.USERS_MANAGE, *permissions.PRESETS["operator"]]
        lead = Role.objects.create(organisation=cast.lumen, key="desk-lead", permissions=held)
        mona = person(cast.lumen, "Mona", "operator")
        User.objects.filter(pk=mona.pk).update(role=lead)
    sign_in(client, mona)
    assert client.post(f"/people/{cast.carol.pk}/link").status_code == 403, "a supervisor has more rights than she"
    assert jobs() == []
    assert client.post(f"/people/{cast.alice.pk}/link").status_code == 303
    [(_name, args)] = jobs()
    tasks.mail_link(**args)
    assert [letter.to for letter in mail.outbox] == [["alice@lumen.example"]]
    with system_scope():
        entry = AuditEntry.objects.get(action="user.link_reset")
        assert (entry.user_id, entry.address) == (mona.pk, "127.0.0.1")
