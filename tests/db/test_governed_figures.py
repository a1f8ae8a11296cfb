"""Where the law counts "no agent within two seconds", every page counts so, as the pacer does (CAM-486)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from campana.calls.models import AttemptTally
from campana.supervision.queries.allowance import allowance
from campana.supervision.queries.day import last_day, lately_lost
from campana.supervision.queries.listed import with_today
from campana.tenancy import system_scope
from support.calls import attempt, bare_campaign
from support.cast import NOW, Cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("mode", "governed", "lost"),
    [("predictive", "late", 3), ("predictive", "abandoned", 1), ("progressive", "late", 1)],
)
def test_what_counts_as_lost_is_what_the_campaign_says(cast: Cast, mode: str, governed: str, lost: int) -> None:
    after, end = NOW + timedelta(seconds=5), NOW + timedelta(seconds=30)
    with system_scope():
        campaign = bare_campaign(cast.lumen, mode=mode, max_abandon=0.03, governed=governed)
        for came in (NOW, after, after):
            attempt(campaign, answered_at=NOW, connected_at=came, ended_at=end)
        attempt(campaign, answered_at=NOW, connected_at=None, ended_at=end, abandoned=True)
        day = last_day(campaign, "UTC", NOW)
        (listed,) = with_today([(3, campaign)], {}, NOW, expected=False)
        wall = allowance(AttemptTally.objects.all(), detection=True)
        assert lately_lost(campaign) == (lost, 4)
    assert (day.lost, day.answers) == (lost, 4)
    assert (listed.lost, listed.answers, listed.over) == (lost, 4, True)
    assert (wall.lost, wall.answers) == (lost, 4)
