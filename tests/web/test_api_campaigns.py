"""A campaign's whole life through the REST API, as a program with a key."""

from __future__ import annotations

from typing import Any

import pytest

from campana.accounts.permissions import CAMPAIGNS_MANAGE, CAMPAIGNS_VIEW
from campana.campaigns.models import Campaign, Task
from campana.campaigns.operations import build_tasks
from campana.hotlines.models import Hotline
from campana.tenancy import organisation_scope, system_scope
from campana.workforce.models import AgentGroup
from support import campaigns as make
from support.api import ApiClient, make_key
from support.cast import NOW, Cast, api_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(cast: Cast) -> ApiClient:
    return ApiClient(api_key(cast.lumen))


def send(client: ApiClient, method: str, path: str, body: Any = None, **extra: Any) -> Any:
    if body is None:
        return client.generic(method, path, **extra)
    import json

    return client.generic(method, path, json.dumps(body), content_type="application/json", **extra)


def prepare(cast: Cast, count: int = 2) -> tuple[Hotline, list[int]]:
    with organisation_scope(cast.lumen.pk):
        return make.hotline(cast.lumen), [person.pk for person in make.contacts(cast.lumen, count)]


def created(cast: Cast, client: ApiClient, **values: Any) -> dict[str, Any]:
    """A created campaign after its tasks were built."""
    line, people = prepare(cast)
    body = {
        "name": "Spring offer",
        "hotlines": [line.pk],
        "agents": [cast.alice_agent.pk],
        "contacts": [{"kind": "contacts", "ids": people}],
        **values,
    }
    answer = send(client, "POST", "/campaigns", body)
    assert answer.status_code == 201, answer.content
    pk = answer.json()["id"]
    with organisation_scope(cast.lumen.pk):
        build_tasks(campaign_id=pk, now=NOW)
    found: dict[str, Any] = send(client, "GET", f"/campaigns/{pk}").json()
    return found


def engine_says(cast: Cast, pk: int, state: str) -> None:
    with organisation_scope(cast.lumen.pk):
        Campaign.objects.filter(pk=pk).update(state=state)


def test_a_campaign_lives_from_creation_to_the_archive(cast: Cast, client: ApiClient) -> None:
    campaign = created(cast, client, retries={"busy": {"attempts": 5, "wait": 180}}, hours=[[0, 540, 720]])
    path = f"/campaigns/{campaign['id']}"
    assert (campaign["state"], campaign["intake"]["added"]) == ("not_approved", 2)
    assert campaign["retries"] == {"busy": {"attempts": 5, "wait": 180}}
    approved = send(client, "PUT", f"{path}/approval", {"start_now": True})
    assert (approved.json()["state"], approved.json()["wanted"]) == ("scheduled", "run")
    engine_says(cast, campaign["id"], "running")
    assert send(client, "DELETE", f"{path}/run").json()["wanted"] == "pause"
    assert send(client, "PUT", f"{path}/run").json()["wanted"] == "run"
    assert send(client, "DELETE", f"{path}/run?how=finish").json()["wanted"] == "finish"
    refused = send(client, "PUT", f"{path}/run")
    assert (refused.status_code, refused.json()["code"]) == (409, "campaign_finishing")
    engine_says(cast, campaign["id"], "finished")
    assert send(client, "DELETE", path).status_code == 204
    assert send(client, "GET", path).json()["state"] == "archived"


def test_what_is_missing_is_named_field_by_field(client: ApiClient) -> None:
    answer = send(client, "POST", "/campaigns", {"name": "Bare"})
    assert answer.status_code == 422
    assert {error["field"]: error["code"] for error in answer.json()["errors"]} == {
        "contacts": "no_contacts",
        "hotlines": "no_hotline",
        "agents": "no_agents",
    }
    with system_scope():
        assert not Campaign.objects.exists()


def test_a_key_of_a_group_makes_no_campaign_that_it_would_not_see(cast: Cast) -> None:
    with system_scope():
        group = AgentGroup.objects.create(organisation=cast.lumen, name="Ours")
    key = make_key(cast.lumen, secret="of-a-group", scopes=[CAMPAIGNS_MANAGE, CAMPAIGNS_VIEW], limited_to=[group.pk])
    limited = ApiClient(key)
    body = {"name": "Spring", "mode": "progressive", "draft": True}
    answer = limited.call("POST", "/campaigns", body)
    assert answer.status_code == 422
    assert [(each["field"], each["code"]) for each in answer.json()["errors"]] == [("groups", "leaves_your_groups")]
    with system_scope():
        assert not Campaign.objects.exists()
    assert limited.call("POST", "/campaigns", {**body, "groups": [group.pk]}).status_code == 201


def test_modes_not_offered_and_unknown_settings_are_refused(client: ApiClient) -> None:
    for body in ({"name": "A", "mode": "simultaneous"}, {"name": "A", "colour": "red"}, {"name": "A", "gap": 5}):
        assert send(client, "POST", "/campaigns", body).status_code == 422


def test_a_draft_gets_its_contacts_later_and_is_created_with_its_approval(cast: Cast, client: ApiClient) -> None:
    line, people = prepare(cast)
    body = {"name": "Later", "draft": True, "hotlines": [line.pk], "agents": [cast.alice_agent.pk]}
    path = f"/campaigns/{send(client, 'POST', '/campaigns', body).json()['id']}"
    items = [{"contact_id": pk} for pk in people]
    assert send(client, "POST", f"{path}/tasks", {"items": items}).status_code == 207
    assert send(client, "PUT", f"{path}/approval").json()["state"] == "processing"
    with organisation_scope(cast.lumen.pk):
        build_tasks(campaign_id=int(path.rsplit("/", 1)[1]), now=NOW)
    assert send(client, "GET", path).json()["state"] == "scheduled"


def test_a_patch_against_an_older_version_is_refused(cast: Cast, client: ApiClient) -> None:
    campaign = created(cast, client)
    path = f"/campaigns/{campaign['id']}"
    changed = send(client, "PATCH", path, {"wrap_up": 40, "version": campaign["version"]}).json()
    assert (changed["wrap_up"], changed["name"]) == (40, "Spring offer")
    stale = send(client, "PATCH", path, {"wrap_up": 41, "version": campaign["version"]})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")
    locked = send(client, "PATCH", path, {"mode": "preview"})
    assert locked.json()["errors"][0]["code"] == "locked"


def test_items_are_answered_one_by_one(cast: Cast, client: ApiClient) -> None:
    campaign = created(cast, client)
    path = f"/campaigns/{campaign['id']}/tasks"
    with organisation_scope(cast.lumen.pk):
        (person,) = make.contacts(cast.lumen, 1, first=420_602_000_000)
    items = [{"contact_id": person.pk, "external_id": "x1"}, {"contact_id": 999_999}, {}]
    answer = send(client, "POST", path, {"items": items})
    assert answer.status_code == 207
    assert [item["status"] for item in answer.json()["items"]] == [201, 404, 422]
    assert [item["status"] for item in send(client, "POST", path, {"items": items}).json()["items"]] == [200, 404, 422]
    found = send(client, "GET", f"{path}?external_id=x1").json()["items"]
    assert [task["contact_id"] for task in found] == [person.pk]


def test_tasks_are_paged_removed_and_stopped(cast: Cast, client: ApiClient) -> None:
    campaign = created(cast, client)
    path = f"/campaigns/{campaign['id']}/tasks"
    first = send(client, "GET", f"{path}?limit=1").json()
    second = send(client, "GET", f"{path}?limit=1&cursor={first['next_cursor']}").json()
    one, two = first["items"][0]["id"], second["items"][0]["id"]
    assert second["next_cursor"] is None
    with organisation_scope(cast.lumen.pk):
        Task.objects.filter(pk=two).update(attempts=1)
    done = send(client, "DELETE", f"{path}?id={one}&id={two}").json()
    assert done == {"removed": [one], "kept": [two]}
    assert send(client, "PUT", f"{path}/{two}/stop").json()["state"] == "stopped"
    assert send(client, "PUT", f"{path}/{two}/stop").json()["code"] == "task_over"


def test_a_finished_campaign_answers_409(cast: Cast, client: ApiClient) -> None:
    campaign = created(cast, client)
    engine_says(cast, campaign["id"], "finished")
    answer = send(client, "POST", f"/campaigns/{campaign['id']}/tasks", {"items": [{"contact_id": 1}]})
    assert (answer.status_code, answer.json()["code"]) == (409, "campaign_finished")


def test_figures_preflight_and_obstacles_are_told(cast: Cast, client: ApiClient) -> None:
    campaign = created(cast, client)
    path = f"/campaigns/{campaign['id']}"
    figures = send(client, "GET", f"{path}/statistics").json()
    assert (figures["contacts"], figures["waiting"], figures["attempts"], figures["by_outcome"]) == (2, 2, 0, {})
    assert send(client, "GET", f"{path}/preflight").json()["callable"] == 2
    codes = [reason["code"] for reason in send(client, "GET", f"{path}/obstacles").json()["stops"]]
    assert codes == ["engine_away", "campaign_not_running", "no_agent"]


def test_another_organisation_finds_none_of_it(cast: Cast, client: ApiClient) -> None:
    campaign = created(cast, client)
    dave, path = ApiClient(api_key(cast.other)), f"/campaigns/{campaign['id']}"
    for method, address, body in (
        ("GET", path, None),
        ("PATCH", path, {"wrap_up": 1}),
        ("DELETE", path, None),
        ("PUT", f"{path}/approval", None),
        ("DELETE", f"{path}/approval", None),
        ("PUT", f"{path}/run", None),
        ("DELETE", f"{path}/run", None),
        ("GET", f"{path}/tasks", None),
        ("POST", f"{path}/tasks", {"items": [{"contact_id": 1}]}),
        ("DELETE", f"{path}/tasks?id=1", None),
        ("GET", f"{path}/statistics", None),
        ("GET", f"{path}/obstacles", None),
        ("GET", f"{path}/preflight", None),
        ("POST", f"{path}/sources", {"contacts": [{"kind": "group", "id": 1}]}),
        ("PUT", f"{path}/creation", None),
    ):
        assert send(dave, method, address, body).status_code == 404, (method, address)
    assert send(dave, "GET", "/campaigns").json()["items"] == []
    line = campaign["hotlines"][0]
    foreign = send(dave, "POST", "/campaigns", {"name": "Theft", "draft": True, "hotlines": [line]})
    assert foreign.json()["errors"][0]["code"] == "unknown_reference"


def test_two_posts_with_one_idempotency_key_make_one_campaign(cast: Cast, client: ApiClient) -> None:
    body = {"name": "Once", "draft": True}
    first = send(client, "POST", "/campaigns", body, HTTP_IDEMPOTENCY_KEY="k1")
    again = send(client, "POST", "/campaigns", body, HTTP_IDEMPOTENCY_KEY="k1")
    assert first.json()["id"] == again.json()["id"]
    with system_scope():
        assert Campaign.objects.count() == 1
