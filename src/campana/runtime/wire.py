"""Statements of the engine on their way to the database: prepared once, sent together, answered together.

Inside ``together`` nothing waits for an answer until somebody reads one: a step of the engine costs two or three
journeys instead of twenty. Outside of it the same statements are carried out one after another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from django.db import connection

Answer = psycopg.Cursor[tuple[Any, ...]]

_PLANS: Final = """
SELECT set_config('plan_cache_mode', 'force_generic_plan', false),
    set_config('enable_seqscan', 'off', false),
    set_config('enable_hashjoin', 'off', false),
    set_config('enable_mergejoin', 'off', false)
"""


def keep_plans() -> None:
    """Plan each of the engine's statements once a connection, and let them find every row by an index.

    Left alone PostgreSQL plans them anew each time, because a plan that knows the ids need not look at all parts of the
    attempts; for a small team that took longer than the statements themselves. A plan that is kept knows no sizes: it
    must not read a table that was small when it was made, nor all attempts between the oldest and newest of a batch.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PLANS)


@contextmanager
def together() -> Iterator[None]:
    """Send without waiting. Belongs inside a transaction; failures are Django's, as everywhere."""
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield


def send(statement: str, values: Mapping[str, Any]) -> Answer:
    """Send one statement. Its answer is read from what is returned, and only then waited for."""
    raw = connection.connection
    raw.prepare_threshold = 1  # of the engine's own cursors; Django's write the values into the text themselves
    cursor = psycopg.Cursor(raw)
    with connection.wrap_database_errors:
        cursor.execute(statement, values)
    return cursor


def read(answer: Answer) -> list[tuple[Any, ...]]:
    """Wait for an answer."""
    with connection.wrap_database_errors:
        return answer.fetchall()
