"""Agents, groups, hours, holidays, hotlines, trunks and result sets as people manage them."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client

from campana.campaigns import snapshot
from campana.hotlines.models import Hotline, Trunk
from campana.scripts.models import ResultSet
from campana.tenancy import organisation_scope, system_scope
from campana.workforce.models import Agent, AgentGroup, Holiday, WorkingHours
from support import campaigns as make
from support.cast import NOW, Cast, person, sign_in

pytestmark = pytest.mark.django_db

PAGES = ("/agents", "/agent-groups", "/working-hours", "/holidays", "/hotlines", "/trunks", "/result-sets")
TRUNK = {"name": "Carrier", "endpoint": "c1", "channels": "30", "calls_per_second": "5"}


@pytest.fixture
def ada(cast: Cast, client: Client) -> Client:
    sign_in(client, cast.ada)
    return client


def test_every_page_opens_empty_and_filled(cast: Cast, ada: Client) -> None:
    for page in PAGES:
        assert ada.get(page).status_code == 200, page
    with organisation_scope(cast.lumen.pk):
        line = make.hotline(cast.lumen)
        group = AgentGroup.objects.create(organisation=cast.lumen, name="Sales")
        profile = WorkingHours.objects.create(organisation=cast.lumen, name="Day", periods=[[0, 480, 1020]])
        results = ResultSet.objects.get()
    one = (
        f"/agents/{cast.alice_agent.pk}",
        f"/agent-groups/{group.pk}",
        f"/working-hours/{profile.pk}",
        "/working-hours/new",
        f"/hotlines/{line.pk}",
        f"/trunks/{line.trunk_id}",
        f"/result-sets/{results.pk}",
        "/result-sets/new",
    )
    for page in (*PAGES, *one):
        assert ada.get(page).status_code == 200, page


def test_a_person_is_made_an_agent_and_a_wrong_telephone_is_named(cast: Cast, ada: Client) -> None:
    eva = person(cast.lumen, "Eva", "operator")
    wrong = ada.post("/agents", {"user_id": eva.pk, "endpoint": "PJSIP/1001"})
    assert wrong.status_code == 422
    assert "Another agent has this telephone." in wrong.content.decode()
    assert ada.post("/agents", {"user_id": eva.pk, "endpoint": "PJSIP/1007"}).status_code == 303
    with system_scope():
        agent = Agent.objects.get(user=eva)
    assert ada.post(f"/agents/{agent.pk}", {"endpoint": "PJSIP/1008", "daily_quota": "20"}).status_code == 303
    assert ada.post(f"/agents/{agent.pk}/presence", {"presence": "ready"}).status_code == 303
    assert ada.post(f"/agents/{agent.pk}/presence", {"presence": "asleep"}).status_code == 422
    with system_scope():
        agent.refresh_from_db()
    assert (agent.endpoint, agent.daily_quota, agent.wanted) == ("PJSIP/1008", 20, "ready")
    assert ada.delete(f"/agents/{agent.pk}").status_code == 303


def test_a_group_is_made_and_changed(cast: Cast, ada: Client) -> None:
    assert ada.post("/agent-groups", {"name": "Sales", "members": [cast.alice_agent.pk]}).status_code == 303
    assert ada.post("/agent-groups", {"name": "sales"}).status_code == 422
    with system_scope():
        group = AgentGroup.objects.get()
    assert ada.post(f"/agent-groups/{group.pk}", {"name": "Team", "members": []}).status_code == 303
    with system_scope():
        assert group.members.count() == 0
    assert ada.delete(f"/agent-groups/{group.pk}").status_code == 303


def test_a_week_is_typed_and_a_wrong_line_stays(cast: Cast, ada: Client) -> None:
    week = {f"hours_{day}": "" for day in range(7)}
    wrong = ada.post("/working-hours/new", {"name": "Day", **week, "hours_1": "nine"})
    assert wrong.status_code == 422
    assert 'value="nine"' in wrong.content.decode()
    assert ada.post("/working-hours/new", {"name": "Day", **week}).status_code == 422
    assert ada.post("/working-hours/new", {"name": "Day", **week, "hours_1": "9-12, 13:30–18"}).status_code == 303
    with system_scope():
        profile = WorkingHours.objects.get()
    assert profile.periods == [[1, 540, 720], [1, 810, 1080]]
    assert "13:30–18:00" in ada.get(f"/working-hours/{profile.pk}").content.decode()
    assert ada.delete(f"/working-hours/{profile.pk}").status_code == 303


def test_holidays_are_added_by_day_and_by_list(cast: Cast, ada: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("campana.workforce.web.now", lambda: NOW)
    assert ada.post("/holidays", {"day": "2030-02-01", "name": "Moving"}).status_code == 303
    assert ada.post("/holidays", {"day": "soon", "name": "Moving"}).status_code == 422
    assert ada.post("/holidays/public", {"country": "CZ", "year": "2030"}).status_code == 303
    assert ada.post("/holidays/public", {"country": "CZ", "year": "1990"}).status_code == 422
    with system_scope():
        assert Holiday.objects.count() == 14
        first = Holiday.objects.earliest("day")
    assert ada.post(f"/holidays/{first.pk}").status_code == 303


def test_trunk_and_hotline_are_added_and_guarded(cast: Cast, ada: Client) -> None:
    assert (
        ada.post(
            "/trunks", {"name": "Carrier", "endpoint": "c 1", "channels": "30", "calls_per_second": "5"}
        ).status_code
        == 422
    )
    assert (
        ada.post(
            "/trunks", {"name": "Carrier", "endpoint": "c1", "channels": "30", "calls_per_second": "5"}
        ).status_code
        == 303
    )
    with system_scope():
        trunk = Trunk.objects.get()
    assert ada.post("/hotlines", {"number": "800 111 222", "trunk_id": trunk.pk}).status_code == 303
    with organisation_scope(cast.lumen.pk):
        line = Hotline.objects.get()
        make.approved(cast, make.contacts(cast.lumen, 1), hotlines=[line.pk], name="Spring")
    off = ada.post(f"/hotlines/{line.pk}", {"label": "", "trunk_id": trunk.pk})
    assert off.status_code == 409
    assert "Unfinished campaigns use it: Spring" in off.content.decode()
    assert ada.delete(f"/hotlines/{line.pk}").status_code == 409


def test_a_result_set_is_made_line_by_line(cast: Cast, ada: Client) -> None:
    lines = {
        "line": ["a", "b", "c"],
        "name-a": "Bought",
        "class-a": "success",
        "active-a": "on",
        "note-a": "on",
        "name-b": "",
        "class-b": "success",
        "active-b": "on",
        "name-c": "Later",
        "class-c": "call_back",
        "active-c": "on",
    }
    assert ada.post("/result-sets/new", {"name": "", **lines}).status_code == 422
    assert ada.post("/result-sets/new", {"name": "Shop", **lines}).status_code == 303
    with system_scope():
        made = ResultSet.objects.get(name="Shop")
        rows = list(made.results.all())
    assert [(row.name, row.active) for row in rows] == [("Bought", True), ("Later", True)]
    assert [row.note_required for row in rows] == [True, False]
    changed = {key: value for key, value in lines.items() if key != "active-c"}
    changed |= {"line": ["c", "a"], "id-a": rows[0].pk, "id-c": rows[1].pk, "is_default": "on"}
    assert ada.post(f"/result-sets/{made.pk}", {"name": "Shop", **changed}).status_code == 303
    with system_scope():
        made.refresh_from_db()
        assert made.is_default
        assert [(row.name, row.active) for row in made.results.all()] == [("Later", False), ("Bought", True)]


def test_a_wrong_result_is_told_at_its_line_and_lines_move_without_a_script(cast: Cast, ada: Client) -> None:
    lines = {
        "name": "Shop",
        "line": ["a", "b", "c"],
        "name-a": "Bought",
        "class-a": "success",
        "active-a": "on",
        "name-b": "",
        "class-b": "success",
        "name-c": "bought",
        "class-c": "call_back",
    }
    wrong = ada.post("/result-sets/new", lines).content.decode()
    assert 'id="wrong-c"' in wrong
    assert 'id="wrong-a"' not in wrong
    moved = ada.post("/result-sets/new", {**lines, "up": "c"})
    assert moved.status_code == 200
    order = re.findall(r'name="line" value="(\w)"', moved.content.decode())
    assert order == ["a", "c", "b"]
    with system_scope():
        assert not ResultSet.objects.filter(name="Shop").exists(), "moving saves nothing"


def test_a_supervisor_sees_hotlines_without_buttons(cast: Cast, client: Client) -> None:
    sign_in(client, cast.carol)
    page = client.get("/hotlines").content.decode()
    assert "Add the hotline" not in page
    assert client.post("/hotlines", {"number": "800 111 222", "trunk_id": "1"}).status_code in {403, 422}
    assert (
        client.post("/trunks", {"name": "T", "endpoint": "e", "channels": "1", "calls_per_second": "1"}).status_code
        == 403
    )


def test_nobody_of_another_organisation_reaches_a_thing(cast: Cast, client: Client) -> None:
    with organisation_scope(cast.lumen.pk):
        line = make.hotline(cast.lumen)
        group = AgentGroup.objects.create(organisation=cast.lumen, name="Sales")
        profile = WorkingHours.objects.create(organisation=cast.lumen, name="Day", periods=[[0, 480, 1020]])
        results = make.draft(cast, hotlines=[]).result_set
    assert results
    sign_in(client, cast.dave)
    for page in (
        f"/agents/{cast.alice_agent.pk}",
        f"/agent-groups/{group.pk}",
        f"/working-hours/{profile.pk}",
        f"/hotlines/{line.pk}",
        f"/trunks/{line.trunk_id}",
        f"/result-sets/{results.pk}",
    ):
        assert client.get(page).status_code == 404, page
        assert client.delete(page).status_code == 404, page


def test_a_public_holiday_stays_out_however_often_its_list_is_added(
    cast: Cast, ada: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("campana.workforce.web.now", lambda: NOW)
    ada.post("/holidays/public", {"country": "CZ", "year": "2030"})
    ada.post("/holidays/public", {"country": "GB", "year": "2030"})
    with system_scope():
        row = Holiday.objects.get(day="2030-05-08")
    assert ada.post(f"/holidays/{row.pk}").status_code == 303
    ada.post("/holidays/public", {"country": "CZ", "year": "2030"})
    page = ada.get("/holidays?year=2030").content.decode()
    assert page.count("Call: taken out") == 1
    assert "Do not call there" in page
    with system_scope():
        campaign = make.approved(cast, make.contacts(cast.lumen, 1))
        schedule = snapshot.campaigns(cast.lumen.pk, [campaign.pk])[0].schedule
    assert date(2030, 5, 1) in schedule.holidays
    assert date(2030, 5, 8) not in schedule.holidays
    assert ada.post(f"/holidays/{row.pk}", {"back": "1"}).status_code == 303
    assert "Call: taken out" not in ada.get("/holidays?year=2030").content.decode()


def test_the_calendar_turns_by_years_and_stands_still_at_its_ends(
    cast: Cast, ada: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("campana.workforce.web.now", lambda: NOW)
    ada.post("/holidays", {"day": "2031-02-01", "name": "Moving"})
    assert "Moving" not in ada.get("/holidays").content.decode()
    assert "Moving" in ada.get("/holidays?year=2031").content.decode()
    assert "?year=2036" not in ada.get("/holidays?year=9999").content.decode()


SEEN = re.compile(r'name="seen" value="(\w+)"')


def test_the_second_of_two_who_change_a_result_set_takes_no_line_of_the_first_out(cast: Cast, ada: Client) -> None:
    lines = {"name": "Shop", "line": ["a"], "name-a": "Bought", "class-a": "success", "active-a": "on"}
    assert ada.post("/result-sets/new", lines).status_code == 303
    with system_scope():
        made = ResultSet.objects.get(name="Shop")
        lines["id-a"] = made.results.get().pk
    where = f"/result-sets/{made.pk}"
    first, second = (SEEN.findall(ada.get(where).content.decode()) for _tab in range(2))
    more = {"line": ["a", "b"], "name-b": "Later", "class-b": "call_back", "active-b": "on"}
    assert ada.post(where, {**lines, **more, "seen": first}).status_code == 303
    refused = ada.post(where, {**lines, "name": "Shop of mine", "seen": second})
    with system_scope():
        assert [row.name for row in made.results.all()] == ["Bought", "Later"]
    assert refused.status_code == 409
    assert "Somebody else changed this after you opened it." in refused.content.decode()
    assert 'value="Shop of mine"' in refused.content.decode()


def test_the_second_of_two_who_change_working_hours_is_told(cast: Cast, ada: Client) -> None:
    assert ada.post("/working-hours/new", {"name": "Day", "hours_0": "9-17"}).status_code == 303
    with system_scope():
        made = WorkingHours.objects.get(name="Day")
    where = f"/working-hours/{made.pk}"
    first, second = (SEEN.findall(ada.get(where).content.decode()) for _tab in range(2))
    assert ada.post(where, {"name": "Day", "hours_0": "10-12", "seen": first}).status_code == 303
    refused = ada.post(where, {"name": "My day", "hours_0": "9-17", "seen": second})
    with system_scope():
        made.refresh_from_db()
        assert (made.name, made.periods) == ("Day", [[0, 600, 720]])
    assert refused.status_code == 409
    assert "Somebody else changed this after you opened it." in refused.content.decode()
    assert 'value="My day"' in refused.content.decode()
