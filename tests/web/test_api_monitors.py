"""Hearing a talk over the REST API: a program says whose telephone rings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from campana.accounts.models import AuditEntry, User
from campana.accounts.permissions import AGENTS_VIEW, CAMPAIGNS_LISTEN
from campana.calls.models import Monitor
from campana.relay.models import Message
from campana.tenancy import system_scope
from campana.workforce.models import Agent, AgentGroup
from support.api import ApiClient, make_key
from support.calls import attempt, bare_campaign
from support.cast import NOW, Cast


@dataclass
class Floor:
    """Alice talks; Carol, who may listen, has a telephone on her table."""

    cast: Cast
    client: ApiClient
    alice: Agent
    carol: Agent

    def begin(self, **body: Any) -> Any:
        return self.client.call("POST", f"/agents/{self.alice.pk}/monitors", {"listener_id": self.carol.pk, **body})

    def row(self) -> Monitor:
        return Monitor.objects.get()

    def messages(self) -> list[tuple[str, Any]]:
        return [(each.kind, each.payload) for each in Message.objects.order_by("pk")]


@pytest.fixture
def floor(cast: Cast) -> Iterator[Floor]:
    with system_scope():
        carol = Agent.objects.create(organisation=cast.lumen, user=cast.carol, endpoint="PJSIP/1900")
        call = attempt(bare_campaign(cast.lumen), cast.alice_agent, ended_at=None)
        columns = {"online": True, "wanted": "ready", "state": "in_call", "attempt_id": call.pk}
        Agent.objects.filter(pk=cast.alice_agent.pk).update(**columns)
        yield Floor(cast, ApiClient(make_key(cast.lumen)), cast.alice_agent, carol)


def test_a_telephone_is_let_in_and_the_key_is_written_down(floor: Floor) -> None:
    answer = floor.begin(mode="whisper")
    assert answer.status_code == 201, answer.content
    told, row = answer.json(), floor.row()
    assert (told["agent_id"], told["listener_id"], told["mode"]) == (floor.alice.pk, floor.carol.pk, "whisper")
    assert (told["id"], told["attempt_id"], told["answered_at"]) == (row.pk, row.attempt_id, None)
    assert floor.messages() == [("monitor", {"id": row.pk})]
    entry = AuditEntry.objects.get(action="agent.whisper")
    assert entry.api_key is not None
    assert (entry.object_id, entry.after["listener"]) == (str(floor.alice.pk), floor.carol.pk)
    assert floor.client.get("/monitors").json()["items"] == [told]
    assert floor.client.get(f"/monitors/{row.pk}").json() == told


def test_how_it_is_let_in_can_be_changed_and_ended(floor: Floor) -> None:
    path = f"/monitors/{floor.begin().json()['id']}"
    Monitor.objects.update(began_at=NOW, answered_at=NOW)
    assert floor.client.call("PATCH", path, {"mode": "barge"}).json()["mode"] == "barge"
    assert floor.client.call("PATCH", path, {"mode": "shout"}).status_code == 422
    assert floor.client.delete(path).status_code == 204
    row = floor.row()
    assert floor.messages()[1:] == [("monitor_mode", {"id": row.pk, "mode": "barge"}), ("monitor_end", {"id": row.pk})]

    Monitor.objects.update(ended_at=NOW, cause="we_hung_up")
    assert floor.client.delete(path).status_code == 204
    answer = floor.client.call("PATCH", path, {"mode": "listen"})
    assert (answer.status_code, answer.json()["code"]) == (409, "monitor_ended")
    assert len(floor.messages()) == 3


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"endpoint": ""}, "desk_closed"),
        ({"state": "available"}, "taking_calls"),
        ({"online": True, "wanted": "ready"}, "taking_calls"),
    ],
)
def test_a_telephone_that_can_not_listen_is_refused_by_its_field(
    floor: Floor, columns: dict[str, object], code: str
) -> None:
    Agent.objects.filter(pk=floor.carol.pk).update(**columns)
    answer = floor.begin()
    assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert [each["field"] for each in answer.json()["errors"]] == ["listener_id"]
    assert not Monitor.objects.exists()


def test_one_telephone_hears_one_talk_and_never_its_own(floor: Floor) -> None:
    floor.begin()
    answer = floor.begin()
    assert (answer.status_code, answer.json()["code"]) == (409, "listening_already")
    User.objects.filter(pk=floor.cast.alice.pk).update(role=floor.cast.carol.role)
    Agent.objects.filter(pk=floor.alice.pk).update(state="not_ready", wanted="not_ready")
    answer = floor.begin(listener_id=floor.alice.pk)
    assert (answer.status_code, answer.json()["code"]) == (422, "own_talk")
    assert Monitor.objects.count() == 1


def test_nobody_is_made_to_hear_what_he_may_not(floor: Floor) -> None:
    """Neither by his role, nor beyond the groups he is limited to."""
    cast = floor.cast
    Agent.objects.filter(pk=cast.bob_agent.pk).update(state="not_ready", wanted="not_ready", endpoint="PJSIP/1901")
    answer = floor.begin(listener_id=cast.bob_agent.pk)
    assert (answer.status_code, answer.json()["code"]) == (422, "no_listener")
    others = AgentGroup.objects.create(organisation=cast.lumen, name="Others")
    User.objects.filter(pk=cast.carol.pk).update(limited_to=[others.pk])
    answer = floor.begin()
    assert (answer.status_code, answer.json()["code"]) == (422, "no_listener")
    assert [each["field"] for each in answer.json()["errors"]] == ["listener_id"]
    assert not Monitor.objects.exists()


def test_a_key_of_a_group_knows_nothing_of_other_talks(floor: Floor) -> None:
    monitor = floor.begin().json()["id"]
    others = AgentGroup.objects.create(organisation=floor.cast.lumen, name="Others")
    scopes = [CAMPAIGNS_LISTEN, AGENTS_VIEW]
    limited = ApiClient(make_key(floor.cast.lumen, secret="of-others", scopes=scopes, limited_to=[others.pk]))
    assert limited.get("/monitors").json()["items"] == []
    assert limited.get(f"/monitors/{monitor}").status_code == 404
    assert limited.call("PATCH", f"/monitors/{monitor}", {"mode": "barge"}).status_code == 404
    assert limited.delete(f"/monitors/{monitor}").status_code == 404
    body = {"listener_id": floor.carol.pk}
    assert limited.call("POST", f"/agents/{floor.alice.pk}/monitors", body).status_code == 404
