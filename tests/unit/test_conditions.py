"""The condition language: what it accepts, what it refuses and where, what it means in memory."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from campana.conditions import BadCondition, Field, Kind, Moment, Registry, as_json, matches, parse

FIELDS = Registry(
    [
        Field("company", Kind.TEXT),
        Field("debt", Kind.NUMBER),
        Field("born", Kind.DATE),
        Field("created_at", Kind.INSTANT),
        Field("vip", Kind.YES_NO),
        Field("stage", Kind.CHOICE),
        Field("group", Kind.MANY),
    ]
)
MOMENT = Moment(datetime(2030, 1, 10, 3, tzinfo=UTC), "Asia/Ho_Chi_Minh")


def holds(field: str, op: str, value: Any, have: Any) -> bool:
    source = {"field": field, "op": op} if value is None else {"field": field, "op": op, "value": value}
    return matches(parse(source, FIELDS), {field: have}, FIELDS, MOMENT)


@pytest.mark.parametrize(
    ("source", "path", "code"),
    [
        ([], "", "not_an_object"),
        ({"all": {}}, "all", "not_a_list"),
        ({"all": [{"any": [3]}]}, "all[0].any[0]", "not_an_object"),
        ({"all": [], "any": []}, "", "unknown_key"),
        ({"field": "colour", "op": "is", "value": "red"}, "field", "unknown_field"),
        ({"field": ["company"], "op": "is", "value": "red"}, "field", "unknown_field"),
        ({"all": [{"field": "company", "op": "like", "value": "x"}]}, "all[0].op", "unknown_operator"),
        ({"field": "company", "op": "less", "value": 3}, "op", "wrong_operator"),
        ({"field": "company", "op": "is"}, "value", "value_not_text"),
        ({"field": "company", "op": "is", "value": "\x00"}, "value", "value_not_text"),
        ({"field": "company", "op": "is_empty", "value": "x"}, "value", "value_not_wanted"),
        ({"field": "debt", "op": "more", "value": True}, "value", "value_not_a_number"),
        ({"field": "debt", "op": "more", "value": float("nan")}, "value", "value_not_a_number"),
        ({"field": "debt", "op": "in", "value": [1, "2"]}, "value[1]", "value_not_a_number"),
        ({"field": "debt", "op": "in", "value": []}, "value", "value_not_a_list"),
        ({"field": "born", "op": "before", "value": "31.1.2030"}, "value", "value_not_a_date"),
        ({"field": "created_at", "op": "in_last_days", "value": -1}, "value", "value_not_days"),
        ({"field": "vip", "op": "is", "value": "yes"}, "value", "value_not_yes_no"),
        ({"field": "vip", "op": "is", "value": True, "sql": "1"}, "", "unknown_key"),
    ],
)
def test_a_broken_condition_is_refused_with_its_path(source: Any, path: str, code: str) -> None:
    with pytest.raises(BadCondition) as refused:
        parse(source, FIELDS)
    assert (refused.value.problem.path, refused.value.problem.code) == (path, code)


def test_a_condition_nested_too_deep_is_refused() -> None:
    source: dict[str, Any] = {"field": "vip", "op": "is", "value": True}
    for _ in range(8):
        source = {"all": [source]}
    with pytest.raises(BadCondition, match="too_deep"):
        parse(source, FIELDS)


def test_an_empty_condition_matches_everything() -> None:
    assert matches(parse({}, FIELDS), {}, FIELDS, MOMENT)
    assert not matches(parse({"any": []}, FIELDS), {}, FIELDS, MOMENT)


def test_a_tree_written_out_reads_back_the_same() -> None:
    source = {
        "any": [
            {"all": [{"field": "debt", "op": "more", "value": 1.5}, {"field": "group", "op": "in", "value": ["7"]}]},
            {"field": "born", "op": "before", "value": "2000-01-01"},
            {"field": "company", "op": "is_empty"},
        ]
    }
    tree = parse(source, FIELDS)
    assert as_json(tree) == source
    assert parse(as_json(tree), FIELDS) == tree


@pytest.mark.parametrize(
    ("field", "op", "value", "have", "expected"),
    [
        ("company", "contains", "ŘEHOŘ", "Firma Řehoř s.r.o.", True),
        ("company", "starts_with", "đặng", "ĐẶNG Corp", True),
        ("company", "is_not", "acme", None, True),
        ("company", "is_empty", None, None, True),
        ("debt", "less", 10, 9.99, True),
        ("debt", "less", 10, None, False),
        ("debt", "is_not", 10, None, True),
        ("born", "after", "1990-01-01", "1990-01-01", False),
        ("vip", "is_not", True, None, True),
        ("stage", "in", ["lead"], "lead", True),
        ("group", "is", 7, {"7", "9"}, True),
        ("group", "not_in", [7, 8], {"9"}, True),
        # 10 January begins in Ho Chi Minh City at 17:00 UTC of the 9th.
        ("created_at", "is", "2030-01-10", datetime(2030, 1, 9, 17, tzinfo=UTC), True),
        ("created_at", "is", "2030-01-10", datetime(2030, 1, 9, 16, 59, tzinfo=UTC), False),
        ("created_at", "in_last_days", 0, datetime(2030, 1, 9, 17, tzinfo=UTC), True),
        ("created_at", "in_last_days", 1, datetime(2030, 1, 8, 16, tzinfo=UTC), False),
    ],
)
def test_a_condition_means_what_it_says(field: str, op: str, value: Any, have: Any, expected: bool) -> None:
    assert holds(field, op, value, have) is expected
