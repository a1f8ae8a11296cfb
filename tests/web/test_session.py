"""The door as a browser meets it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from campana.accounts.models import AuditEntry
from campana.tenancy import system_scope
from support.cast import NOW, PASSWORD, Cast, sign_in

ALICE = {"email": "alice@lumen.example", "password": PASSWORD}


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("campana.accounts.web.now", lambda: NOW)


def test_signing_in_leads_back_to_where_one_wanted_to_go(client: Client, cast: Cast) -> None:
    answer = client.post("/session", {**ALICE, "next": "/profile?tab=1"})
    assert (answer.status_code, answer["Location"]) == (302, "/profile?tab=1")
    assert client.get("/profile").status_code == 200


@pytest.mark.parametrize(
    "away",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "http:///evil.example"],
)
def test_signing_in_never_leads_away(client: Client, cast: Cast, away: str) -> None:
    assert client.post("/session", {**ALICE, "next": away})["Location"] == "/"
    client.logout()
    assert f'value="{away}"' not in client.get("/session", {"next": away}).content.decode()


def test_a_session_gets_a_new_key_at_the_door(client: Client, cast: Cast) -> None:
    session = client.session
    session["seen"] = "before"
    session.save()
    before = session.session_key
    client.post("/session", ALICE)
    assert client.session.session_key != before


def test_a_wrong_password_is_said_at_the_field_and_never_shown_again(client: Client, cast: Cast) -> None:
    answer = client.post("/session", {**ALICE, "password": "not the password"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "9 tries are left" in text
    assert 'value="alice@lumen.example"' in text
    assert "not the password" not in text


def test_the_eleventh_try_waits_and_says_how_long(client: Client, cast: Cast) -> None:
    for _ in range(10):
        client.post("/session", {**ALICE, "password": "not the password"})
    answer = client.post("/session", ALICE)
    assert answer.status_code == 429
    assert "wait 15 minutes" in answer.content.decode()


def test_the_address_counts_as_far_as_our_own_proxies_tell_it(client: Client, cast: Cast, settings: object) -> None:
    def tried(forwarded: str) -> str | None:
        client.post("/session", {**ALICE, "password": "not the password"}, headers={"X-Forwarded-For": forwarded})
        with system_scope():
            return AuditEntry.objects.order_by("-id")[0].address

    assert tried("203.0.113.9") == "127.0.0.1"
    settings.TRUSTED_PROXIES = 1  # type: ignore[attr-defined]
    assert tried("10.0.0.1, 203.0.113.9") == "203.0.113.9"
    settings.TRUSTED_PROXIES = 2  # type: ignore[attr-defined]
    assert tried("203.0.113.7, 203.0.113.9") == "203.0.113.7"
    assert tried("made up, 203.0.113.9") is None


def test_signing_out_ends_the_session_and_is_noted(client: Client, cast: Cast) -> None:
    client.post("/session", ALICE)
    assert client.post("/session/end")["Location"] == "/session"
    assert client.get("/profile").status_code == 302
    with system_scope():
        assert [entry.action for entry in AuditEntry.objects.order_by("id")] == ["session.start", "session.end"]


def test_signing_in_needs_the_token_against_forged_requests(cast: Cast) -> None:
    assert Client(enforce_csrf_checks=True).post("/session", ALICE).status_code == 403


def test_whoever_is_in_already_is_led_on(client: Client, cast: Cast) -> None:
    sign_in(client, cast.alice)
    assert client.get("/session?next=/profile")["Location"] == "/profile"


def test_a_changed_password_ends_the_other_sessions(client: Client, cast: Cast) -> None:
    other = Client()
    for browser in (client, other):
        browser.post("/session", ALICE)
    answer = client.post("/profile/password", {"present": PASSWORD, "password": "four words at least"})
    assert answer["Location"] == "/profile"
    assert client.get("/profile").status_code == 200
    assert other.get("/profile").status_code == 302


def test_guessing_the_present_password_in_a_stolen_session_is_locked(client: Client, cast: Cast) -> None:
    sign_in(client, cast.alice)
    guess = {"present": "not the password", "password": "four words at least"}
    statuses = [client.post("/profile/password", guess).status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]
    assert client.post("/profile/password", {**guess, "present": PASSWORD}).status_code == 429


def test_the_profile_decides_language_and_clock(client: Client, cast: Cast) -> None:
    sign_in(client, cast.alice)
    profile = {"name": "Alice", "language": "", "time_zone": "Asia/Ho_Chi_Minh", "theme": "dark"}
    assert client.post("/profile", profile).status_code == 303
    cast.alice.refresh_from_db()
    assert (cast.alice.time_zone, cast.alice.theme) == ("Asia/Ho_Chi_Minh", "dark")
    assert client.post("/profile", {**profile, "time_zone": "Moon/Crater"}).status_code == 422


def test_a_zone_chosen_by_another_of_its_names_stays_chosen(client: Client, cast: Cast) -> None:
    cast.alice.time_zone = "US/Eastern"
    cast.alice.save(update_fields=["time_zone"])
    sign_in(client, cast.alice)
    page = client.get("/profile").content.decode()
    assert '<option value="US/Eastern" selected>New York (UTC-0' in page
    assert '<option value="Asia/Ho_Chi_Minh">Ho Chi Minh City (UTC+07:00)</option>' in page
    assert client.post("/profile", {"name": "Alice", "time_zone": "US/Eastern"}).status_code == 303


def test_a_lock_is_over_after_fifteen_minutes(client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(11):
        client.post("/session", {**ALICE, "password": "not the password"})
    monkeypatch.setattr("campana.accounts.web.now", lambda: NOW + timedelta(minutes=15))
    assert client.post("/session", ALICE).status_code == 302


def test_signing_out_everywhere_else_ends_the_other_browsers_only(client: Client, cast: Cast) -> None:
    lost = Client()
    for browser in (client, lost):
        browser.post("/session", ALICE)
    assert client.post("/profile/other-sessions")["Location"] == "/profile"
    assert client.get("/profile").status_code == 200
    assert lost.get("/profile").status_code == 302
