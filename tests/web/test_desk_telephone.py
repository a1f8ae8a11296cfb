"""The browser's telephone as the server sees it: whose tab, which account, and what nobody else may learn."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from campana.desk import operations
from campana.desk.operations.telephone import ACCOUNT_GOOD_FOR, DeskTaken, ExchangeSilent, NoTelephoneHere, OnTheLine
from campana.desk.telephones import Telephone, telephone_of
from campana.kernel.refusals import Invalid
from campana.relay.models import Message
from campana.tenancy import system_scope
from campana.workforce.models import Agent
from campana.workforce.operations import change_agent
from campana.workforce.operations.agents import BadEndpoint
from support.cast import NOW, Cast, actor, sign_in

FIRST, SECOND = "first-tab-1", "second-tab-2"


class Exchange:
    """Keeps accounts as Asterisk would."""

    passwords: dict[str, str] = {}
    silent = False

    def __init__(self, url: str, user: str, password: str) -> None:
        assert (url, user, password) == ("http://exchange/ari", "campana", "secret of the exchange")

    def open(self, name: str, password: str) -> None:
        if Exchange.silent:
            raise OSError("refused")
        Exchange.passwords[name] = password

    def close(self, name: str) -> None:
        Exchange.passwords.pop(name, None)


@pytest.fixture
def desk(cast: Cast, settings: Any) -> Iterator[Cast]:
    """Alice has no telephone on her table, and the site knows the exchange."""
    settings.ARI_URL, settings.ARI_USER, settings.ARI_PASSWORD = (
        "http://exchange/ari",
        "campana",
        "secret of the exchange",
    )
    settings.TELEPHONE_URL = "wss://calls.example.com/telephone"
    settings.TELEPHONE_ACCOUNTS = f"{__name__}.Exchange"
    Exchange.passwords, Exchange.silent = {}, False
    with system_scope():
        Agent.objects.filter(pk=cast.alice_agent.pk).update(endpoint="")
        yield cast


def alice(desk: Cast) -> Agent:
    return Agent.objects.get(pk=desk.alice_agent.pk)


def test_an_account_is_made_for_the_tab_that_holds_the_desk(desk: Cast, client: Client) -> None:
    sign_in(client, desk.alice)
    assert client.post("/desk/holder", {"tab": FIRST}).json() == {"mine": True}
    given = client.post("/desk/telephone/account", {"tab": FIRST})
    name = f"desk-{desk.alice_agent.pk}"
    assert given.json() | {"password": ""} == {
        "address": "wss://calls.example.com/telephone",
        "name": name,
        "password": "",
        "seconds": int(ACCOUNT_GOOD_FOR.total_seconds()),
        "ice": [],
    }
    assert Exchange.passwords == {name: given.json()["password"]}
    assert len(given.json()["password"]) > 40
    assert given.headers["Cache-Control"] == "no-store"


def test_no_password_is_in_a_page_or_twice_the_same(desk: Cast, client: Client) -> None:
    sign_in(client, desk.alice)
    client.post("/desk/holder", {"tab": FIRST})
    passwords = {client.post("/desk/telephone/account", {"tab": FIRST}).json()["password"] for _ in range(3)}
    assert len(passwords) == 3
    page = client.get("/desk").content.decode()
    assert not any(password in page for password in passwords)
    assert "secret of the exchange" not in page
    assert "/desk/telephone/account" in page


def test_the_page_may_talk_to_the_exchange_and_to_nobody_else(desk: Cast, client: Client) -> None:
    sign_in(client, desk.alice)
    policy = client.get("/desk").headers["Content-Security-Policy"]
    assert "connect-src 'self' wss://calls.example.com;" in policy
    assert "wss:" not in client.get("/profile").headers["Content-Security-Policy"]


def test_a_second_tab_gets_nothing_until_it_takes_over(desk: Cast) -> None:
    me = actor(desk.alice)
    operations.take_desk(actor=me, tab=FIRST, now=NOW)
    operations.beat(actor=me, tab=FIRST, now=NOW)
    with pytest.raises(DeskTaken):
        operations.take_desk(actor=me, tab=SECOND, now=NOW)
    with pytest.raises(DeskTaken):
        operations.open_account(actor=me, tab=SECOND, now=NOW)
    operations.take_desk(actor=me, tab=SECOND, force=True, now=NOW)
    operations.open_account(actor=me, tab=SECOND, now=NOW)
    for old in (operations.open_account, operations.ring_again, operations.beat):
        with pytest.raises(DeskTaken):
            old(actor=me, tab=FIRST, now=NOW)


def test_a_tab_that_fell_silent_holds_nothing(desk: Cast) -> None:
    me = actor(desk.alice)
    operations.take_desk(actor=me, tab=FIRST, now=NOW)
    operations.beat(actor=me, tab=FIRST, now=NOW)
    operations.take_desk(actor=me, tab=SECOND, now=NOW + timedelta(seconds=16))
    assert alice(desk).desk == SECOND


def test_a_tab_that_is_closed_frees_the_desk_at_once_and_nobody_elses(desk: Cast, client: Client) -> None:
    sign_in(client, desk.alice)
    client.post("/desk/holder", {"tab": FIRST})
    client.post("/desk/beat", {"tab": FIRST})
    client.post("/desk/leaving", {"tab": SECOND})
    assert client.post("/desk/holder", {"tab": SECOND}).json() == {"mine": False}
    client.post("/desk/leaving", {"tab": FIRST})
    assert client.post("/desk/holder", {"tab": SECOND}).json() == {"mine": True}


def test_a_farewell_that_comes_late_takes_the_desk_from_nobody_for_long(desk: Cast) -> None:
    me = actor(desk.alice)
    operations.take_desk(actor=me, tab=FIRST, now=NOW)
    operations.leave_desk(actor=me, tab=FIRST)
    operations.beat(actor=me, tab=FIRST, now=NOW)
    assert alice(desk).desk == FIRST


@pytest.mark.parametrize("tab", ["", "x", "a" * 41, "../../etc", "' OR 1=1"])
def test_a_tab_has_a_decent_name(desk: Cast, tab: str) -> None:
    with pytest.raises(Invalid):
        operations.take_desk(actor=actor(desk.alice), tab=tab, now=NOW)


def test_the_old_tab_is_told_in_its_console(desk: Cast, client: Client) -> None:
    sign_in(client, desk.alice)
    client.post("/desk/holder", {"tab": FIRST})
    client.post("/desk/holder", {"tab": SECOND, "force": "1"})
    answer = client.get("/desk/console", {"tab": FIRST})
    assert (answer.status_code, answer.headers["HX-Trigger"]) == (204, "desk-taken")
    assert client.post("/desk/beat", {"tab": FIRST}).status_code == 409
    assert client.post("/desk/beat", {"tab": SECOND}).status_code == 204


def test_without_its_telephone_a_desk_takes_no_campaign_calls(desk: Cast) -> None:
    me = actor(desk.alice)
    operations.take_desk(actor=me, tab=FIRST, now=NOW)
    Agent.objects.filter(pk=alice(desk).pk).update(wanted="ready")
    for registered in (False, True, True, False):
        operations.beat(actor=me, tab=FIRST, telephone=registered, now=NOW)
        assert alice(desk).dialling is registered
    assert Message.objects.filter(kind="presence").count() == 3


def test_a_telephone_on_the_table_needs_no_browser(desk: Cast) -> None:
    Agent.objects.filter(pk=alice(desk).pk).update(endpoint="PJSIP/101", wanted="ready")
    me = actor(desk.alice)
    operations.beat(actor=me, telephone=False, now=NOW)
    assert alice(desk).dialling
    assert telephone_of(alice(desk)) is Telephone.SIP
    operations.take_desk(actor=me, tab=FIRST, now=NOW)
    with pytest.raises(NoTelephoneHere):
        operations.open_account(actor=me, tab=FIRST, now=NOW)


def test_an_agent_moves_between_table_and_browser_but_not_in_a_call(desk: Cast) -> None:
    Agent.objects.filter(pk=alice(desk).pk).update(endpoint="PJSIP/101")
    me = actor(desk.alice)
    operations.choose_telephone(actor=me, browser=True, now=NOW)
    assert alice(desk).rings_at == f"PJSIP/desk-{alice(desk).pk}"
    assert Message.objects.get(kind="agent").payload == {"id": alice(desk).pk}
    Agent.objects.filter(pk=alice(desk).pk).update(state="in_call")
    with pytest.raises(OnTheLine):
        operations.choose_telephone(actor=me, browser=False, now=NOW)


def test_a_returned_telephone_asks_for_its_call_once(desk: Cast) -> None:
    me = actor(desk.alice)
    operations.take_desk(actor=me, tab=FIRST, now=NOW)
    assert not operations.ring_again(actor=me, tab=FIRST, now=NOW)
    Agent.objects.filter(pk=alice(desk).pk).update(state="in_call", attempt_id=77)
    assert operations.ring_again(actor=me, tab=FIRST, now=NOW)
    assert operations.ring_again(actor=me, tab=FIRST, now=NOW)
    assert [row.payload for row in Message.objects.filter(kind="ring_again")] == [
        {"agent": alice(desk).pk, "attempt": 77}
    ]


def test_an_account_past_its_time_is_taken_away(desk: Cast) -> None:
    me = actor(desk.alice)
    operations.take_desk(actor=me, tab=FIRST, now=NOW)
    operations.open_account(actor=me, tab=FIRST, now=NOW)
    assert operations.close_accounts(now=NOW + ACCOUNT_GOOD_FOR) == 0
    assert operations.close_accounts(now=NOW + ACCOUNT_GOOD_FOR + timedelta(seconds=1)) == 1
    assert Exchange.passwords == {}
    assert alice(desk).account_until is None


def test_a_silent_exchange_is_said_and_leaves_nothing_behind(desk: Cast) -> None:
    me = actor(desk.alice)
    operations.take_desk(actor=me, tab=FIRST, now=NOW)
    Exchange.silent = True
    with pytest.raises(ExchangeSilent):
        operations.open_account(actor=me, tab=FIRST, now=NOW)
    assert alice(desk).account_until is None


def test_turn_passwords_are_made_for_an_hour_and_the_secret_stays_here(
    desk: Cast, client: Client, settings: Any
) -> None:
    settings.STUN_SERVERS, settings.TURN_SERVERS = ["stun:s.example.com"], ["turns:t.example.com:443"]
    settings.TURN_SECRET = "between us and the server"
    sign_in(client, desk.alice)
    client.post("/desk/holder", {"tab": FIRST})
    stun, turn = client.post("/desk/telephone/account", {"tab": FIRST}).json()["ice"]
    assert stun == {"urls": ["stun:s.example.com"]}
    assert turn["username"].endswith(f":desk-{desk.alice_agent.pk}")
    assert len(turn["credential"]) == 28
    assert settings.TURN_SECRET not in str(turn)


def test_a_site_without_the_address_says_what_is_missing(desk: Cast, client: Client, settings: Any) -> None:
    settings.TELEPHONE_URL = ""
    sign_in(client, desk.alice)
    page = client.get("/desk").content.decode()
    assert "CAMPANA_TELEPHONE_URL" in page
    assert client.post("/desk/holder", {"tab": FIRST}).json() == {"mine": True}
    assert client.post("/desk/telephone/account", {"tab": FIRST}).status_code == 409


def test_a_simulated_telephone_says_so_and_wants_no_account(desk: Cast, client: Client) -> None:
    Agent.objects.filter(pk=alice(desk).pk).update(endpoint="simulated")
    sign_in(client, desk.alice)
    page = client.get("/desk").content.decode()
    assert "The telephone is simulated" in page
    assert '"telephone": "simulated"' in page


def test_nobody_names_a_telephone_like_somebodys_browser(desk: Cast) -> None:
    with pytest.raises(BadEndpoint):
        change_agent(
            agent_id=desk.bob_agent.pk, actor=actor(desk.ada), now=NOW, endpoint=f"PJSIP/Desk-{alice(desk).pk}"
        )
