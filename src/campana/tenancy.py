"""The second wall: row-level security by a setting of the database connection.

Every tenant table has the policy of ``protect`` below. Inside ``organisation_scope`` a connection sees and
writes rows of that organisation only; outside any scope it sees none. ``system_scope`` is for the few places
that work across organisations: sign-in, API key lookup, the engine, background jobs, migrations, commands.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.migrations.operations import RunSQL

ORGANISATION = "campana.organisation"
SYSTEM = "campana.system"


def _set(name: str, value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, false)", [name, value])


def _get(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting(%s, true), '')", [name])
        row = cursor.fetchone()
    return str(row[0]) if row else ""


@contextmanager
def organisation_scope(organisation_id: int) -> Iterator[None]:
    """Only rows of this organisation exist inside."""
    before = _get(ORGANISATION), _get(SYSTEM)
    _set(ORGANISATION, str(organisation_id))
    _set(SYSTEM, "")
    try:
        yield
    finally:
        _restore(before)


@contextmanager
def system_scope() -> Iterator[None]:
    """All organisations. Every use is a place to review."""
    before = _get(ORGANISATION), _get(SYSTEM)
    _set(SYSTEM, "on")
    try:
        yield
    finally:
        _restore(before)


def _restore(before: tuple[str, str]) -> None:
    if connection.connection is None or connection.connection.closed:
        return
    if connection.in_atomic_block and connection.needs_rollback:
        # The transaction is broken; rolling it back restores settings made inside it, and the
        # request's own scope is closed outside of it.
        return
    _set(ORGANISATION, before[0])
    _set(SYSTEM, before[1])


def protect(*tables: str) -> RunSQL:
    """The migration operation that puts tenant tables (with ``organisation_id``) behind the wall."""
    forward, backward = [], []
    for table in tables:
        forward.append(
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
            f" CREATE POLICY tenant ON {table} USING ("
            f"(SELECT current_setting('{SYSTEM}', true)) = 'on' OR organisation_id ="
            f" (SELECT nullif(current_setting('{ORGANISATION}', true), '')::bigint));"
        )
        backward.append(
            f"DROP POLICY tenant ON {table}; ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;"
            f" ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;"
        )
    return RunSQL("\n".join(forward), "\n".join(backward))
