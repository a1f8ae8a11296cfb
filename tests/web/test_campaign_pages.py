"""A manager makes a campaign step by step; nothing entered is lost, nothing wrong gets through."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from campana.campaigns.models import Campaign
from campana.campaigns.operations import build_tasks
from campana.campaigns.web.steps import STEPS
from campana.tenancy import organisation_scope, system_scope
from support import campaigns as make
from support.cast import NOW, Cast, sign_in

pytestmark = pytest.mark.django_db

WEEK = {f"hours_{day}": "" for day in range(7)} | {"hours_0": "08:30–11:45, 13-17"}


@pytest.fixture
def carol(cast: Cast, client: Client) -> Client:
    sign_in(client, cast.carol)
    return client


def the_draft() -> Campaign:
    with system_scope():
        return Campaign.objects.get()


def begin(client: Client) -> str:
    assert client.get("/campaigns/new").status_code == 200
    answer = client.post("/campaigns/new", {"mode": "preview", "name": "Spring offer", "go": "general"})
    assert answer.status_code == 303, answer.content.decode()
    return f"/campaigns/{the_draft().pk}"


def calls_step(hotline: int, **values: Any) -> dict[str, Any]:
    return {
        "caller_id": "single",
        "hotlines": [hotline],
        "answer_wait": "20",
        "detection_time": "3.5",
        "false_machines": "0.03",
        "agent_ring": "30",
        "max_wait": "60",
        "preview_time": "25",
        "preview_start": "shown",
        "accept_timeout": "30",
        "may_skip": "on",
        "may_hold": "on",
        **values,
    }


def test_a_start_in_an_hour_that_clocks_leave_out_is_told_at_its_field(cast: Cast, carol: Client) -> None:
    path = begin(carol)
    before = the_draft().start_at
    typed = {"start_at": "2030-03-31T02:30", "end_at": "2030-04-01T02:30", "start_kind": "manual", "goal": "exhaust"}
    carol.post(f"{path}/settings/general", {**typed, "go": "review"})
    page = carol.get(f"{path}/settings/general").content.decode()
    assert 'id="id_start_at-wrong"' in page
    assert "This hour does not exist on that day: the clocks are changed then." in page
    assert 'value="2030-03-31T02:30"' in page
    assert the_draft().start_at == before


def test_a_campaign_is_made_step_by_step_and_created(cast: Cast, carol: Client) -> None:
    with organisation_scope(cast.lumen.pk):
        line = make.hotline(cast.lumen).pk
        group = make.group_of(cast.lumen, "Students", make.contacts(cast.lumen, 3)).pk
    path = begin(carol)
    steps: dict[str, dict[str, Any]] = {
        "general": {
            "start_at": "2030-01-07T09:00",
            "end_at": "2030-02-01T18:00",
            "start_kind": "manual",
            "goal": "exhaust",
            "priority": "",
            "max_calls": "",
        },
        "agents": {"agents": [cast.alice_agent.pk], "no_agent_grace": "300", "only_with_agent": "on"},
        "hours": {"working_hours": "", "holidays": "on", "local_time": "callee", **WEEK},
        "calls": calls_step(line),
        "retries": {
            "max_attempts": "4",
            "gap": "45",
            "do_not_call_again_days": "",
            "busy_attempts": "5",
            "busy_wait": "3",
        },
        "results": {"result_set": "", "result_required": "on", "wrap_up": "20"},
    }
    for key, values in steps.items():
        answer = carol.post(f"{path}/settings/{key}", {**values, "go": "review"})
        assert answer.status_code == 303, (key, answer.content.decode())
        assert carol.get(f"{path}/settings/{key}").status_code == 200
    offered = carol.get(f"{path}/settings/contacts").content.decode()
    assert f'<option value="{group}">Students</option>' in offered
    carol.post(f"{path}/settings/contacts/sources", {"kind": "group", "id": group})
    page = carol.get(f"{path}/settings/review").content.decode()
    assert "Contacts that can be called: 3" in page
    assert 'aria-disabled="true"' not in page
    draft = the_draft()
    assert (draft.gap, draft.retries, draft.hours) == (
        2700,
        {"busy": {"attempts": 5, "wait": 180}},
        [[0, 510, 705], [0, 780, 1020]],
    )
    assert draft.start_at
    assert draft.start_at.isoformat() == "2030-01-07T08:00:00+00:00", "typed in the organisation's zone, Prague"
    answer = carol.post(f"{path}/creation", {"version": draft.version})
    assert answer.status_code == 303
    assert the_draft().state == "processing"
    with organisation_scope(cast.lumen.pk):
        build_tasks(campaign_id=draft.pk, now=NOW)
    assert the_draft().state == "not_approved"


def test_what_was_entered_wrong_is_kept_with_its_remedy_and_the_rest_is_saved(cast: Cast, carol: Client) -> None:
    path = begin(carol)
    with organisation_scope(cast.lumen.pk):
        line = make.hotline(cast.lumen).pk
    wrong = {**calls_step(line, preview_time="5000", max_wait="77"), "go": "retries"}
    answer = carol.post(f"{path}/settings/calls", wrong)
    assert (answer.status_code, answer["Location"]) == (303, f"{path}/settings/calls"), "Next waits until it is right"
    page = carol.get(f"{path}/settings/calls").content.decode()
    assert 'value="5000"' in page
    assert 'value="77"' in page
    assert "Enter a number from 1 to 3600." in page
    assert the_draft().max_wait == 77, "what is right is saved"
    assert the_draft().preview_time == 30
    for elsewhere in ("hours", "review"):
        go = carol.post(f"{path}/settings/calls", {**wrong, "go": elsewhere})
        assert go["Location"] == f"{path}/settings/{elsewhere}", "every other step is open"
    review = carol.get(f"{path}/settings/review").content.decode()
    assert "Something typed in “Caller ID and pace” is not right yet" in review
    assert carol.post(f"{path}/creation", {}).status_code == 422
    right = calls_step(line, preview_time="50")
    assert carol.post(f"{path}/settings/calls", right | {"go": "retries"})["Location"] == f"{path}/settings/retries"
    assert "is not right yet" not in carol.get(f"{path}/settings/review").content.decode()
    assert the_draft().preview_time == 50


def test_wrong_hours_stay_in_their_line(cast: Cast, carol: Client) -> None:
    path = begin(carol)
    values = {"working_hours": "", "local_time": "off", **WEEK, "hours_2": "nine to five"}
    carol.post(f"{path}/settings/hours", values)
    page = carol.get(f"{path}/settings/hours").content.decode()
    assert "nine to five" in page
    assert "Hours are periods of a day" in page
    values |= {"hours_2": "", "hours_0": ""}
    carol.post(f"{path}/settings/hours", values)
    page = carol.get(f"{path}/settings/hours").content.decode()
    assert "Hours are periods of a day" in page, "no hour at all is an error"


def test_a_full_week_means_all_hours(cast: Cast, carol: Client) -> None:
    path = begin(carol)
    full = {f"hours_{day}": "00:00–24:00" for day in range(7)}
    assert carol.post(f"{path}/settings/hours", {"working_hours": "", "local_time": "off", **full}).status_code == 303
    assert the_draft().hours == []


def test_the_review_names_what_is_missing_and_where_to_mend_it(cast: Cast, carol: Client) -> None:
    path = begin(carol)
    page = carol.get(f"{path}/settings/review").content.decode()
    for words, step in (
        ("Choose the hotline", "calls"),
        ("at least one agent", "agents"),
        ("Add contacts", "contacts"),
    ):
        assert words in page
        assert f'href="{path}/settings/{step}"' in page
    assert 'aria-disabled="true"' in page
    answer = carol.post(f"{path}/creation", {})
    assert answer.status_code == 422
    assert the_draft().state == "draft"


def test_picked_contacts_and_whole_sources_come_and_go(cast: Cast, carol: Client) -> None:
    with organisation_scope(cast.lumen.pk):
        people = make.contacts(cast.lumen, 3)
    path = begin(carol)
    found = carol.get(f"{path}/settings/contacts", {"search": "person"}).content.decode()
    assert len(re.findall(r'name="ids"', found)) == 3
    sources = f"{path}/settings/contacts/sources"
    assert carol.post(sources, {"kind": "contacts", "ids": [people[0].pk, people[1].pk]}).status_code == 303
    assert "2 of at most" in carol.get(f"{path}/settings/contacts").content.decode()
    assert carol.post(sources, {"kind": "group", "id": "99"}).status_code == 422
    assert carol.post(f"{sources}/0").status_code == 303
    assert the_draft().tasks_to_build == []


def test_two_tabs_with_the_same_version_are_one_change(cast: Cast, carol: Client) -> None:
    path = begin(carol)
    values = {"result_set": "", "wrap_up": "20", "version": the_draft().version}
    assert carol.post(f"{path}/settings/results", values).status_code == 303
    second = carol.post(f"{path}/settings/results", {**values, "wrap_up": "30"})
    assert second.status_code == 409
    assert "Somebody else changed this" in second.content.decode()
    assert the_draft().wrap_up == 20


def test_no_step_of_a_draft_takes_its_own_page_for_somebody_elses_change(cast: Cast, carol: Client) -> None:
    path = begin(carol)
    for step in STEPS:
        page = carol.get(f"{path}/settings/{step.key}").content.decode()
        shown = re.search(r'name="seen" id="seen" value="(\w+)"', page)
        if shown is None:
            assert step.key in {"contacts", "review"}  # pages without a form of their own
            continue
        answer = carol.post(f"{path}/settings/{step.key}", {"seen": shown[1], "go": "review"})
        assert answer.status_code == 303, step.key


def test_a_live_campaign_is_edited_on_the_same_pages(cast: Cast, carol: Client) -> None:
    with organisation_scope(cast.lumen.pk):
        campaign = make.in_state(make.approved(cast, make.contacts(cast.lumen, 1)), "running")
    path = f"/campaigns/{campaign.pk}"
    for step in ("mode", "general", "contacts", "agents", "hours", "calls", "retries", "results", "review"):
        assert carol.get(f"{path}/settings/{step}").status_code == 200, step
    answer = carol.post(f"{path}/settings/results", {"result_set": "", "wrap_up": "55", "version": campaign.version})
    assert answer.status_code == 303
    assert the_draft().wrap_up == 55


def test_a_campaign_is_put_away(cast: Cast, carol: Client) -> None:
    path = begin(carol)
    assert carol.post(f"{path}/archive").status_code == 409
    assert carol.post(f"{path}/removal").status_code == 303
    with system_scope():
        assert not Campaign.objects.exists()


def test_operators_reach_none_of_these_pages(cast: Cast, client: Client) -> None:
    with organisation_scope(cast.lumen.pk):
        campaign = make.approved(cast, make.contacts(cast.lumen, 1))
    sign_in(client, cast.alice)
    for address in (
        "/campaigns/new",
        f"/campaigns/{campaign.pk}/settings/review",
        f"/campaigns/{campaign.pk}/settings/mode",
    ):
        assert client.get(address).status_code == 403
    assert client.post(f"/campaigns/{campaign.pk}/removal").status_code == 403


def test_another_organisations_campaign_is_not_there(cast: Cast, client: Client) -> None:
    with organisation_scope(cast.lumen.pk):
        campaign = make.approved(cast, make.contacts(cast.lumen, 1))
    sign_in(client, cast.dave)
    for step in ("review", "contacts", "mode"):
        assert client.get(f"/campaigns/{campaign.pk}/settings/{step}").status_code == 404
    for act in ("creation", "archive", "removal", "settings/contacts/sources", "settings/mode"):
        assert client.post(f"/campaigns/{campaign.pk}/{act}").status_code == 404, act


def test_machine_detection_is_asked_for_refused_in_words_and_told_in_the_review(cast: Cast, carol: Client) -> None:
    path = begin(carol)
    with organisation_scope(cast.lumen.pk):
        line = make.hotline(cast.lumen).pk
    page = carol.get(f"{path}/settings/calls").content.decode()
    assert "Detect answering machines" in page
    assert "People among calls taken for machines" in page
    wanted = calls_step(line, detect_machines="on", detection_time="2,5", false_machines="0.2")
    carol.post(f"{path}/settings/calls", wanted | {"go": "review"})
    assert "Enter a number from 0.0 to 0.1." in carol.get(f"{path}/settings/calls").content.decode()
    carol.post(f"{path}/settings/calls", {**wanted, "false_machines": "0.01", "go": "review"})
    review = carol.get(f"{path}/settings/review").content.decode()
    assert "detected within 2.5 seconds, no agent rings" in review
    assert "1 of 100, they count as abandoned" in review
    cast.lumen.machine_detection = False
    cast.lumen.save()
    review = carol.get(f"{path}/settings/review").content.decode()
    assert "not detected, switched off for all campaigns" in review
