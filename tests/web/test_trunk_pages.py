"""The pages of trunks and hotlines: health, rest with its reason, and the test call."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from campana.hotlines import models
from campana.hotlines.models import Hotline
from campana.tenancy import organisation_scope, system_scope
from support import campaigns as make
from support.calls import attempt, bare_campaign
from support.cast import NOW, Cast, sign_in

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def line(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Hotline:
    monkeypatch.setattr("campana.hotlines.web.now", lambda: NOW)
    with organisation_scope(cast.lumen.pk):
        return make.hotline(cast.lumen)


def order(client: Client, line: Hotline, number: str = "606 000 101") -> int:
    answer = client.post(f"/trunks/{line.trunk_id}/test-calls", {"number": number, "hotline_id": line.pk})
    return answer.status_code


def page(client: Client, line: Hotline) -> str:
    return client.get(f"/trunks/{line.trunk_id}").content.decode()


def test_a_test_call_is_followed_to_its_end(cast: Cast, client: Client, line: Hotline) -> None:
    sign_in(client, cast.ada)
    assert order(client, line) == 303
    assert "The engine is about to dial." in page(client, line)
    assert "every 1s" in page(client, line)
    with system_scope():
        row = models.TestCall.objects.get()
        row.began_at, row.ringing_at = NOW, NOW
        row.save()
    fragment = client.get(f"/trunks/{line.trunk_id}/test-calls", headers=HTMX).content.decode()
    assert "The carrier says that it rings." in fragment
    with system_scope():
        row.ended_at, row.cause, row.sip_code = NOW, "unavailable", 480
        row.save()
    fragment = client.get(f"/trunks/{line.trunk_id}/test-calls", headers=HTMX).content.decode()
    assert "SIP 480" in fragment
    assert "every 1s" not in fragment


def test_a_wrong_number_is_told_at_the_field_and_nothing_is_ordered(cast: Cast, client: Client, line: Hotline) -> None:
    sign_in(client, cast.ada)
    answer = client.post(f"/trunks/{line.trunk_id}/test-calls", {"number": "12", "hotline_id": line.pk})
    assert answer.status_code == 422
    assert 'id="id_number-wrong"' in answer.content.decode()
    with system_scope():
        assert not models.TestCall.objects.exists()


def test_an_order_that_no_engine_takes_is_said_so(
    cast: Cast, client: Client, line: Hotline, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client, cast.ada)
    order(client, line)
    monkeypatch.setattr("campana.hotlines.web.now", lambda: NOW + timedelta(minutes=1))
    assert "No engine took the order" in page(client, line)
    assert "every 1s" not in page(client, line)
    assert order(client, line) == 303, "the dead order stands in nobody's way"


def test_an_order_is_taken_back_before_it_began(cast: Cast, client: Client, line: Hotline) -> None:
    sign_in(client, cast.ada)
    order(client, line)
    assert client.delete(f"/trunks/{line.trunk_id}/test-calls", headers=HTMX).status_code == 200
    with system_scope():
        assert models.TestCall.objects.get().ended_at == NOW


def test_who_only_looks_calls_nobody(cast: Cast, client: Client, line: Hotline) -> None:
    sign_in(client, cast.carol)
    assert order(client, line) == 403
    assert client.get("/trunks").status_code == 200
    sign_in(client, cast.dave)
    assert order(client, line) == 404


def test_a_resting_number_says_why_and_is_released(cast: Cast, client: Client, line: Hotline) -> None:
    with organisation_scope(cast.lumen.pk):
        failed = {"outcome": "hotline_failure", "cause": "trunk_dead", "sip_code": 503, "answered_at": None}
        attempt(bare_campaign(cast.lumen), connected_at=None, **failed)
        Hotline.objects.filter(pk=line.pk).update(resting_until=NOW + timedelta(minutes=10))
    sign_in(client, cast.ada)
    for address in ("/hotlines", f"/hotlines/{line.pk}"):
        text = client.get(address).content.decode()
        assert "the carrier gave no response" in text, address
        assert "SIP 503" in text
    assert "Fails" in page(client, line)
    assert client.post(f"/hotlines/{line.pk}/rest").status_code == 303
    with system_scope():
        assert Hotline.objects.get(pk=line.pk).resting_until is None


def test_hotlines_are_paged_by_number(cast: Cast, client: Client, line: Hotline) -> None:
    with organisation_scope(cast.lumen.pk):
        Hotline.objects.bulk_create(
            Hotline(organisation=cast.lumen, number=f"42080099{n:04}", trunk=line.trunk) for n in range(60)
        )
    sign_in(client, cast.ada)
    first = client.get("/hotlines").content.decode()
    after = first[first.index('rel="next" href="') + 17 :].split('"')[0]
    second = client.get("/hotlines" + after).content.decode()
    assert first.count('<th scope="row">') == 50
    assert second.count('<th scope="row">') == 11
