"""The arrays of the journal, read back by the database."""

from __future__ import annotations

import pytest
from django.db import connection

from campana.runtime.journal.columns import array

pytestmark = pytest.mark.django_db
TEXTS = ["", "NULL", "a,b", "{}", 'say "so"', "back\\slash", "\\", "'; --", "Đặng\n", " spaces ", None]


def test_texts_come_back_as_they_went() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::text[]", [array(TEXTS)])
        [row] = cursor.fetchall()
    assert row[0] == TEXTS


def test_truths_and_numbers_come_back_as_they_went() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT %s::bool[], %s::bigint[], %s::float8[]", [array([True, None]), array([2**40]), array([0.1])]
        )
        [row] = cursor.fetchall()
    assert row == ([True, None], [2**40], [0.1])
