"""Times as they are typed: what clocks of a zone show, and what they never show."""

from __future__ import annotations

import pytest

from campana.kernel.wall_clock import NoSuchHour, UnreadableTime, typed_moment

PRAGUE = "Europe/Prague"


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2030-01-07T09:00", "2030-01-07T08:00:00+00:00"),
        ("2030-03-31T01:59", "2030-03-31T00:59:00+00:00"),
        ("2030-03-31T03:00", "2030-03-31T01:00:00+00:00"),
        ("2030-10-27T02:30", "2030-10-27T00:30:00+00:00"),  # the first of two
    ],
)
def test_a_time_is_the_instant_at_which_clocks_show_it(written: str, utc: str) -> None:
    at = typed_moment(written, PRAGUE, field="start_at")
    assert at is not None
    assert at.isoformat() == utc


def test_an_hour_that_is_left_out_is_none() -> None:
    with pytest.raises(NoSuchHour) as refused:
        typed_moment("2030-03-31T02:30", PRAGUE, field="start_at")
    assert refused.value.field == "start_at"
    assert typed_moment("2030-03-31T02:30", "Asia/Ho_Chi_Minh", field="start_at") is not None


@pytest.mark.parametrize("written", ["never", "2030-02-30T09:00", "0001-01-01T00:30", "2030-01-07T25:00"])
def test_what_is_no_time_is_refused(written: str) -> None:
    with pytest.raises(UnreadableTime):
        typed_moment(written, PRAGUE, field="start_at")


def test_nothing_written_is_no_time() -> None:
    assert typed_moment("", PRAGUE, field="start_at") is None
