"""Working-hours profile and hour grid become one schedule (CAM-429)."""

from __future__ import annotations

from datetime import UTC, date, datetime

from campana.kernel.windows import Period, Schedule, common

MONDAY_TEN = datetime(2030, 1, 7, 10, tzinfo=UTC)


def test_two_sets_of_hours_share_their_common_minutes() -> None:
    profile = [Period(0, 8 * 60, 17 * 60), Period(1, 8 * 60, 17 * 60)]
    grid = [Period(0, 9 * 60, 12 * 60), Period(0, 16 * 60, 20 * 60), Period(2, 0, 60)]
    assert common(profile, grid) == (Period(0, 540, 720), Period(0, 960, 1020))


def test_hours_that_touch_share_nothing() -> None:
    assert common([Period(0, 0, 60)], [Period(0, 60, 120)]) == ()


def test_no_hours_at_all_restrict_nothing() -> None:
    assert Schedule.of([], []).unrestricted
    assert Schedule.of([], [Period(0, 0, 60)]).periods == (Period(0, 0, 60),)


def test_hours_without_a_common_minute_are_never_open() -> None:
    schedule = Schedule.of([Period(0, 0, 60)], [Period(1, 0, 60)])
    assert not schedule.unrestricted
    assert not schedule.is_open(MONDAY_TEN, "UTC")
    assert schedule.next_change(MONDAY_TEN, "UTC") is None
    assert schedule.next_open(MONDAY_TEN, "UTC") is None


def test_a_holiday_closes_an_open_day() -> None:
    open_days = [Period(0, 9 * 60, 18 * 60)]
    assert Schedule.of(open_days).is_open(MONDAY_TEN, "UTC")
    assert not Schedule.of(open_days, holidays=[date(2030, 1, 7)]).is_open(MONDAY_TEN, "UTC")


def test_a_callee_elsewhere_has_the_holidays_of_his_own_zone() -> None:
    monday, tuesday = date(2030, 1, 7), date(2030, 1, 8)
    schedule = Schedule.of(
        [Period(day, 9 * 60, 18 * 60) for day in range(5)],
        holidays=[monday],
        abroad={"Asia/Ho_Chi_Minh": frozenset({tuesday})},
    )
    assert not schedule.is_open(MONDAY_TEN, "Europe/Prague")
    assert not schedule.is_open(MONDAY_TEN, "America/New_York"), "of no known country: the organisation's days hold"
    assert schedule.is_open(MONDAY_TEN.replace(hour=3), "Asia/Ho_Chi_Minh")
    assert not schedule.is_open(MONDAY_TEN.replace(day=8, hour=3), "Asia/Ho_Chi_Minh")
    assert schedule.next_open(MONDAY_TEN.replace(hour=12), "Asia/Ho_Chi_Minh") == MONDAY_TEN.replace(day=9, hour=2)


def test_a_calendar_of_other_countries_alone_restricts_too() -> None:
    schedule = Schedule.of(abroad={"Asia/Ho_Chi_Minh": frozenset({date(2030, 1, 7)})})
    assert not schedule.unrestricted
    assert schedule.is_open(MONDAY_TEN, "Europe/Prague")
    assert not schedule.is_open(MONDAY_TEN, "Asia/Ho_Chi_Minh")
