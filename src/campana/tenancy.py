"""The second wall: row-level security by a setting of the database connection.

Every tenant table has the policy of ``protect`` below. Inside ``organisation_scope`` a connection sees and
writes rows of that organisation only; outside any scope it sees none. ``system_scope`` is for the few places
that work across organisations: sign-in, API key lookup, the engine, background jobs, migrations, commands.

What is in force is remembered here and not read back from the connection, so leaving the outermost scope
always ends at "nothing"; a connection on which that can not be set is closed rather than used again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

from django.db import Error, connection
from django.db.migrations.operations import RunSQL

ORGANISATION = "campana.organisation"
SYSTEM = "campana.system"


class _Scope(NamedTuple):
    organisation: str
    system: str


_NOTHING = _Scope("", "")
_scope: ContextVar[_Scope] = ContextVar("scope", default=_NOTHING)


@contextmanager
def organisation_scope(organisation_id: int) -> Iterator[None]:
    """Only rows of this organisation exist inside."""
    with _inside(_Scope(str(organisation_id), "")):
        yield


@contextmanager
def system_scope() -> Iterator[None]:
    """All organisations. Every use is a place to review."""
    with _inside(_scope.get()._replace(system="on")):
        yield


@contextmanager
def _inside(scope: _Scope) -> Iterator[None]:
    before = _scope.get()
    if scope == before:
        yield
        return
    _apply(scope)
    _scope.set(scope)
    try:
        yield
    finally:
        _scope.set(before)
        _leave(before)


def _apply(scope: _Scope) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config(%s, %s, false), set_config(%s, %s, false)",
            [ORGANISATION, scope.organisation, SYSTEM, scope.system],
        )


def _leave(before: _Scope) -> None:
    if connection.connection is None:
        return  # the next connection begins with nothing
    if connection.in_atomic_block and connection.needs_rollback:
        return  # rolling back the broken transaction restores what was set inside it
    try:
        _apply(before)
    except Error:
        connection.close()


def policy(table: str) -> str:
    """The statements that put one tenant table (with ``organisation_id``) behind the wall."""
    return (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
        f" CREATE POLICY tenant ON {table} USING ("
        f"(SELECT current_setting('{SYSTEM}', true)) = 'on' OR organisation_id ="
        f" (SELECT nullif(current_setting('{ORGANISATION}', true), '')::bigint));"
    )


def protect(*tables: str) -> RunSQL:
    """The migration operation that puts tenant tables behind the wall."""
    backward = [
        f"DROP POLICY tenant ON {table}; ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;"
        f" ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;"
        for table in tables
    ]
    return RunSQL("\n".join(map(policy, tables)), "\n".join(backward))
