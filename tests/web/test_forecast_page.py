"""The forecast's page: it asks by itself, says how far it is, shows ranges, and takes "what if"."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from campana.campaigns.models import Campaign
from campana.engine.words import CampaignState
from campana.forecasting.models import Forecast
from campana.forecasting.operations import work_out
from campana.kernel.clock import utc_now
from campana.sim.campaign.outlook import Effort
from campana.tenancy import system_scope
from support.campaigns import approved, contacts, draft, in_state
from support.cast import Cast, sign_in

REGION = {"HX-Request": "true", "HX-Target": "forecast"}
FORM = {"HX-Request": "true", "HX-Target": "question"}


@pytest.fixture
def campaign(cast: Cast) -> Iterator[Campaign]:
    with system_scope():
        yield in_state(approved(cast, contacts(cast.lumen, 25)), CampaignState.RUNNING)


@pytest.fixture
def carol(cast: Cast, client: Client) -> Client:
    return sign_in(client, cast.carol) or client


def answered() -> Forecast:
    forecast = Forecast.objects.latest("pk")
    work_out(forecast_id=forecast.pk, clock=utc_now, effort=Effort(2, 3, 40), small=Effort(1, 2, 30))
    forecast.refresh_from_db()
    return forecast


def test_looking_asks_nothing_but_the_region_asks_by_itself(carol: Client, campaign: Campaign) -> None:
    address = f"/campaigns/{campaign.pk}/forecast"
    page = carol.get(address).content.decode()
    assert Forecast.objects.count() == 0
    assert f'hx-post="{address}"' in page
    region = carol.post(address, headers=REGION).content.decode()
    assert "every 1s" in region
    assert "<html" not in region
    assert Forecast.objects.get().state == Forecast.State.QUEUED
    assert ProcrastinateJob.objects.filter(task_name="forecasting.work_out").count() == 1


def test_the_answer_is_a_range_with_what_would_change_it(carol: Client, campaign: Campaign) -> None:
    address = f"/campaigns/{campaign.pk}/forecast"
    carol.post(address)
    answered()
    region = carol.get(address, headers=REGION).content.decode()
    assert "List done" in region
    assert "1 agent more" in region
    assert "There are no calls yet to judge by" in region
    assert "It is too early to say how good these forecasts are" in region
    assert "every 60s" in region
    assert "hx-post" not in region


def test_an_old_answer_stays_while_a_new_one_is_worked_out(carol: Client, campaign: Campaign) -> None:
    address = f"/campaigns/{campaign.pk}/forecast"
    carol.post(address)
    old = answered()
    Forecast.objects.filter(pk=old.pk).update(finished_at=utc_now() - timedelta(minutes=6))
    assert f'hx-post="{address}"' in carol.get(address, headers=REGION).content.decode()
    region = carol.post(address, headers=REGION).content.decode()
    assert "Being worked out anew" in region
    assert "List done" in region


def test_how_often_forecasts_were_right_is_told_once_there_are_enough(
    carol: Client, campaign: Campaign, cast: Cast
) -> None:
    for n in range(10):
        Forecast.objects.create(
            organisation=cast.lumen,
            campaign=campaign,
            key=str(n),
            state=Forecast.State.FINISHED,
            asked_at=utc_now(),
            early=utc_now() - timedelta(hours=1),
            late=utc_now() + timedelta(hours=1),
            done_at=utc_now() + timedelta(hours=n / 4),
        )
    page = carol.get(f"/campaigns/{campaign.pk}/forecast").content.decode()
    assert "Of 10 forecasts whose end is known, the end lay in the range 4 times." in page


def test_what_if_is_asked_without_leaving_the_page(carol: Client, campaign: Campaign) -> None:
    address = f"/campaigns/{campaign.pk}/forecast"
    carol.post(address)
    answered()
    part = carol.post(f"{address}/question", {"agents": "4", "answered": "50"}, headers=FORM).content.decode()
    assert "every 1s" in part
    assert 'value="4"' in part
    assert Forecast.objects.latest("pk").question == {"agents": 4, "answered": 0.5}
    answered()
    part = carol.get(f"{address}/question?agents=4&answered=50", headers=FORM).content.decode()
    assert "As it is, and as asked" in part
    assert "every 1s" not in part


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"agents": "0"}, "greater than or equal to 1"),
        ({"answered": "many"}, "Enter a number"),
        ({}, "Change at least one of these."),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    carol: Client, campaign: Campaign, given: dict[str, str], words: str
) -> None:
    answer = carol.post(f"/campaigns/{campaign.pk}/forecast/question", given, headers=FORM)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert 'aria-invalid="true"' in answer.content.decode()
    assert Forecast.objects.count() == 0


def test_the_review_and_the_campaigns_page_hold_the_region(carol: Client, campaign: Campaign, cast: Cast) -> None:
    new = draft(cast, name="New", hotlines=list(campaign.hotlines.values_list("pk", flat=True)))
    for address, of in ((f"/campaigns/{new.pk}/settings/review", new), (f"/campaigns/{campaign.pk}", campaign)):
        page = carol.get(address).content.decode()
        assert f'hx-get="/campaigns/{of.pk}/forecast?brief=1"' in page


def test_another_organisation_and_an_agent_get_no_forecast(client: Client, campaign: Campaign, cast: Cast) -> None:
    for person, status in ((cast.dave, 404), (cast.alice, 403)):
        sign_in(client, person)
        assert client.get(f"/campaigns/{campaign.pk}/forecast").status_code == status
        assert client.post(f"/campaigns/{campaign.pk}/forecast").status_code == status
