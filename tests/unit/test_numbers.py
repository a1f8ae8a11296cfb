"""Numbers as people and spreadsheets write them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campana.crm.numbers import NumberProblem, Reader, read_number
from campana.crm.numbers.plans import _region_ignores_tail


@pytest.mark.parametrize(
    "raw",
    [
        "0912 345 678",
        "84912345678",
        "+84 912 345 678",
        "0084912345678",
        "(091) 234-5678",
        "'0912345678",
        "84912345678.0",
        "tel:+84-912-345-678",
        "+84\u00a0912\u2011345\u2011678",
        "０９１２３４５６７８",
        "+84 (0)912 345 678",
    ],
)
def test_every_way_of_writing_it_is_the_same_number(raw: str) -> None:
    reading = read_number(raw, "VN")
    assert (reading.number, reading.kind, reading.time_zone) == ("84912345678", "mobile", "Asia/Ho_Chi_Minh")
    assert Reader("VN")(raw) == reading


@pytest.mark.parametrize(
    ("raw", "country", "problem"),
    [
        ("", "VN", NumberProblem.EMPTY),
        ("  ", "VN", NumberProblem.EMPTY),
        ("8.49E+10", "VN", NumberProblem.SPREADSHEET_DAMAGE),
        ("8,49E+10", "VN", NumberProblem.SPREADSHEET_DAMAGE),
        ("6E8", "VN", NumberProblem.SPREADSHEET_DAMAGE),
        ("########", "VN", NumberProblem.SPREADSHEET_DAMAGE),
        ("ask Jana", "CZ", NumberProblem.NOT_A_NUMBER),
        ("=84912345678", "VN", NumberProblem.NOT_A_NUMBER),
        ("0912345678", "", NumberProblem.NO_COUNTRY_CODE),
        ("912345678", "", NumberProblem.NO_COUNTRY_CODE),
        ("+999123456789", "", NumberProblem.UNKNOWN_COUNTRY),
        ("+84912", "", NumberProblem.TOO_SHORT),
        ("+8491234", "", NumberProblem.TOO_SHORT),
        ("+8491234567890123", "", NumberProblem.TOO_LONG),
        ("091234567890", "VN", NumberProblem.TOO_LONG),
        ("113", "VN", NumberProblem.EMERGENCY),
        ("112", "CZ", NumberProblem.EMERGENCY),
        ("19001", "VN", NumberProblem.SHORT),
        ("+420906123456", "", NumberProblem.PREMIUM),
    ],
)
def test_what_can_not_be_called_is_named(raw: str, country: str, problem: NumberProblem) -> None:
    reading = read_number(raw, country)
    assert (reading.problem, reading.number) == (problem, "")
    assert Reader(country)(raw) == reading


def test_a_number_completed_by_the_default_country_is_flagged() -> None:
    assert read_number("0912345678", "VN").completed
    assert not read_number("84912345678", "VN").completed
    assert not read_number("+84912345678", "VN").completed


def test_a_foreign_number_with_its_bare_country_code_beats_the_default_country() -> None:
    assert read_number("84912345678", "CZ").number == "84912345678"
    assert read_number("420600000274", "CZ").number == "420600000274"
    assert read_number("447700900412", "").number == "447700900412"


def test_a_zone_is_given_only_where_there_is_one() -> None:
    assert read_number("+79161234567").time_zone == ""
    assert read_number("+12125550123").time_zone == "America/New_York"
    assert read_number("+420601123456").time_zone == "Europe/Prague"


def test_the_fast_reader_really_remembers_common_plans() -> None:
    assert all(_region_ignores_tail(region) for region in ("VN", "CZ"))
    reader = Reader("VN")
    reader("0912345678")
    assert reader("0912349999").number == "84912349999"
    assert len(reader._known) == 1


COUNTRIES = ["", "VN", "CZ", "RU", "US", "GB", "DE", "IT"]
PREFIXES = [
    "849",
    "0",
    "09",
    "+84",
    "0084",
    "420",
    "+420",
    "6",
    "+7",
    "8",
    "7",
    "+1",
    "1",
    "+44",
    "44",
    "0039",
    "+39",
    "+49",
]


@settings(max_examples=400, deadline=None)
@given(
    country=st.sampled_from(COUNTRIES),
    typed=st.lists(
        st.tuples(
            st.sampled_from(PREFIXES),
            st.text("0123456789", min_size=1, max_size=11),
            st.sampled_from(["", " ", "-", ".", "E", ".0"]),
        ),
        min_size=1,
        max_size=4,
    ),
    tails=st.lists(st.text("0123456789", min_size=4, max_size=4), min_size=2, max_size=5),
)
def test_the_fast_reader_agrees_with_the_numbering_plans(
    country: str, typed: list[tuple[str, str, str]], tails: list[str]
) -> None:
    reader = Reader(country)
    for prefix, middle, mark in typed:
        for tail in tails:
            raw = f"{prefix}{middle}{mark}{tail}"
            assert reader(raw) == read_number(raw, country), raw
