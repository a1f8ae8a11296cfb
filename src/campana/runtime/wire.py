"""Statements of the engine on their way to the database: prepared once, sent together, answered together.

Inside ``together`` nothing waits for an answer until somebody reads one: a step of the engine costs two or three
journeys instead of twenty. Outside of it the same statements are carried out one after another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection

Answer = psycopg.Cursor[tuple[Any, ...]]


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
