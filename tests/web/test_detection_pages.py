"""Machine detection on the pages: the verdict of a call with both clocks, the estimate beside the rate, the pace."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from campana.campaigns.models import CampaignPace
from campana.engine.outputs import PaceDecided
from campana.tenancy import system_scope
from support.calls import attempt, bare_campaign
from support.cast import NOW, Cast, sign_in


@pytest.fixture
def cast_open(cast: Cast) -> Iterator[Cast]:
    with system_scope():
        yield cast


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def test_a_call_shows_its_verdict_and_the_seconds_from_the_answer_and_from_the_verdict(
    cast_open: Cast, client: Client
) -> None:
    campaign = bare_campaign(cast_open.lumen, detect_machines=True)
    heard = {"answered_at": NOW, "verdict_at": NOW + timedelta(seconds=1.8), "verdict_confidence": 0.87}
    call = attempt(
        campaign, cast_open.alice_agent, verdict="unsure", connected_at=NOW + timedelta(seconds=3.2), **heard
    )
    sign_in(client, cast_open.carol)
    page = read(client, f"/calls/{call.pk}")
    for words in ("Not sure, taken for a person", "87% sure", "From the answer to an agent", "1.8 s", "3.2 s", "1.4 s"):
        assert words in page
    machine = attempt(campaign, verdict="machine", outcome="machine", **{**heard, "connected_at": None})
    assert "Answering machine" in read(client, f"/calls/{machine.pk}")
    plain = attempt(campaign, cast_open.alice_agent)
    assert "Machine detection" not in read(client, f"/calls/{plain.pk}")


def test_a_call_that_is_listened_to_is_told_in_words(cast_open: Cast, client: Client) -> None:
    campaign = bare_campaign(cast_open.lumen, detect_machines=True)
    call = attempt(campaign, state="detecting", outcome="", connected_at=None, ended_at=None)
    sign_in(client, cast_open.carol)
    for address in (f"/calls/{call.pk}", "/calls", f"/campaigns/{campaign.pk}"):
        assert "Listening for a machine" in read(client, address)


def test_the_page_of_a_campaign_gives_the_rate_with_people_taken_for_machines(cast_open: Cast, client: Client) -> None:
    today = timezone.now() - timedelta(seconds=30)
    campaign = bare_campaign(cast_open.lumen, detect_machines=True, false_machines=0.1)
    moments = {"began_at": today, "answered_at": today, "ended_at": today + timedelta(seconds=9)}
    for _ in range(9):
        attempt(campaign, cast_open.alice_agent, connected_at=today, **moments)
    for _ in range(10):
        attempt(campaign, outcome="machine", verdict="machine", verdict_at=today, connected_at=None, **moments)
    sign_in(client, cast_open.carol)
    page = read(client, f"/campaigns/{campaign.pk}")
    assert "10.0% with the 1.0 people, by your estimate, who were taken for machines" in page
    campaign.detect_machines = False
    campaign.save()
    assert "taken for machines" not in read(client, f"/campaigns/{campaign.pk}")


@pytest.mark.parametrize("old", [False, True])
def test_the_pace_tells_calls_listened_to_and_the_estimate_that_spends_the_limit(
    cast_open: Cast, client: Client, old: bool
) -> None:
    campaign = bare_campaign(cast_open.lumen, mode="predictive", detect_machines=True)
    slip: dict[str, object] = {field.name: 1 for field in fields(PaceDecided)}
    slip |= {"method": "adaptive", "bound": "over_limit", "limit": 0.03, "silent": 3.6, "detecting": 2}
    if old:  # of an engine that knew of no detection
        slip = {name: value for name, value in slip.items() if name not in {"detecting", "silent", "recent_silent"}}
    CampaignPace.objects.create(campaign=campaign, organisation=cast_open.lumen, at=NOW, slip=slip)
    sign_in(client, cast_open.carol)
    page = read(client, f"/campaigns/{campaign.pk}")
    assert "Calls listened to, person or machine" in page
    assert ("your estimate; they spend the same limit" in page) is not old


def test_an_administrator_switches_it_off_for_the_whole_organisation(cast_open: Cast, client: Client) -> None:
    sign_in(client, cast_open.ada)
    assert "Campaigns may have answering machines detected" in read(client, "/organisation")
