"""Predictive on a real database: its settings, what the journal keeps of its pace, and what a new engine remembers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from campana.calls.models import Attempt, AttemptTally
from campana.campaigns.models import Campaign, CampaignPace
from campana.campaigns.operations import change_campaign
from campana.campaigns.snapshot import campaign_config
from campana.campaigns.validation.complete import warnings
from campana.engine.words import PaceBound, PacingMethod
from campana.kernel.clock import Instant
from campana.kernel.ids import CampaignId
from campana.kernel.refusals import Invalids
from campana.runtime import restore
from campana.runtime.lockstep import Lockstep
from campana.runtime.selection import cards
from campana.supervision.queries.pace import Slip, pace
from campana.tenancy import system_scope
from support import shift
from support.calls import attempt
from support.campaigns import approved, contacts, draft
from support.cast import NOW, Cast, actor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def tenancy() -> Iterator[None]:
    with system_scope():
        yield


def predictive(cast: Cast, people: int = 40, **values: object) -> Campaign:
    chosen = {"mode": "predictive", "agents": shift.people(cast), **values}
    return approved(cast, contacts(cast.lumen, people), **chosen)


def run(cast: Cast, seconds: int, *, start: Instant = NOW) -> Lockstep:
    return shift.run(cast, shift.Everybody(), seconds, start=start)


def change(cast: Cast, campaign: Campaign, **values: object) -> None:
    change_campaign(campaign=campaign, actor=actor(cast.carol), values=values, version=None, now=NOW)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [("max_abandon", 0.11), ("max_abandon", -0.01), ("pickup_rate", 0), ("pickup_rate", 101), ("short_hang_up", 6)],
)
def test_settings_out_of_range_are_refused(cast: Cast, name: str, wrong: float) -> None:
    campaign = draft(cast, mode="predictive")
    with pytest.raises(Invalids) as refused:
        change(cast, campaign, **{name: wrong})
    assert [problem.code for problem in refused.value.problems] == ["out_of_range"]


def test_adaptive_needs_a_limit_and_the_ratios_do_not(cast: Cast) -> None:
    campaign = draft(cast, mode="predictive")
    with pytest.raises(Invalids) as refused:
        change(cast, campaign, max_abandon=None)
    assert [(problem.field, problem.code) for problem in refused.value.problems] == [("max_abandon", "limit_needed")]
    change(cast, campaign, pacing="coefficient", max_abandon="", coefficient=2.5)
    campaign.refresh_from_db()
    assert (campaign.pacing, campaign.max_abandon) == ("coefficient", None)
    assert "no_limit" in {warning.code for warning in warnings(campaign)}
    with pytest.raises(Invalids):
        change(cast, campaign, pacing="adaptive")


def test_the_engine_is_told_every_setting(cast: Cast) -> None:
    campaign = draft(cast, mode="predictive")
    change(cast, campaign, max_abandon="0.015", pickup_rate=33, short_hang_up=4, budget_window="day", governed="late")
    campaign.refresh_from_db()
    config = campaign_config(campaign)
    told = (config.pacing, config.max_abandon, config.pickup_rate, config.short_hang_up, config.budget_window)
    assert told == (PacingMethod.ADAPTIVE, 0.015, 33, timedelta(seconds=4), "day")
    assert config.governed == "late"


def test_the_last_decision_is_kept_for_the_page(cast: Cast) -> None:
    campaign = predictive(cast)
    run(cast, 2)
    campaign.refresh_from_db()
    slip = pace(campaign, {}, [])
    assert isinstance(slip, Slip)
    assert (slip.bound, slip.team) == (PaceBound.START, 2)
    assert CampaignPace.objects.get().organisation_id == cast.lumen.pk


def test_abandoned_calls_are_written_down_and_a_new_engine_remembers_them(cast: Cast) -> None:
    campaign = predictive(cast, pacing="coefficient", coefficient=5.0, max_abandon=None, max_wait=8)
    run(cast, 40)
    lost = Attempt.objects.filter(campaign=campaign, abandoned=True).count()
    assert lost > 3
    assert sum(AttemptTally.objects.values_list("abandoned", flat=True)) == lost
    joined_late = 2  # the telephones of both agents ring for two seconds
    assert sum(AttemptTally.objects.values_list("late", flat=True)) == lost + joined_late
    restored = restore.pacing(CampaignId(campaign.pk), NOW + timedelta(seconds=40))
    assert sum(answer.abandoned for answer in restored.recent) == lost
    assert sum(counted.abandoned for counted in restored.counted) == lost
    Campaign.objects.filter(pk=campaign.pk).update(max_abandon=0.03)
    began = NOW + timedelta(minutes=10)
    run(cast, 30, start=began)
    campaign.refresh_from_db()
    slip = pace(campaign, {}, [])
    assert isinstance(slip, Slip)
    assert (slip.bound, slip.lost) == (PaceBound.OVER_LIMIT, lost)
    assert not Attempt.objects.filter(began_at__gte=began, agent=None).exists()


def test_a_number_that_was_abandoned_says_so_for_three_days(cast: Cast) -> None:
    campaign = predictive(cast, people=2)
    one, two = campaign.tasks.order_by("pk")
    for task, hours in ((one, 71), (two, 80)):
        at = NOW - timedelta(hours=hours)
        attempt(
            campaign, None, number=task.number, outcome="abandoned", abandoned=True, began_at=at, answered_at=at,
            connected_at=None, ended_at=at + timedelta(seconds=60),
        )  # fmt: skip
    found = {card.id: card for card in cards([one.pk, two.pk], frequency_cap=0, now=NOW)}
    assert found[one.pk].numbers[0].abandoned_at is not None
    assert found[two.pk].numbers[0].abandoned_at is None
