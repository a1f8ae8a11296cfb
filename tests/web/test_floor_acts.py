"""What supervisors do to the floor, and what hangs on its wall."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client

from campana.accounts.models import AuditEntry
from campana.relay.models import Message
from campana.supervision.web.shared import Shared
from campana.tenancy import system_scope
from campana.workforce.models import Agent
from support.calls import attempt, bare_campaign, results
from support.cast import NOW, Cast, sign_in


@pytest.fixture
def cast_open(cast: Cast) -> Iterator[Cast]:
    with system_scope():
        yield cast


def alice(cast: Cast, **columns: object) -> Agent:
    Agent.objects.filter(pk=cast.alice_agent.pk).update(**columns)
    return Agent.objects.get(pk=cast.alice_agent.pk)


def test_a_supervisor_sets_somebody_not_ready_and_the_engine_and_the_log_hear_of_it(
    cast_open: Cast, client: Client
) -> None:
    agent = alice(cast_open, online=True, wanted="ready", dialling=True, state="available", state_since=NOW)
    sign_in(client, cast_open.carol)
    answer = client.post(f"/floor/{agent.pk}/presence", {"presence": "not_ready"})
    assert answer.headers["Location"] == "/floor"
    agent.refresh_from_db()
    assert (agent.wanted, agent.pause_reason, agent.state) == ("not_ready", "supervisor", "available")
    assert Message.objects.get(kind="presence").payload == {"agent": agent.pk}
    line = AuditEntry.objects.get(action="agent.presence")
    assert (line.user, line.object_id, line.after) == (cast_open.carol, str(agent.pk), {"presence": "not_ready"})
    page = client.get("/floor").content.decode()
    assert "Alice: Not ready was asked for." in page
    assert "by a supervisor" in page


def test_asking_twice_is_one_wish(cast_open: Cast, client: Client) -> None:
    agent = alice(cast_open, online=True, wanted="ready", dialling=True, state="available")
    sign_in(client, cast_open.carol)
    for _ in range(2):
        client.post(f"/floor/{agent.pk}/presence", {"presence": "off"})
    assert Message.objects.filter(kind="presence").count() == 1
    assert AuditEntry.objects.filter(action="agent.presence").count() == 1


def test_in_a_talk_the_page_says_that_it_counts_afterwards(cast_open: Cast, client: Client) -> None:
    call = attempt(bare_campaign(cast_open.lumen), cast_open.alice_agent, ended_at=None)
    agent = alice(
        cast_open, online=True, wanted="ready", dialling=True, state="in_call", state_since=NOW, attempt_id=call.pk
    )
    sign_in(client, cast_open.carol)
    client.post(f"/floor/{agent.pk}/presence", {"presence": "off"})
    page = client.get("/floor").content.decode()
    assert "It counts when this call and its wrap-up are over." in page
    assert "Off after this call" in page
    assert "Talking" in page


def test_nobody_is_made_ready_by_another_and_nobody_is_asked_who_is_away(cast_open: Cast, client: Client) -> None:
    agent = alice(cast_open, online=False, wanted="ready", state="offline")
    sign_in(client, cast_open.carol)
    assert client.post(f"/floor/{agent.pk}/presence", {"presence": "ready"}).status_code == 422
    assert client.post(f"/floor/{agent.pk}/presence", {"presence": "off"}).status_code == 409
    sign_in(client, cast_open.bob)
    assert client.post(f"/floor/{agent.pk}/presence", {"presence": "off"}).status_code == 403
    sign_in(client, cast_open.dave)
    assert client.post(f"/floor/{agent.pk}/presence", {"presence": "off"}).status_code == 404
    assert not AuditEntry.objects.filter(action="agent.presence").exists()


def timeless(page: str) -> str:
    """Without the moment it was made, which the clocks of the page count from."""
    return re.sub(r' data-now="\d+"', "", page)


def test_the_wall_shows_the_floor_and_no_control(
    cast_open: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = NOW + timedelta(minutes=30)
    monkeypatch.setattr("campana.supervision.web.wallboard.utc_now", lambda: now)
    campaign = bare_campaign(cast_open.lumen)
    said = results(cast_open.lumen)
    attempt(campaign, cast_open.alice_agent, result=said["success"])
    attempt(campaign, None, outcome="abandoned", connected_at=None)
    call = attempt(campaign, cast_open.alice_agent, ended_at=None, outcome="")
    alice(cast_open, state="in_call", state_since=now - timedelta(minutes=12), attempt_id=call.pk, online=True)
    sign_in(client, cast_open.carol)
    page = timeless(client.get("/wallboard").content.decode())
    wall = client.get("/wallboard", headers={"HX-Request": "true", "HX-Target": "wall"}).content.decode()
    assert wall.lstrip().startswith('<div class="wall-room" id="wall"')
    assert timeless(wall).strip() in page
    for words in ("Spring offer", "Talking", "Alice", 'class="is-talking long"', "pace 6 an hour", "Successes today"):
        assert words in wall, words
    assert "<button" not in page
    assert "<form" not in page
    sign_in(client, cast_open.alice)
    assert client.get("/wallboard").status_code == 403


def test_what_many_look_at_is_made_once_a_second() -> None:
    kept, made = Shared(), []

    def make() -> int:
        made.append(1)
        return len(made)

    assert [kept.get("floor", make, seconds=60) for _ in range(200)] == [1] * 200
    assert kept.get("another", make, seconds=60) == 2
    assert kept.get("floor", make, seconds=0) == 3
