"""The engine's statements are planned once, and find every row by an index, however few rows there were by then."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.db import connection

from campana.sim.callees import MixedCallees
from campana.tenancy import system_scope
from support import shift
from support.campaigns import approved, contacts
from support.cast import Cast

pytestmark = pytest.mark.django_db

ALL_ROWS = re.compile(r"Seq Scan on (calls|campaigns_task|crm|workforce_agent)|Hash Join|Merge Join")


@pytest.fixture
def statements(cast: Cast) -> Iterator[list[tuple[str, int, int]]]:
    """What a shift prepared: the statement, how often its kept plan was used, how often it was planned anew."""
    with system_scope():
        approved(cast, contacts(cast.lumen, 40), max_attempts=2, agents=shift.people(cast))
        shift.run(cast, MixedCallees(seed=1), 1800).finish()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT statement, generic_plans, custom_plans FROM pg_prepared_statements WHERE NOT from_sql"
            )
            yield cursor.fetchall()


def test_nothing_is_planned_anew(statements: list[tuple[str, int, int]]) -> None:
    used = {statement: kept for statement, kept, _ in statements}
    assert any("UPDATE calls_attempt" in statement and kept > 20 for statement, kept in used.items())
    assert any("INSERT INTO calls_livecall" in statement and kept > 20 for statement, kept in used.items())
    assert [statement for statement, _, anew in statements if anew] == []


def test_no_plan_reads_a_table_from_end_to_end(statements: list[tuple[str, int, int]]) -> None:
    plans = {}
    with connection.cursor() as cursor:
        for statement, _, _ in statements:
            cursor.execute("EXPLAIN (GENERIC_PLAN) " + statement)
            plans[statement] = "\n".join(row[0] for row in cursor.fetchall())
    assert len(plans) > 8
    assert {statement: plan for statement, plan in plans.items() if ALL_ROWS.search(plan)} == {}
