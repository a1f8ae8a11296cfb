"""Hearing an agent's talk from the floor, and what the desk says meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from campana.accounts.models import Role
from campana.accounts.permissions import AGENTS_VIEW, CAMPAIGNS_LISTEN
from campana.calls.models import Monitor
from campana.kernel.clock import Instant
from campana.relay.models import Message
from campana.tenancy import system_scope
from campana.workforce.models import Agent
from support.calls import attempt, bare_campaign
from support.cast import NOW, Cast, sign_in

HTMX = {"HX-Request": "true"}


@dataclass
class Floor:
    """Alice talks, Bob waits, Carol supervises with a telephone on her table."""

    cast: Cast
    client: Client
    alice: Agent
    carol: Agent
    now: Instant = NOW

    def page(self) -> str:
        return self.client.get("/floor").content.decode()

    def fragment(self) -> str:
        return self.client.get("/floor/monitor", headers=HTMX).content.decode()

    def begin(self, agent: Agent | None = None) -> Any:
        return self.client.post(f"/floor/{(agent or self.alice).pk}/monitor", headers=HTMX)

    def set(self, agent: Agent, **columns: object) -> None:
        Agent.objects.filter(pk=agent.pk).update(**columns)

    def happens(self, **columns: object) -> None:
        Monitor.objects.update(**columns)


@pytest.fixture
def floor(cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch) -> Iterator[Floor]:
    with system_scope():
        carol = Agent.objects.create(organisation=cast.lumen, user=cast.carol, endpoint="PJSIP/1900")
        call = attempt(bare_campaign(cast.lumen), cast.alice_agent, ended_at=None)
        made = Floor(cast, client, cast.alice_agent, carol)
        for agent, given in ((cast.alice_agent, call.pk), (cast.bob_agent, None)):
            state = "in_call" if given else "available"
            made.set(agent, online=True, wanted="ready", state=state, state_since=NOW, attempt_id=given)
        monkeypatch.setattr("campana.supervision.web.monitoring.utc_now", lambda: made.now)
        monkeypatch.setattr("campana.supervision.web.floor.utc_now", lambda: made.now)
        sign_in(client, cast.carol)
        yield made


def test_the_ear_is_at_who_talks_and_for_who_may_listen(floor: Floor) -> None:
    page = floor.page()
    assert f'id="hear-{floor.alice.pk}"' in page
    assert 'aria-label="Listen to Alice"' in page
    assert f'id="hear-{floor.cast.bob_agent.pk}"' not in page
    role = Role.objects.get(organisation=floor.cast.lumen, key="supervisor")
    role.permissions = [each for each in role.permissions if each != CAMPAIGNS_LISTEN]
    role.save()
    page = floor.page()
    assert "Alice" in page
    assert "hear-" not in page
    assert 'id="monitor"' not in page


def test_nobody_is_offered_his_own_talk(floor: Floor) -> None:
    Role.objects.filter(organisation=floor.cast.lumen, key="operator").update(
        permissions=[AGENTS_VIEW, CAMPAIGNS_LISTEN]
    )
    sign_in(floor.client, floor.cast.alice)
    assert "hear-" not in floor.page()
    answer = floor.begin()
    assert answer.status_code == 422
    assert "This is your own talk." in answer.content.decode()


def test_the_ear_lets_the_telephone_ring_and_the_page_says_so(floor: Floor) -> None:
    answer = floor.begin()
    part = answer.content.decode()
    assert answer.status_code == 200
    assert part.startswith('<div id="monitor"')
    assert "Your telephone rings. Pick it up." in part
    assert "Alice" in part
    assert "every 1s" in part
    row = Monitor.objects.get()
    assert Message.objects.get(kind="monitor").payload == {"id": row.pk}
    assert "Your telephone rings. Pick it up." in floor.page()
    floor.set(floor.carol, endpoint="")
    assert "Your desk answers in a moment." in floor.fragment()


def test_the_page_is_left_alone_while_nothing_changes(floor: Floor) -> None:
    """A question that is open, and the focus, live in it."""
    floor.begin()
    seen = floor.fragment().split("seen=")[1].split('"')[0]
    assert floor.client.get(f"/floor/monitor?seen={seen}", headers=HTMX).status_code == 204
    floor.happens(began_at=NOW, answered_at=NOW)
    assert floor.client.get(f"/floor/monitor?seen={seen}", headers=HTMX).status_code == 200


@pytest.mark.parametrize(
    ("in_the_way", "status", "words"),
    [
        ({"endpoint": ""}, 409, "Open the desk in another tab"),
        ({"state": "available"}, 409, "Set yourself not ready first"),
        ({"online": True, "wanted": "ready"}, 409, "Set yourself not ready first"),
        (None, 409, "You have no telephone to listen with."),
    ],
)
def test_what_is_in_the_way_is_said_where_messages_stand(
    floor: Floor, in_the_way: dict[str, object] | None, status: int, words: str
) -> None:
    if in_the_way is None:
        floor.carol.delete()
    else:
        floor.set(floor.carol, **in_the_way)
    answer = floor.begin()
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (status, "#says")
    assert words in answer.content.decode()
    assert not Monitor.objects.exists()


def test_who_does_not_talk_and_a_second_talk_are_refused_in_words(floor: Floor) -> None:
    assert "talks to nobody" in floor.begin(floor.cast.bob_agent).content.decode()
    floor.begin()
    answer = floor.begin()
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (409, "#says")
    assert "You listen to a talk already." in answer.content.decode()
    assert Monitor.objects.count() == 1


def pressed(part: str) -> list[str]:
    buttons = part.split("<button")[1:]
    return [button.split('id="monitor-')[1].split('"')[0] for button in buttons if 'aria-pressed="true"' in button]


def test_the_pressed_button_says_how_and_joining_asks(floor: Floor) -> None:
    floor.begin()
    floor.happens(began_at=NOW, answered_at=NOW)
    part = floor.fragment()
    assert pressed(part) == ["listen"]
    assert "You hear both. Nobody hears you." in part
    assert part.count("hx-confirm") == 1
    assert "The customer and the agent hear you from now on." in part
    for mode, words in (("whisper", "the customer does not"), ("barge", "Both hear you."), ("listen", "hear both")):
        part = floor.client.post("/floor/monitor", {"mode": mode}, headers=HTMX).content.decode()
        assert pressed(part) == [mode]
        assert words in part
    assert floor.client.post("/floor/monitor", {"mode": "shout"}, headers=HTMX).status_code == 422
    assert Message.objects.filter(kind="monitor_mode").count() == 3


def test_two_who_hear_one_talk_see_and_change_each_their_own(floor: Floor) -> None:
    Agent.objects.create(organisation=floor.cast.lumen, user=floor.cast.ada, endpoint="PJSIP/1901")
    adas = Client()
    sign_in(adas, floor.cast.ada)
    floor.begin()
    assert adas.post(f"/floor/{floor.alice.pk}/monitor", headers=HTMX).status_code == 200
    floor.happens(began_at=NOW, answered_at=NOW)
    mine, hers = Monitor.objects.order_by("pk")
    floor.client.post("/floor/monitor", {"mode": "whisper"}, headers=HTMX)
    part = adas.get("/floor/monitor", headers=HTMX).content.decode()
    assert (pressed(floor.fragment()), pressed(part)) == (["whisper"], ["listen"])
    adas.delete("/floor/monitor", headers=HTMX)
    assert [each.payload for each in Message.objects.filter(kind="monitor_end")] == [{"id": hers.pk}]
    Monitor.objects.filter(pk=hers.pk).update(ended_at=NOW, cause="we_hung_up")
    assert "You do not hear this talk any more." in adas.get("/floor/monitor", headers=HTMX).content.decode()
    part = floor.client.post("/floor/monitor", {"mode": "barge"}, headers=HTMX).content.decode()
    assert pressed(part) == ["barge"]
    assert [each.payload["id"] for each in Message.objects.filter(kind="monitor_mode")] == [mine.pk] * 2


def test_the_floor_says_who_hears_a_talk_to_who_may_listen(floor: Floor) -> None:
    floor.begin()
    assert "heard by" not in floor.page()
    floor.happens(began_at=NOW, answered_at=NOW)
    assert "heard by Carol" in floor.page()
    adas = Client()
    sign_in(adas, floor.cast.ada)
    assert "heard by Carol" in adas.get("/floor").content.decode()
    role = Role.objects.get(organisation=floor.cast.lumen, key="supervisor")
    role.permissions = [each for each in role.permissions if each != CAMPAIGNS_LISTEN]
    role.save()
    assert "heard by" not in floor.page()
    floor.happens(ended_at=NOW)
    assert "heard by" not in adas.get("/floor").content.decode()


def test_an_order_that_nobody_took_is_taken_back(floor: Floor) -> None:
    floor.begin()
    part = floor.client.delete("/floor/monitor", headers=HTMX).content.decode()
    assert "You do not hear this talk any more." in part
    assert not Message.objects.filter(kind="monitor_end").exists()
    assert floor.begin().status_code == 200


def test_hanging_up_is_a_wish_to_the_engine(floor: Floor) -> None:
    floor.begin()
    floor.happens(began_at=NOW, answered_at=NOW)
    assert floor.client.delete("/floor/monitor", headers=HTMX).status_code == 200
    assert Message.objects.get(kind="monitor_end").payload == {"id": Monitor.objects.get().pk}


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"answered_at": NOW}, "You do not hear this talk any more."),
        ({"answered_at": None, "cause": "no_answer"}, "Your telephone did not answer."),
        ({"answered_at": None, "cause": "we_hung_up"}, "You do not hear this talk any more."),
        ({"answered_at": None, "untaken": True}, "The talk was over before you could hear it."),
    ],
)
def test_the_end_is_told_for_half_a_minute(floor: Floor, columns: dict[str, object], words: str) -> None:
    floor.begin()
    floor.happens(ended_at=NOW, **columns)
    part = floor.fragment()
    assert words in part
    assert "every 1s" not in part
    assert "<button" not in part
    floor.now = NOW + timedelta(seconds=29)
    assert words in floor.page()
    floor.now = NOW + timedelta(seconds=30)
    assert words not in floor.page()
    assert "notice" not in floor.fragment()


def test_another_organisation_is_not_there_and_an_employee_may_not(floor: Floor) -> None:
    sign_in(floor.client, floor.cast.dave)
    assert floor.begin().status_code == 404
    sign_in(floor.client, floor.cast.bob)
    assert floor.begin().status_code == 403
    assert floor.client.get("/floor/monitor").status_code == 403
    assert floor.client.post("/floor/monitor", {"mode": "barge"}).status_code == 403
    assert floor.client.delete("/floor/monitor").status_code == 403
    assert not Monitor.objects.exists()


# --- the desk of who listens ---------------------------------------------------------------------------


def test_the_desk_answers_by_itself_and_says_whom_it_hears(floor: Floor, settings: Any) -> None:
    settings.ARI_URL, settings.ARI_USER, settings.ARI_PASSWORD = "http://exchange/ari", "campana", "secret"
    settings.TELEPHONE_URL = "wss://calls.example.com/telephone"
    floor.set(floor.carol, endpoint="", online=True, wanted="not_ready", state="not_ready")
    floor.begin()
    assert floor.client.get("/desk/telephone/offer").json() == {"automatic": True}
    console = floor.client.get("/desk/console").content.decode()
    assert "You hear Alice" in console
    assert "data-hears" in console
    assert 'id="line-mute"' in console
    assert 'id="line-hold"' not in console, "its music would be heard by those who talk"
    floor.happens(ended_at=NOW)
    console = floor.client.get("/desk/console").content.decode()
    assert "You hear Alice" not in console
    assert "data-hears" not in console


def test_a_desk_that_leaves_or_comes_back_hears_nobody_any_more(floor: Floor) -> None:
    floor.set(floor.carol, endpoint="", online=True, wanted="not_ready", state="not_ready", desk="a-tab-of-carol")
    floor.begin()
    floor.happens(began_at=NOW, answered_at=NOW)
    assert floor.client.post("/desk/telephone/ringing", {"tab": "another-tab"}).status_code == 409
    assert not Message.objects.filter(kind="monitor_end").exists()
    assert floor.client.post("/desk/telephone/ringing", {"tab": "a-tab-of-carol"}).json() == {"rings": False}
    assert Message.objects.filter(kind="monitor_end").exists()


@pytest.mark.parametrize("address", ["/desk/presence", "/desk/calls"])
def test_whoever_takes_a_call_or_makes_one_hears_nobody_else(floor: Floor, address: str) -> None:
    floor.set(floor.carol, online=True, wanted="off", state="not_ready")
    floor.begin()
    floor.happens(began_at=NOW, answered_at=NOW)
    floor.client.post("/desk/presence", {"presence": "not_ready"})
    assert [each.kind for each in Message.objects.order_by("pk")] == ["monitor", "presence"]
    Message.objects.all().delete()
    floor.client.post(address, {"presence": "ready", "number": "+420 601 999 888"})
    ends, other = Message.objects.order_by("pk")
    assert (ends.kind, ends.payload) == ("monitor_end", {"id": Monitor.objects.get().pk})
    assert other.kind == ("presence" if "presence" in address else "call")
