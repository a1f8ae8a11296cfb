"""The pages of webhooks."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from campana.automation import operations
from campana.automation.models import Delivery, Webhook
from campana.relay import facts
from campana.tenancy import organisation_scope, system_scope
from support.cast import NOW, Cast, actor, sign_in

FORM = {"url": "https://example.com/hook", "events": ["attempt.ended", "task.final"]}


@pytest.fixture
def ada(cast: Cast, client: Client) -> Client:
    sign_in(client, cast.ada)
    return client


@pytest.fixture
def webhook(cast: Cast) -> Webhook:
    with organisation_scope(cast.lumen.pk):
        webhook, _ = operations.add_webhook(
            url="https://example.com/hook", events=[facts.TASK_FINAL], actor=actor(cast.ada), now=NOW
        )
    return webhook


def text(response: Any) -> str:
    return str(response.content.decode())


def stored(webhook: Webhook) -> Webhook:
    with system_scope():
        return Webhook.objects.get(pk=webhook.pk)


def test_an_empty_list_says_what_webhooks_are_for(ada: Client) -> None:
    assert "No webhook yet" in text(ada.get("/webhooks"))


def test_a_new_webhook_shows_its_secret_once(ada: Client) -> None:
    response = ada.post("/webhooks/new", FORM)
    assert "whsec_" in text(response)
    assert response["Cache-Control"].startswith("max-age=0")
    with system_scope():
        made = Webhook.objects.get()
    assert made.events == ["attempt.ended", "task.final"]
    for path in ("/webhooks", f"/webhooks/{made.pk}"):
        assert "whsec_" not in text(ada.get(path))
        assert "https://example.com/hook" in text(ada.get(path))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"url": "http://example.com/"}, "complete https address"),
        ({"url": "https://127.0.0.1/"}, "not on the public internet"),
        ({"url": ""}, "This field is required"),
        ({"events": []}, "This field is required"),
        ({"events": ["nothing"]}, "not one of the available choices"),
    ],
)
def test_a_wrong_webhook_is_told_at_its_field_and_keeps_what_was_typed(
    ada: Client, change: dict[str, Any], words: str
) -> None:
    response = ada.post("/webhooks/new", {**FORM, **change})
    assert response.status_code == 422
    assert words in text(response)
    assert 'value="task.final"' in text(response)
    with system_scope():
        assert Webhook.objects.count() == 0


def test_a_webhook_is_changed_switched_off_and_removed(ada: Client, webhook: Webhook) -> None:
    page = f"/webhooks/{webhook.pk}"
    ada.post(page, {**FORM, "url": "https://example.org/"})
    assert stored(webhook).url == "https://example.org/"
    ada.post(f"{page}/state", {"active": "0"})
    assert stored(webhook).active is False
    assert "Switched off" in text(ada.get(page))
    ada.post(f"{page}/state", {"active": "1"})
    assert stored(webhook).active is True
    assert ada.post(f"{page}/removal").status_code == 303
    assert ada.get(page).status_code == 404


def test_the_log_tells_what_became_of_each_delivery(ada: Client, cast: Cast, webhook: Webhook) -> None:
    page = f"/webhooks/{webhook.pk}"
    ada.post(f"{page}/ping")
    with organisation_scope(cast.lumen.pk):
        facts.publish(cast.lumen.pk, [(facts.TASK_FINAL, {})] * 51, NOW)
        last = Delivery.objects.order_by("-id").first()
        assert last is not None
        Delivery.objects.filter(pk=last.pk).update(tries=8, next_at=None, problem="timeout", status=None)
    shown = text(ada.get(page))
    assert "Given up" in shown
    assert "The receiver did not answer in time" in shown
    assert "8 of 8" in shown
    assert "Ping" not in shown
    assert "Ping" in text(ada.get(f"{page}?before={last.pk - 49}"))
    assert ada.get(f"{page}?before=x").status_code == 200
    ada.post(f"{page}/deliveries/{last.pk}/repetition")
    with system_scope():
        last.refresh_from_db()
    assert (last.tries, last.problem) == (0, "")


def test_a_webhook_that_switched_itself_off_says_so(ada: Client, webhook: Webhook) -> None:
    with system_scope():
        Webhook.objects.update(active=False, failing_since=NOW, disabled_at=NOW)
    assert "Switched off by itself" in text(ada.get("/webhooks"))
    assert "switched itself off on" in text(ada.get(f"/webhooks/{webhook.pk}"))


def test_a_supervisor_and_a_stranger_get_nowhere(client: Client, cast: Cast, webhook: Webhook) -> None:
    sign_in(client, cast.carol)
    assert client.get("/webhooks").status_code == 403
    sign_in(client, cast.dave)
    assert "example.com" not in text(client.get("/webhooks"))
    for way in ("", "/state", "/secret", "/removal", "/ping", "/deliveries/1/repetition"):
        assert client.post(f"/webhooks/{webhook.pk}{way}", FORM).status_code == 404
    assert stored(webhook).active is True


def test_the_log_shows_body_and_answer_and_is_narrowed_by_state(cast: Cast, ada: Client, webhook: Webhook) -> None:
    with system_scope():
        for n, told in enumerate(({"delivered_at": NOW, "status": 200}, {"next_at": NOW}, {"status": 500})):
            Delivery.objects.create(
                organisation=cast.lumen,
                webhook=webhook,
                event=facts.TASK_FINAL,
                payload={"task_id": 700 + n},
                created_at=NOW,
                answer="<b>sorry</b>" if n == 2 else "",
                **told,
            )
    page = text(ada.get(f"/webhooks/{webhook.pk}"))
    assert "&lt;b&gt;sorry&lt;/b&gt;" in page
    for state, found in (("delivered", 700), ("waiting", 701), ("given_up", 702)):
        narrowed = text(ada.get(f"/webhooks/{webhook.pk}?state={state}"))
        assert [n for n in (700, 701, 702) if f"&quot;task_id&quot;:{n}" in narrowed] == [found], state
