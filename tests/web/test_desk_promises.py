"""What was agreed with a callee at the desk stays agreed, and who may not hear or take calls does not."""

# ruff: noqa: F811 - the fixture is the desk's

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from campana.accounts.operations import change_user as change
from campana.calls.models import Monitor
from campana.campaigns.models import Campaign
from campana.desk import operations
from campana.desk.operations.moments import moments
from campana.engine.words import AgentState, Presence
from campana.workforce.models import Agent
from support.cast import NOW, actor, sign_in
from web.test_desk import Scene, scene  # noqa: F401

HX = {"HX-Request": "true"}


def picked(page: str) -> str:
    return re.findall(r'name="callback_to" value="(\w+)" checked', page)[0]


def test_a_call_back_that_anyone_makes_stays_so_when_it_is_saved_again(
    scene: Scene, client: Client, monkeypatch: Any
) -> None:
    monkeypatch.setattr("campana.desk.web.work.utc_now", lambda: NOW)
    attempt = scene.talk()
    scene.at(AgentState.WRAP_UP, attempt)
    sign_in(client, scene.cast.alice)
    answer = client.post(
        f"/desk/attempts/{attempt.pk}/result",
        {"result": scene.later.pk, "callback_at": "2030-01-08T10:30", "callback_to": "anyone"},
        headers=HX,
    )
    assert picked(answer.content.decode()) == "anyone"


def test_a_corrected_note_leaves_the_call_back_with_whom_it_is(scene: Scene, client: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr("campana.desk.web.work.utc_now", lambda: NOW)
    monkeypatch.setattr("campana.calls.web.attempts.utc_now", lambda: NOW)
    attempt = scene.talk()
    scene.at(AgentState.WRAP_UP, attempt)
    sign_in(client, scene.cast.alice)
    client.post(
        f"/desk/attempts/{attempt.pk}/result",
        {"result": scene.later.pk, "callback_at": "2030-01-08T10:30", "callback_to": "me"},
        headers=HX,
    )
    page = client.get(f"/calls/{attempt.pk}").content.decode()
    form = re.findall(r'<form class="stack".*?</form>', page, re.DOTALL)[0]
    data = {"result": scene.later.pk, "callback_at": "2030-01-08T10:30", "note": "corrected"}
    assert "callback_to" not in form, "the page does not ask who"
    client.post(f"/calls/{attempt.pk}/result", data)
    attempt.refresh_from_db()
    assert attempt.note == "corrected"
    assert attempt.callback_to_me is True


def test_nobody_plans_a_call_back_for_the_night_on_the_page_of_the_call(
    scene: Scene, client: Client, monkeypatch: Any
) -> None:
    monkeypatch.setattr("campana.calls.web.attempts.utc_now", lambda: NOW)
    Campaign.objects.update(hours=[[day, 8 * 60, 20 * 60] for day in range(7)], local_time="callee")
    attempt = scene.talk()
    sign_in(client, scene.cast.alice)
    client.post(f"/calls/{attempt.pk}/result", {"result": scene.later.pk, "callback_at": "2030-01-08T23:30"})
    attempt.refresh_from_db()
    assert attempt.callback_at is None, "planned for the night"


def test_a_result_that_is_refused_leaves_the_note_on_the_page(scene: Scene, client: Client) -> None:
    attempt = scene.talk()
    sign_in(client, scene.cast.alice)
    typed = {"result": scene.later.pk, "note": "He moves to Brno <soon>.", "callback_at": ""}
    answer = client.post(f"/calls/{attempt.pk}/result", typed)
    page = answer.content.decode()
    assert (answer.status_code, "This result asks when to call back." in page) == (422, True)
    assert "He moves to Brno &lt;soon&gt;." in page
    assert re.search(rf'<option value="{scene.later.pk}" selected>', page)


def test_the_later_of_two_who_correct_a_result_is_told_and_undoes_nothing(scene: Scene, client: Client) -> None:
    attempt = scene.talk()
    sign_in(client, scene.cast.alice)
    address = f"/calls/{attempt.pk}"
    seen = re.findall(r'name="seen" value="(\w+)"', client.get(address).content.decode())[0]
    mine = {"result": scene.yes.pk, "note": "He ordered two.", "seen": seen}
    assert client.post(f"{address}/result", mine).status_code == 302
    assert client.post(f"{address}/result", mine).status_code == 302, "the same words again change nothing"
    answer = client.post(f"{address}/result", {**mine, "note": "He ordered."})
    page = answer.content.decode()
    assert (answer.status_code, "Somebody else changed this after you opened it." in page) == (409, True)
    assert ">He ordered.</textarea>" in page
    attempt.refresh_from_db()
    assert attempt.note == "He ordered two."


@pytest.mark.parametrize("where", ["desk/attempts", "calls"])
def test_years_at_the_ends_of_the_calendar_are_refused(scene: Scene, client: Client, where: str) -> None:
    attempt = scene.talk()
    sign_in(client, scene.cast.alice)
    client.raise_request_exception = False
    for year in ("0001", "9999"):
        for moment in ("01-01T01:30", "12-31T23:30"):
            given = {"result": scene.later.pk, "callback_at": f"{year}-{moment}"}
            assert client.post(f"/{where}/{attempt.pk}/result", given, headers=HX).status_code < 500


def test_the_result_is_saved_where_nobody_may_end_the_wrap_up(scene: Scene, client: Client, monkeypatch: Any) -> None:
    Campaign.objects.update(ready_early=False)
    attempt = scene.talk()
    scene.at(AgentState.WRAP_UP, attempt)
    sign_in(client, scene.cast.alice)
    monkeypatch.setattr("campana.desk.web.work.utc_now", lambda: NOW)
    page = client.get("/desk").content.decode()
    assert "Save the result" in re.findall(r'id="act".*?</button>', page, re.DOTALL)[0]
    answer = client.post(f"/desk/attempts/{attempt.pk}/result", {"result": scene.yes.pk, "next": "1"}, headers=HX)
    attempt.refresh_from_db()
    assert (answer.status_code, attempt.result_id) == (200, scene.yes.pk)


def test_whoever_is_deactivated_hears_no_more(scene: Scene) -> None:
    attempt = scene.talk(state="connected", outcome="", ended_at=None)
    scene.at(AgentState.IN_CALL, attempt)
    mine = Agent.objects.create(organisation=scene.cast.lumen, user=scene.cast.carol, endpoint="PJSIP/1900")
    row = Monitor.objects.create(
        organisation=scene.cast.lumen,
        listener=mine,
        agent=scene.cast.alice_agent,
        attempt_id=attempt.pk,
        leg="x",
        mode="listen",
        asked_at=NOW,
        began_at=NOW,
        answered_at=NOW,
    )
    change.deactivate_user(actor=actor(scene.cast.ada), user=scene.cast.carol, now=NOW)
    assert ("monitor_end", {"id": row.pk}) in scene.posted()


def test_being_ready_without_a_telephone_calls_nobody(scene: Scene, settings: Any) -> None:
    Agent.objects.filter(pk=scene.cast.alice_agent.pk).update(
        endpoint="", online=True, dialling=False, wanted="not_ready", seen_at=NOW
    )
    operations.beat(actor=scene.alice, telephone=False, now=NOW)
    operations.change_presence(actor=scene.alice, presence=Presence.READY, now=NOW)
    assert Agent.objects.get(pk=scene.cast.alice_agent.pk).dialling is False


def test_no_call_back_is_offered_after_the_end_of_the_campaign(scene: Scene) -> None:
    Campaign.objects.update(end_at=NOW + timedelta(hours=5), hours=[[day, 0, 1440] for day in range(7)])
    attempt = scene.talk()
    attempt.refresh_from_db()
    found = moments(attempt, NOW)
    assert found
    assert all(at < NOW + timedelta(hours=5) for at in found)
