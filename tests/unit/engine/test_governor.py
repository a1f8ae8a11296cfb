"""What was lost against what may be lost: the last 200 answers and the window of the law."""

from __future__ import annotations

from datetime import timedelta

from campana.engine.pacing import pickup_rate
from campana.engine.pacing.governor import Answer, Counted, Governor, Standing
from campana.engine.words import BudgetWindow, Governed
from campana.kernel.clock import Instant
from support.dialler import MONDAY


def stand(
    governor: Governor,
    *,
    limit: float | None = 0.03,
    governed: Governed = Governed.ABANDONED,
    window: BudgetWindow = BudgetWindow.DAYS_30,
    now: Instant = MONDAY,
    zone: str = "UTC",
    chance: bool = False,
) -> Standing:
    return governor.standing(limit=limit, governed=governed, window=window, zone=zone, now=now, allow_for_chance=chance)


def heard(governor: Governor, answers: int, lost: int, at: Instant = MONDAY) -> Governor:
    """The lost ones come last."""
    for number in range(answers):
        abandoned = number >= answers - lost
        governor.count(Answer(at, abandoned, late=abandoned))
    return governor


def test_one_more_than_the_limit_allows_is_over_it() -> None:
    assert not stand(heard(Governor(), 100, 3)).over
    assert stand(heard(Governor(), 100, 4)).over


def test_a_campaign_without_a_limit_is_never_over_it() -> None:
    assert not stand(heard(Governor(), 10, 10), limit=None).over


def test_it_goes_on_when_the_rate_is_below_the_limit_again() -> None:
    governor = heard(Governor(), 20, 1)
    assert stand(governor).over
    heard(governor, 14, 0)
    assert not stand(governor).over


def test_a_good_month_does_not_excuse_a_bad_hour_of_a_plain_ratio() -> None:
    governor = Governor()
    governor.remember([], [Counted(MONDAY - timedelta(days=3), 10_000, 100, 100)])
    heard(governor, 50, 3)
    assert not stand(governor, chance=True).over
    assert stand(governor).over


def test_what_chance_can_not_explain_stops_adaptive_until_it_is_within_the_limit() -> None:
    governor = Governor()
    governor.remember([], [Counted(MONDAY - timedelta(days=3), 10_000, 0, 0)])
    heard(governor, 200, 14)
    assert stand(governor, chance=True).over
    heard(governor, 190, 0)
    assert stand(governor, chance=True).over  # ten of fourteen are still among the last 200
    heard(governor, 10, 0)
    assert not stand(governor, chance=True).over


def test_the_window_of_the_law_decides_how_long_a_bad_day_is_remembered() -> None:
    governor = Governor()
    governor.remember([], [Counted(MONDAY - timedelta(hours=20), 100, 10, 10)])
    assert stand(governor, window=BudgetWindow.DAYS_30).over
    assert stand(governor, window=BudgetWindow.HOURS_24).over
    assert not stand(governor, window=BudgetWindow.DAY).over
    later = MONDAY + timedelta(hours=6)
    assert not stand(governor, window=BudgetWindow.HOURS_24, now=later).over
    assert stand(governor, window=BudgetWindow.DAYS_30, now=later).over
    assert not stand(governor, window=BudgetWindow.DAYS_30, now=MONDAY + timedelta(days=31)).over


def test_the_campaigns_day_begins_at_midnight_on_the_organisations_wall() -> None:
    governor = Governor()
    governor.remember([], [Counted(MONDAY - timedelta(hours=17, minutes=30), 100, 10, 10)])  # 15:30 UTC on Sunday
    assert not stand(governor, window=BudgetWindow.DAY, zone="UTC").over
    assert not stand(governor, window=BudgetWindow.DAY, zone="Asia/Ho_Chi_Minh").over  # 22:30 on Sunday
    assert stand(governor, window=BudgetWindow.DAY, zone="Pacific/Auckland").over  # 04:30 on Monday


def test_either_figure_may_be_the_governed_one() -> None:
    governor = Governor()
    for _ in range(10):
        governor.count(Answer(MONDAY, abandoned=False, late=True))
    assert not stand(governor).over
    assert stand(governor, governed=Governed.LATE).over
    assert stand(governor).left(0.03) == 0.3


def test_fifty_per_cent_and_four_agents_are_eight_calls() -> None:
    assert pickup_rate.allowance(free=4, pending=0, rate=50) == 8
    assert pickup_rate.allowance(free=4, pending=5, rate=50) == 3
    assert pickup_rate.allowance(free=1, pending=0, rate=30) == 4
    assert pickup_rate.allowance(free=3, pending=0, rate=100) == 3
    assert pickup_rate.allowance(free=0, pending=2, rate=50) == 0
