"""A condition means the same in memory and in PostgreSQL, whatever the data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campana.conditions import Moment, matches, parse, to_q
from campana.conditions.fields import Kind, Operator
from campana.crm.models import Contact, ContactGroup, ContactGroupMember, CustomField
from campana.crm.queries.contacts import matching
from campana.crm.queries.fields import contact_fields
from campana.tenancy import organisation_scope
from support.campaigns import contacts, suppress
from support.cast import NOW, Cast

TEXTS = st.one_of(
    st.sampled_from(
        ["", "Acme", "ACME s.r.o.", "Řehoř", "ĐẶNG", "алёна", "100%", "a_b\\", "'; DROP TABLE", "İstanbul", "ΣΣ", "ß"]
    ),
    st.text(st.characters(codec="utf-8", max_codepoint=0x24F, exclude_characters="\x00"), max_size=5),
)
NUMBERS = st.one_of(st.integers(-5, 5), st.sampled_from([0.1, 2.5, -1e9, 1e15]))
DAYS = st.dates(datetime(2029, 12, 30).date(), datetime(2030, 1, 12).date()).map(str)  # noqa: DTZ001
INSTANTS = st.integers(-14 * 48, 48).map(lambda halves: NOW + timedelta(minutes=30 * halves))
CHOICES = st.sampled_from(["", "Fibre 100", "Fibre 300"])
GROUPS = st.sets(st.sampled_from([0, 1, 2]))

RECORDS = st.fixed_dictionaries(
    {"company": TEXTS, "created_at": INSTANTS, "groups": GROUPS},
    optional={"note": TEXTS, "debt": NUMBERS, "ends": DAYS, "plan": CHOICES, "vip": st.booleans()},
)
VALUES: dict[Kind, Any] = {
    Kind.TEXT: TEXTS,
    Kind.NUMBER: NUMBERS,
    Kind.DATE: DAYS,
    Kind.INSTANT: DAYS,
    Kind.CHOICE: CHOICES,
    Kind.YES_NO: st.booleans(),
}
ASKED = {
    "company": Kind.TEXT,
    "created_at": Kind.INSTANT,
    "fields.note": Kind.TEXT,
    "fields.debt": Kind.NUMBER,
    "fields.ends": Kind.DATE,
    "fields.plan": Kind.CHOICE,
    "fields.vip": Kind.YES_NO,
    "group": Kind.MANY,
}


@pytest.fixture
def lumen(cast: Cast) -> Iterator[Cast]:
    with organisation_scope(cast.lumen.pk):
        for key, kind in (("note", "text"), ("debt", "number"), ("ends", "date"), ("vip", "yes_no")):
            CustomField.objects.create(organisation=cast.lumen, key=key, label=key, type=kind)
        CustomField.objects.create(
            organisation=cast.lumen, key="plan", label="plan", type="list", choices=["Fibre 100"]
        )
        for name in "abc":
            ContactGroup.objects.create(organisation=cast.lumen, name=name, created_at=NOW)
        yield cast


@st.composite
def conditions(draw: st.DrawFn, groups: list[str], depth: int = 2) -> dict[str, Any]:
    if depth and draw(st.booleans()):
        word = draw(st.sampled_from(["all", "any"]))
        return {word: draw(st.lists(conditions(groups, depth - 1), max_size=3))}
    key = draw(st.sampled_from(sorted(ASKED)))
    kind = ASKED[key]
    from campana.conditions.fields import OPERATORS

    op = draw(st.sampled_from(sorted(OPERATORS[kind])))
    test: dict[str, Any] = {"field": key, "op": op.value}
    value = st.sampled_from([*groups, "999"]) if kind is Kind.MANY else VALUES[kind]
    if op in {Operator.IN, Operator.NOT_IN}:
        test["value"] = draw(st.lists(value, min_size=1, max_size=3))
    elif op is Operator.IN_LAST_DAYS:
        test["value"] = draw(st.integers(0, 9))
    elif op not in {Operator.IS_EMPTY, Operator.IS_NOT_EMPTY}:
        test["value"] = draw(value)
    return test


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    records=st.lists(RECORDS, min_size=1, max_size=4), data=st.data(), zone=st.sampled_from(["UTC", "Asia/Ho_Chi_Minh"])
)
def test_both_ends_of_the_language_agree(
    lumen: Cast, records: list[dict[str, Any]], data: st.DataObject, zone: str
) -> None:
    Contact.objects.all().delete()
    groups = list(ContactGroup.objects.order_by("name"))
    registry = contact_fields(lumen.lumen)
    source = data.draw(conditions([str(group.pk) for group in groups]))
    tree, moment = parse(source, registry), Moment(NOW, zone)
    expected = set()
    for record in records:
        contact = Contact.objects.create(
            organisation=lumen.lumen,
            company=record["company"],
            fields={key: record[key] for key in ("note", "debt", "ends", "plan", "vip") if key in record},
            created_at=record["created_at"],
            updated_at=NOW,
        )
        for index in record["groups"]:
            ContactGroupMember.objects.create(organisation=lumen.lumen, contact=contact, group=groups[index])
        asked = {
            "company": record["company"],
            "created_at": record["created_at"],
            "group": {str(groups[index].pk) for index in record["groups"]},
            **{f"fields.{key}": value for key, value in contact.fields.items()},
        }
        if matches(tree, asked, registry, moment):
            expected.add(contact.pk)
    found = Contact.objects.filter(to_q(tree, registry, moment)).values_list("pk", flat=True)
    assert set(found) == expected, source


def test_values_never_become_sql(lumen: Cast) -> None:
    registry = contact_fields(lumen.lumen)
    evil = "x' OR '1'='1'; DROP TABLE crm_contact; --"
    tree = parse({"all": [{"field": "company", "op": "contains", "value": evil}]}, registry)
    sql, parameters = Contact.objects.filter(
        to_q(tree, registry, Moment(datetime(2030, 1, 1, tzinfo=UTC)))
    ).query.sql_with_params()
    assert "DROP" not in sql
    assert evil.lower() in parameters


def test_an_entry_that_is_over_or_begins_later_keeps_nobody_from_being_called(lumen: Cast) -> None:
    barred, over, later, free = contacts(lumen.lumen, 4)
    suppress(lumen.lumen, contact=barred, reason="complaint")
    week = timedelta(days=7)
    suppress(lumen.lumen, contact=over, reason="complaint", starts_at=NOW - 2 * week, ends_at=NOW - week)
    suppress(lumen.lumen, contact=later, reason="complaint", starts_at=NOW + week)
    found = matching(lumen.lumen, {"field": "suppression", "op": "is_empty"}, NOW)
    assert set(found) == {over, later, free}
    assert set(matching(lumen.lumen, {"field": "suppression", "op": "is", "value": "complaint"}, NOW)) == {barred}
