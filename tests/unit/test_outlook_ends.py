"""The end that a forecast tells is one that a simulated campaign had, not a moment between two of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from campana.sim.campaign.outlook import _instant


def test_an_end_told_is_no_moment_of_the_night_between_two_days() -> None:
    evening = datetime(2030, 1, 11, 17, 50, tzinfo=UTC)  # a Friday
    monday = datetime(2030, 1, 14, 9, 10, tzinfo=UTC)
    ends = [evening.timestamp()] * 4 + [monday.timestamp()] * 4
    never = (monday + timedelta(days=90)).timestamp()
    told = {_instant(ends, share, never) for share in (0.1, 0.5, 0.55, 0.9)}
    assert told <= {evening, monday}
