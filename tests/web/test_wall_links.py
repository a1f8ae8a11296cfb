"""The wallboard on a screen that nobody signs in at."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from campana.accounts.models import AuditEntry, Role, User
from campana.accounts.queries import actor_of_user
from campana.engine.words import AgentState
from campana.kernel.clock import utc_now
from campana.kernel.refusals import Invalid, NotAllowed, NotFound
from campana.supervision.listening import WALL, listener_of
from campana.supervision.models import WallLink
from campana.supervision.operations import make_wall_link, revoke_wall_link
from campana.tenancy import system_scope
from campana.workforce.models import Agent
from support.calls import bare_campaign
from support.cast import Cast, sign_in


@pytest.fixture(autouse=True)
def connection_of_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stream looks people up in a thread of its own and begins with a fresh connection; here it is the test's."""
    monkeypatch.setattr("campana.supervision.listening.close_old_connections", lambda: None)


REFRESH = {"HX-Request": "true", "HX-Target": "wall"}


def made(user: User, **given: Any) -> tuple[WallLink, str]:
    with system_scope():
        actor = actor_of_user(user, None)
        assert actor is not None
        return make_wall_link(actor=actor, **{"name": "Hall", "days": 30, "now": utc_now()} | given)


def on_the_floor(cast: Cast) -> None:
    with system_scope():
        campaign = bare_campaign(cast.lumen)
        type(campaign).objects.filter(pk=campaign.pk).update(state="running")
        Agent.objects.filter(pk=cast.alice_agent.pk).update(state=AgentState.IN_CALL, state_since=utc_now())


def test_a_screen_sees_the_floor_without_signing_in_and_no_names(cast: Cast, client: Client) -> None:
    on_the_floor(cast)
    link, token = made(cast.carol)
    answer = client.get(f"/walls/{token}")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Lumen Fibre" in page
    assert "Talking" in page
    assert "Alice" not in page
    assert f"/events?wall={token}" in page
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "sessionid" not in client.cookies
    with system_scope():
        assert token.encode() not in bytes(WallLink.objects.get(pk=link.pk).digest)


def test_names_are_shown_when_the_link_says_so_and_the_region_refreshes(cast: Cast, client: Client) -> None:
    on_the_floor(cast)
    _link, token = made(cast.carol, shows_names=True)
    region = client.get(f"/walls/{token}", headers=REFRESH).content.decode()
    assert region.startswith('<div class="wall-room"')
    assert "Alice" in region
    assert f'hx-get="/walls/{token}"' in region


def test_a_screen_speaks_the_organisations_language_on_its_clock(cast: Cast, client: Client) -> None:
    with system_scope():
        type(cast.lumen).objects.filter(pk=cast.lumen.pk).update(language="cs")
    _link, token = made(cast.carol)
    answer = client.get(f"/walls/{token}", headers={"Accept-Language": "ru"})
    assert answer["Content-Language"] == "cs"
    assert 'data-zone="Europe/Prague"' in answer.content.decode()


def test_a_screen_shows_its_organisation_even_to_somebody_of_another(cast: Cast, client: Client) -> None:
    on_the_floor(cast)
    _link, token = made(cast.dave)
    sign_in(client, cast.carol)
    page = client.get(f"/walls/{token}").content.decode()
    assert "Other Company" in page
    assert "Lumen" not in page
    assert "Nobody is signed in." in page


@pytest.mark.parametrize("end", ["revoked", "old", "maker_gone", "maker_demoted", "unknown"])
def test_a_link_that_is_over_opens_nothing(cast: Cast, client: Client, end: str) -> None:
    link, token = made(cast.carol)
    with system_scope():
        rows = WallLink.objects.filter(pk=link.pk)
        if end == "revoked":
            actor = actor_of_user(cast.ada, None)
            assert actor is not None
            revoke_wall_link(actor=actor, link_id=link.pk, now=utc_now())
        elif end == "old":
            rows.update(expires_at=utc_now() - timedelta(seconds=1))
        elif end == "maker_gone":
            User.objects.filter(pk=cast.carol.pk).update(state="inactive")
        elif end == "maker_demoted":
            operator = Role.objects.get(organisation=cast.lumen, key="operator")
            User.objects.filter(pk=cast.carol.pk).update(role=operator)
        else:
            token = token[:-1] + ("A" if token[-1] != "A" else "B")
    answer = client.get(f"/walls/{token}")
    assert answer.status_code == 410
    assert "This link is over" in answer.content.decode()
    assert "Lumen" not in answer.content.decode()
    assert client.get(f"/walls/{token}", headers=REFRESH)["HX-Refresh"] == "true"
    assert listener_of(WALL + token, utc_now()) is None


def test_a_screen_hears_of_its_organisation_and_of_nobodys_own_place(cast: Cast) -> None:
    _link, token = made(cast.carol)
    listener = listener_of(WALL + token, utc_now())
    assert listener is not None
    assert (listener.organisation, listener.agent) == (cast.lumen.pk, None)
    assert listener.sees_agents


def test_making_and_revoking_are_audited_without_the_secret(cast: Cast, client: Client) -> None:
    sign_in(client, cast.carol)
    page = client.post("/wallboard/links", {"name": "Hall by the door", "days": "30"}).content.decode()
    token = page.partition("/walls/")[2].partition('"')[0]
    assert client.get(f"/walls/{token}").status_code == 200
    assert token not in client.get("/wallboard/links").content.decode()
    with system_scope():
        link = WallLink.objects.get()
    assert client.delete(f"/wallboard/links/{link.pk}").status_code in {204, 303}
    assert client.delete(f"/wallboard/links/{link.pk}").status_code in {204, 303}
    with system_scope():
        entries = list(AuditEntry.objects.filter(object_type="wall_link").order_by("pk"))
    assert [entry.action for entry in entries] == ["wall_link.make", "wall_link.revoke"]
    assert token not in str([entry.after for entry in entries])


def test_who_may_not_manage_agents_makes_none_and_a_wrong_word_is_told_at_its_field(cast: Cast, client: Client) -> None:
    with pytest.raises(NotAllowed):
        made(cast.alice)
    for wrong in ({"name": " "}, {"days": 3650}):
        with pytest.raises(Invalid):
            made(cast.carol, **wrong)
    sign_in(client, cast.carol)
    assert client.post("/wallboard/links", {"name": "", "days": "30"}).status_code == 422


def test_people_limited_to_groups_find_and_revoke_their_own_alone(cast: Cast, client: Client) -> None:
    link, _token = made(cast.ada)
    with system_scope():
        User.objects.filter(pk=cast.carol.pk).update(limited_to=[1])
        carol = actor_of_user(User.objects.get(pk=cast.carol.pk), None)
        assert carol is not None
        with pytest.raises(NotFound):
            revoke_wall_link(actor=carol, link_id=link.pk, now=utc_now())
    sign_in(client, User.objects.get(pk=cast.carol.pk))
    assert "Hall" not in client.get("/wallboard/links").content.decode().partition("<main")[2].replace("the hall", "")
