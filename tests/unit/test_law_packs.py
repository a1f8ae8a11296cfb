"""Packs of a country's law: the file, and where settings are looser than it."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from campana.accounts.law.compare import CampaignRules, Point, Stricter, looser, stricter, within
from campana.accounts.law.packs import BadPack, Duty, Fact, Pack, packs, read
from campana.accounts.law.words import COUNTS, WINDOWS, duty_words
from campana.engine.words import BudgetWindow, Governed
from campana.kernel.windows import Period


def every_day(start: int, end: int) -> tuple[Period, ...]:
    return tuple(Period(day, start * 60, end * 60) for day in range(7))


US, VN = packs()["US"], packs()["VN"]
LAWFUL = CampaignRules(
    dials_ahead=True,
    limit=0.03,
    window=BudgetWindow.DAYS_30,
    governed=Governed.LATE,
    ring=15,
    message=True,
    attempts_a_day=9,
    hours=every_day(9, 20),
    callees_clock=True,
)


def test_every_pack_loads_and_every_fact_names_its_source() -> None:
    assert set(packs()) == {"US", "GB", "VN", "CZ", "RU"}
    for pack in packs().values():
        facts = [getattr(pack, each.name) for each in fields(Pack)]
        given = [fact for fact in facts if isinstance(fact, Fact)]
        assert all(fact.source for fact in [*given, *pack.duties])
        assert given or pack.duties


def test_whatever_a_pack_says_has_words() -> None:
    assert set(WINDOWS) == set(BudgetWindow)
    assert set(COUNTS) == set(Governed)
    assert {task.duty for pack in packs().values() for task in pack.duties} == set(Duty), "a duty no pack names"
    assert all(duty_words(task) for pack in packs().values() for task in pack.duties)


@pytest.mark.parametrize(
    "text",
    [
        "[usa]",
        "[US.colour]\nvalue = 1\nsource = 'x'",
        "[US.window]\nvalue = 'week'\nsource = 'x'",
        "[US.governed]\nvalue = 'all'\nsource = 'x'",
        "[US.ring]\nvalue = 15",
        "[US.ring]\nvalue = 15\nsource = ' '",
        "[US.ring]\nvalue = true\nsource = 'x'",
        "[US.most_abandoned]\nvalue = 3\nsource = 'x'",
        "[US.hours]\nvalue = '21:00-08:00'\nsource = 'x'",
        "[US.hours]\nvalue = '8-21'\nsource = 'x'",
        "[[US.duties]]\nduty = 'pray'\nsource = 'x'",
        "[[US.duties]]\nduty = 'records'",
        "[US",
    ],
)
def test_a_file_that_makes_no_sense_is_not_loaded(text: str) -> None:
    with pytest.raises(BadPack):
        read(text)


def test_a_campaign_that_keeps_the_law_is_not_looser() -> None:
    assert looser(US, LAWFUL) == []
    assert looser(packs()["CZ"], replace(LAWFUL, limit=None, hours=(), ring=1)) == [], "the pack sets nothing of that"


@pytest.mark.parametrize(
    ("changed", "point"),
    [
        ({"limit": None}, Point.LIMIT),
        ({"limit": 0.031}, Point.LIMIT),
        ({"window": BudgetWindow.DAY}, Point.WINDOW),
        ({"governed": Governed.ABANDONED}, Point.GOVERNED),
        ({"message": False}, Point.MESSAGE),
        ({"ring": 14}, Point.RING),
        ({"hours": ()}, Point.HOURS),
        ({"hours": every_day(8, 22)}, Point.HOURS),
        ({"callees_clock": False}, Point.CLOCK),
    ],
)
def test_each_point_of_the_law_is_told_apart(changed: dict[str, object], point: Point) -> None:
    assert looser(US, replace(LAWFUL, **changed)) == [point]  # type: ignore[arg-type]


def test_who_does_not_dial_ahead_abandons_nobody_by_his_pace() -> None:
    assert looser(US, replace(LAWFUL, dials_ahead=False, limit=None, message=False, window=BudgetWindow.DAY)) == []


def test_calls_a_day_are_compared_where_a_pack_limits_them() -> None:
    rules = replace(LAWFUL, hours=every_day(9, 17))
    assert looser(VN, rules) == [Point.CALLS_A_DAY]
    assert looser(VN, replace(rules, attempts_a_day=1)) == []


def test_the_stricter_figure_is_no_looser_one() -> None:
    pack = replace(US, governed=Fact(Governed.ABANDONED, "x"))
    assert looser(pack, LAWFUL) == []


def test_hours_are_within_the_laws_or_not() -> None:
    law = every_day(8, 17)
    assert within(law, law)
    assert within([Period(0, 500, 600)], law)
    assert not within([Period(0, 479, 600)], law)
    assert not within((), law)


def test_what_is_taken_over_never_gets_looser() -> None:
    law = every_day(8, 17)
    assert stricter(VN, cap=0, hours=()) == Stricter(1, law)
    assert stricter(VN, cap=5, hours=law) == Stricter(1)
    assert not stricter(VN, cap=1, hours=every_day(9, 12))
    assert stricter(VN, cap=1, hours=[Period(0, 0, 540), Period(1, 600, 1200)]).hours == (
        Period(0, 480, 540),
        Period(1, 600, 1020),
    )
    assert stricter(US, cap=0, hours=()).cap is None, "no pack, no cap"
    assert stricter(VN, cap=1, hours=every_day(20, 22)).hours == (), "nothing is left, which is refused"
