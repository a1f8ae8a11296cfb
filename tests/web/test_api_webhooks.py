"""Webhooks through the REST API."""

from __future__ import annotations

from typing import Any

import pytest

from campana.accounts import permissions
from campana.automation.models import Delivery
from campana.relay import facts
from campana.tenancy import organisation_scope, system_scope
from support.api import ApiClient
from support.cast import NOW, Cast, api_key

HOOK = {"url": "https://example.com/hook", "events": ["attempt.ended", "task.final"]}


@pytest.fixture
def client(cast: Cast) -> ApiClient:
    return ApiClient(api_key(cast.lumen))


@pytest.fixture
def webhook(client: ApiClient) -> dict[str, Any]:
    response = client.call("POST", "/webhooks", HOOK)
    assert response.status_code == 201, response.content
    result: dict[str, Any] = response.json()
    return result


def test_the_secret_is_shown_when_it_is_made_and_never_again(client: ApiClient, webhook: dict[str, Any]) -> None:
    assert webhook["secret"].startswith("whsec_")
    read = client.get(f"/webhooks/{webhook['id']}").json()
    assert read == {name: value for name, value in webhook.items() if name != "secret"}
    assert "secret" not in client.get("/webhooks").json()["items"][0]
    renewed = client.put(f"/webhooks/{webhook['id']}/secret").json()
    assert renewed["secret"] != webhook["secret"]


def test_a_webhook_is_changed_and_removed(client: ApiClient, webhook: dict[str, Any]) -> None:
    path = f"/webhooks/{webhook['id']}"
    changed = client.call("PATCH", path, {"active": False, "events": ["campaign.moved"]}).json()
    assert (changed["active"], changed["events"], changed["url"]) == (False, ["campaign.moved"], HOOK["url"])
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({**HOOK, "url": "http://example.com/"}, "url"),
        ({**HOOK, "url": "https://169.254.169.254/latest"}, "url"),
        ({**HOOK, "events": []}, "events"),
        ({**HOOK, "events": ["attempt.began"]}, "events.0"),
        ({**HOOK, "secret": "mine"}, "secret"),
    ],
)
def test_a_wrong_webhook_is_refused_by_its_field(client: ApiClient, body: Any, field: str) -> None:
    response = client.call("POST", "/webhooks", body)
    assert response.status_code == 422
    assert [error["field"] for error in response.json()["errors"]] == [field]


def test_the_log_shows_deliveries_and_sends_them_again(client: ApiClient, cast: Cast, webhook: dict[str, Any]) -> None:
    path = f"/webhooks/{webhook['id']}/deliveries"
    ping = client.post(path)
    assert (ping.status_code, ping.json()["event"]) == (201, "ping")
    with organisation_scope(cast.lumen.pk):
        facts.publish(cast.lumen.pk, [(facts.TASK_FINAL, {"task_id": 1})], NOW)
        Delivery.objects.filter(event="task.final").update(tries=8, next_at=None, problem="timeout")
    items = client.get(path).json()["items"]
    assert [(item["event"], item["problem"]) for item in items] == [("task.final", "timeout"), ("ping", "")]
    again = client.put(f"{path}/{items[0]['id']}/repetition").json()
    assert (again["tries"], again["problem"]) == (0, "")
    assert again["next_at"] is not None


def test_a_switched_off_webhook_sends_no_ping(client: ApiClient, webhook: dict[str, Any]) -> None:
    client.call("PATCH", f"/webhooks/{webhook['id']}", {"active": False})
    response = client.post(f"/webhooks/{webhook['id']}/deliveries")
    assert (response.status_code, response.json()["code"]) == (409, "webhook_switched_off")
    with system_scope():
        assert Delivery.objects.count() == 0


def test_strangers_find_no_webhook_and_supervisors_may_not_look(cast: Cast, webhook: dict[str, Any]) -> None:
    stranger = ApiClient(api_key(cast.other))
    path = f"/webhooks/{webhook['id']}"
    assert stranger.get("/webhooks").json()["items"] == []
    answers = [stranger.get(path), stranger.delete(path), stranger.call("PATCH", path, {"active": False})]
    answers += [stranger.put(f"{path}/secret"), stranger.get(f"{path}/deliveries"), stranger.post(f"{path}/deliveries")]
    assert {answer.status_code for answer in answers} == {404}
    supervisor = ApiClient(api_key(cast.lumen, permissions.SUPERVISOR))
    assert supervisor.get("/webhooks").status_code == 403
