"""A day's hours where the clock changes, and the last day that was called."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from campana.calls.operations.fold_tallies import fold_tallies
from campana.supervision.queries.day import day_of, last_day
from campana.tenancy import system_scope
from support.calls import attempt, bare_campaign
from support.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("zone", ["Europe/Prague", "Asia/Ho_Chi_Minh", "America/New_York"])
def test_the_last_day_is_shown_as_it_was_or_not_at_all(cast: Cast, zone: str) -> None:
    with system_scope():
        campaign = bare_campaign(cast.lumen)
        friday = datetime(2030, 1, 4, 9, tzinfo=ZoneInfo(zone))
        for hour in range(8):
            attempt(campaign, cast.alice_agent, began_at=friday + timedelta(hours=hour, minutes=5))
        for days, hour, seen in ((2, 23, 8), (3, 13, 0)):
            now = datetime(2030, 1, 4 + days, hour, tzinfo=ZoneInfo(zone))
            fold_tallies(now=now)
            day = last_day(campaign, zone, now)
            assert [found.attempts for found in day.hours] == [1] * seen
            assert day.attempts == seen


def test_the_hour_that_comes_twice_is_two(cast: Cast) -> None:
    with system_scope():
        campaign = bare_campaign(cast.lumen)
        for at in ("26T22:30", "27T00:30", "27T01:30", "27T02:30"):
            attempt(campaign, cast.alice_agent, began_at=datetime.fromisoformat(f"2030-10-{at}+00:00"))
        hours = day_of(campaign.tallies.all(), date(2030, 10, 27), "Europe/Prague").hours
        assert [(f"{hour.start:%H}", hour.attempts) for hour in hours] == [
            ("00", 1), ("01", 0), ("02", 1), ("02", 1), ("03", 1)
        ]  # fmt: skip
        for at in ("30T23:30", "31T01:30"):
            attempt(campaign, cast.alice_agent, began_at=datetime.fromisoformat(f"2030-03-{at}+00:00"))
        hours = day_of(campaign.tallies.all(), date(2030, 3, 31), "Europe/Prague").hours
        assert [(f"{hour.start:%H}", hour.attempts) for hour in hours] == [("00", 1), ("01", 0), ("03", 1)]
