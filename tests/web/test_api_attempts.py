"""Attempts, their results and recordings through the REST API."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from campana.accounts import permissions
from campana.calls.models import Attempt
from campana.relay.models import Message
from campana.scripts.models import Result
from campana.tenancy import organisation_scope, system_scope
from support import calls
from support.api import ApiClient
from support.cast import Cast, api_key


@pytest.fixture
def client(cast: Cast) -> ApiClient:
    return ApiClient(api_key(cast.lumen))


@pytest.fixture
def results(cast: Cast) -> dict[str, Result]:
    with organisation_scope(cast.lumen.pk):
        return calls.results(cast.lumen)


@pytest.fixture
def attempts(cast: Cast) -> list[Attempt]:
    """Two of Alice's in one campaign, one nobody answered in another."""
    with organisation_scope(cast.lumen.pk):
        spring, autumn = calls.bare_campaign(cast.lumen), calls.bare_campaign(cast.lumen, name="Autumn")
        return [
            calls.attempt(spring, cast.alice_agent),
            calls.attempt(spring, cast.alice_agent, recording="10000000a", recording_seconds=2.5),
            calls.attempt(autumn, None, outcome="no_answer", answered_at=None, connected_at=None, cause="ring_timeout"),
        ]


def listed(client: ApiClient, query: str = "") -> list[int]:
    response = client.get(f"/attempts{query}")
    assert response.status_code == 200, response.content
    return [item["id"] for item in response.json()["items"]]


def test_attempts_come_newest_first_in_pages(client: ApiClient, attempts: list[Attempt]) -> None:
    newest_first = [attempt.pk for attempt in reversed(attempts)]
    assert listed(client) == newest_first
    first = client.get("/attempts?limit=2").json()
    second = client.get(f"/attempts?limit=2&cursor={first['next_cursor']}").json()
    assert [item["id"] for item in first["items"] + second["items"]] == newest_first
    assert second["next_cursor"] is None


def test_filters_narrow_the_list(client: ApiClient, cast: Cast, attempts: list[Attempt]) -> None:
    one, two, three = attempts
    assert listed(client, f"?campaign={one.campaign_id}") == [two.pk, one.pk]
    assert listed(client, f"?task={one.task_id}") == [one.pk]
    assert listed(client, f"?contact={two.contact_id}") == [two.pk]
    assert listed(client, f"?agent={cast.alice_agent.pk}&outcome=answered") == [two.pk, one.pk]
    assert listed(client, "?outcome=no_answer") == [three.pk]
    assert listed(client, f"?number={one.number}") == [one.pk]
    assert listed(client, "?since=2030-01-07T09:00:00Z") == [three.pk, two.pk, one.pk]
    assert listed(client, "?until=2030-01-07T09:00:00Z") == []
    assert listed(client, "?since=2030-01-07T10:00:01%2B01:00") == []


def test_an_attempt_tells_why_it_was_dialled(client: ApiClient, attempts: list[Attempt]) -> None:
    body = client.get(f"/attempts/{attempts[2].pk}").json()
    assert body["permit"] == {"hours": "open"}
    assert (body["outcome"], body["cause"], body["result"], body["agent_id"]) == (
        "no_answer",
        "ring_timeout",
        None,
        None,
    )


def test_a_result_is_put_and_read_back(client: ApiClient, attempts: list[Attempt], results: dict[str, Result]) -> None:
    path = f"/attempts/{attempts[0].pk}/result"
    response = client.call("PUT", path, {"result_id": results["success"].pk, "note": "Blue"})
    assert response.status_code == 200, response.content
    body = client.get(f"/attempts/{attempts[0].pk}").json()
    expected = {"id": results["success"].pk, "name": "Success", "result_class": "success"}
    assert (body["result"], body["note"]) == (expected, "Blue")
    with system_scope():
        assert Message.objects.get().kind == "result"


def test_a_refused_result_names_the_field_and_leaves_nothing(
    client: ApiClient, attempts: list[Attempt], results: dict[str, Result]
) -> None:
    path = f"/attempts/{attempts[0].pk}/result"
    response = client.call("PUT", path, {"result_id": results["call_back"].pk})
    assert (response.status_code, response.json()["code"]) == (422, "callback_needed")
    assert response.json()["errors"][0]["field"] == "callback_at"
    with system_scope():
        assert Message.objects.count() == 0
        assert Attempt.objects.filter(result__isnull=False).count() == 0


def test_strangers_and_operators_get_nothing(cast: Cast, attempts: list[Attempt], results: dict[str, Result]) -> None:
    stranger = ApiClient(api_key(cast.other))
    assert listed(stranger) == []
    for path in (f"/attempts/{attempts[1].pk}", f"/attempts/{attempts[1].pk}/recording"):
        assert stranger.get(path).status_code == 404
    body = {"result_id": results["success"].pk}
    assert stranger.call("PUT", f"/attempts/{attempts[0].pk}/result", body).status_code == 404
    operator = ApiClient(api_key(cast.lumen, permissions.OPERATOR))
    assert operator.get("/attempts").status_code == 403
    assert operator.get(f"/attempts/{attempts[1].pk}/recording").status_code == 403


# --- recordings ----------------------------------------------------------------------------------


@pytest.fixture
def recording(settings: Any, tmp_path: Path, attempts: list[Attempt]) -> str:
    settings.RECORDINGS_ROOT = tmp_path / "recordings"
    settings.RECORDINGS_ROOT.mkdir()
    (settings.RECORDINGS_ROOT / "10000000a.wav").write_bytes(bytes(range(100)))
    (tmp_path / "secret.wav").write_bytes(b"secret")
    return f"/attempts/{attempts[1].pk}/recording"


def content(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_a_recording_is_downloaded_whole(client: ApiClient, recording: str) -> None:
    response = client.get(recording)
    assert (response.status_code, response["Content-Type"]) == (200, "audio/wav")
    assert (response["Content-Length"], response["Accept-Ranges"]) == ("100", "bytes")
    assert content(response) == bytes(range(100))


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("bytes=0-9", 0, 9), ("bytes=90-", 90, 99), ("bytes=-5", 95, 99), ("bytes=0-999", 0, 99), ("bytes=-500", 0, 99)],
)
def test_a_range_is_answered_with_those_bytes(
    client: ApiClient, recording: str, asked: str, first: int, last: int
) -> None:
    response = client.get(recording, HTTP_RANGE=asked)
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {first}-{last}/100"
    assert response["Content-Length"] == str(last - first + 1)
    assert content(response) == bytes(range(first, last + 1))


@pytest.mark.parametrize("asked", ["bytes=100-", "bytes=200-300", "bytes=-0"])
def test_a_range_outside_is_refused(client: ApiClient, recording: str, asked: str) -> None:
    response = client.get(recording, HTTP_RANGE=asked)
    assert (response.status_code, response.json()["code"]) == (416, "range")
    assert response["Content-Range"] == "bytes */100"


@pytest.mark.parametrize("asked", ["", "bytes=", "bytes=-", "items=0-1", "bytes=0-1,5-6", "bytes=a-b", "bytes=9-3"])
def test_what_is_no_single_range_gets_the_whole(client: ApiClient, recording: str, asked: str) -> None:
    response = client.get(recording, HTTP_RANGE=asked)
    assert response.status_code == 200
    assert content(response) == bytes(range(100))


@pytest.mark.parametrize(
    "name", ["", "../secret", "/etc/passwd", "..", "gone", "a/../../secret", "a//b", "10000000a.wav", "a\n"]
)
def test_a_name_that_is_not_ours_leads_nowhere(
    client: ApiClient, recording: str, attempts: list[Attempt], name: str
) -> None:
    with system_scope():
        Attempt.objects.filter(pk=attempts[1].pk).update(recording=name)
    response = client.get(recording)
    assert (response.status_code, response.json()["code"]) == (404, "no_recording")
