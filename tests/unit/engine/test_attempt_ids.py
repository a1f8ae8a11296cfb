"""Ids of attempts: unique without asking anybody, and growing with time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from campana.kernel.ids import TIMED, AttemptIds, attempt_id, customer_leg, first_attempt_at, leg_attempt

NOW = datetime(2026, 11, 30, 23, 59, 59, 900_000, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_ids_grow_with_time_whoever_gives_them() -> None:
    young, old = AttemptIds(7_000_000), AttemptIds(3)
    given = [young.new(NOW), old.new(NOW + SECOND), young.new(NOW + 2 * SECOND), AttemptIds(1).new(NOW + 3 * SECOND)]
    assert given == sorted(given)


def test_a_second_in_which_all_are_given_away_borrows_from_the_next() -> None:
    ids = AttemptIds(5)
    given = [ids.new(NOW) for _ in range(10_000)] + [ids.new(NOW + SECOND), ids.new(NOW + 9 * SECOND)]
    assert given == sorted(set(given))
    assert given[4095] < first_attempt_at(NOW + SECOND) <= given[4096]


def test_a_clock_that_goes_back_gives_no_id_twice() -> None:
    ids = AttemptIds(5)
    given = [ids.new(NOW + timedelta(seconds=n)) for n in (0, 5, -20, -3600, 4, 5, 6)]
    assert given == sorted(set(given))


def test_two_engines_in_one_second_give_different_ids() -> None:
    first, second = AttemptIds(41), AttemptIds(42)
    assert not {first.new(NOW) for _ in range(4096)} & {second.new(NOW) for _ in range(4096)}


def test_months_are_cut_where_their_first_attempt_may_be() -> None:
    december = first_attempt_at(datetime(2026, 12, 1, tzinfo=UTC))
    ids = AttemptIds((1 << 20) - 1)
    assert TIMED < ids.new(NOW) < december <= ids.new(NOW + SECOND / 10)


def test_a_leg_names_its_attempt() -> None:
    attempt = AttemptIds(99).new(NOW)
    assert leg_attempt(customer_leg(attempt)) == attempt < 1 << 63


@pytest.mark.parametrize(("second", "count"), [(1 << 31, 0), (-1, 0), (1, 4096)])
def test_what_does_not_fit_is_no_id(second: int, count: int) -> None:
    with pytest.raises(ValueError, match="out of range"):
        attempt_id(second, 1, count)
