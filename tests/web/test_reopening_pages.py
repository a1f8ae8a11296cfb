"""Returning contacts to dialling, by the page and by the API."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from campana.campaigns.models import Campaign, Task
from campana.kernel.clock import utc_now
from campana.tenancy import system_scope
from support.campaigns import approved, contacts, in_state, tasks
from support.cast import Cast, api_key, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def finished(cast: Cast) -> Iterator[Campaign]:
    with system_scope():
        campaign = in_state(approved(cast, contacts(cast.lumen, 3)), "finished", state_reason="exhausted")
        Task.objects.filter(campaign=campaign).update(state="not_reached", rounds=3, attempts=3, last_outcome="busy")
        yield campaign


@pytest.fixture
def carol(client: Client, cast: Cast) -> Client:
    sign_in(client, cast.carol)
    return client


def api(cast: Cast, client: Client, method: str, path: str, body: Any = None) -> Any:
    headers = {"authorization": f"Bearer {api_key(cast.lumen)}"}
    given = {"data": body, "content_type": "application/json"} if body is not None else {}
    return getattr(client, method)(f"/api/v1/{path}", headers=headers, **given)


def test_the_campaigns_page_leads_there_and_says_what_will_happen(carol: Client, finished: Campaign) -> None:
    address = f"/campaigns/{finished.pk}/reopening"
    assert address in carol.get(f"/campaigns/{finished.pk}").content.decode()
    page = carol.get(address).content.decode()
    assert "All contacts (3)" in page
    assert "Last outcome: busy (3)" in page
    assert "It needs no new approval." in page


def test_all_contacts_are_returned_by_one_press(carol: Client, finished: Campaign) -> None:
    answer = carol.post(f"/campaigns/{finished.pk}/reopening", {"how": "return", "selection": "all"}, follow=True)
    assert "3 contacts will be called again." in answer.content.decode()
    finished.refresh_from_db()
    assert (finished.state, {task.state for task in tasks(finished)}) == ("scheduled", {"waiting"})


def test_ticked_contacts_alone_are_restarted(carol: Client, finished: Campaign) -> None:
    chosen = tasks(finished)[0]
    listed = carol.get(f"/campaigns/{finished.pk}/contacts").content.decode()
    assert f'name="ids" value="{chosen.pk}"' in listed
    page = carol.get(f"/campaigns/{finished.pk}/reopening?ids={chosen.pk}").content.decode()
    assert "chosen contact." in page
    carol.post(f"/campaigns/{finished.pk}/reopening", {"how": "restart", "ids": [chosen.pk]})
    assert {task.pk: task.run for task in tasks(finished)}[chosen.pk] == 2
    assert sorted(task.state for task in tasks(finished)) == ["not_reached", "not_reached", "waiting"]


def test_a_passed_end_is_asked_for_at_its_field(carol: Client, finished: Campaign) -> None:
    gone = {"start_at": utc_now() - timedelta(days=9), "end_at": utc_now() - timedelta(days=1)}
    Campaign.objects.filter(pk=finished.pk).update(**gone)
    answer = carol.post(f"/campaigns/{finished.pk}/reopening", {"how": "return", "selection": "all"})
    assert answer.status_code == 422
    assert 'id="id_end_at-wrong"' in answer.content.decode()
    for typed, words in (
        ("never", "This is not a date with a time."),
        ("0001-01-01T00:00", "This is not a date with a time."),
        ("2031-03-30T02:30", "This hour does not exist on that day"),
    ):
        answer = carol.post(f"/campaigns/{finished.pk}/reopening", {"selection": "all", "end_at": typed})
        assert (answer.status_code, words in answer.content.decode()) == (422, True), typed


def test_a_running_campaign_offers_it_to_nobody(carol: Client, finished: Campaign) -> None:
    in_state(finished, "running")
    assert f"/campaigns/{finished.pk}/reopening" not in carol.get(f"/campaigns/{finished.pk}").content.decode()
    assert carol.get(f"/campaigns/{finished.pk}/reopening").status_code == 409


def test_the_api_returns_restarts_and_lists_runs(client: Client, cast: Cast, finished: Campaign) -> None:
    path = f"campaigns/{finished.pk}"
    answer = api(cast, client, "post", f"{path}/returns", {"selection": {"name": "busy"}})
    assert (answer.status_code, answer.json()["returned"], answer.json()["campaign"]["state"]) == (200, 3, "scheduled")
    again = api(cast, client, "post", f"{path}/returns", {})
    assert (again.status_code, again.json()["code"]) == (409, "campaign_is_scheduled")
    in_state(finished, "paused", state_reason="by_user")
    assert api(cast, client, "post", f"{path}/runs", {}).json()["campaign"]["state"] == "scheduled"
    runs = api(cast, client, "get", f"{path}/runs").json()["items"]
    assert [(run["number"], run["present"], run["contacts"]) for run in runs] == [(2, True, 3), (1, False, 3)]


def test_the_api_says_what_is_wrong_with_a_selection(client: Client, cast: Cast, finished: Campaign) -> None:
    path = f"campaigns/{finished.pk}/returns"
    assert api(cast, client, "post", path, {"selection": {"name": "result"}}).json()["code"] == "unknown_selection"
    assert api(cast, client, "post", path, {"selection": {"name": "machine"}}).json()["code"] == "nobody_to_return"
