"""Tables in parts by month, cut along ids that grow with time.

Rows come and are read as if the table were whole; what is too old goes by dropping a part. An id is the second since
2020 in its upper half (``kernel.ids``), so the key of the parts is the primary key, and a row that is asked for by id
is looked for in one part. Ids that were given before that rule lie below, together in the part ``TABLE_before``. The
part ``TABLE_later`` takes all that comes after the last month that exists, so no insert ever fails for want of a part;
parts leave no gap and no part is for "all else", so PostgreSQL reads the newest rows part by part without sorting.

The catalogue of the database is the only list of these tables and their parts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.db import OperationalError, connection, transaction

from campana.kernel.clock import Instant
from campana.kernel.ids import EPOCH, TIMED, first_attempt_at
from campana.tenancy import policy, system_scope

AHEAD: Final = 3
"""Months that have their parts before they begin."""
_TABLES: Final = (
    "SELECT relname FROM pg_class WHERE relkind = 'p' AND relnamespace = current_schema()::regnamespace ORDER BY 1"
)
_PATIENCE: Final = "2s"
"""Making or dropping a part waits so long for those who read; they wait behind it."""
_NUMBER: Final = re.compile(r"FROM \((?:'?(-?\d+)'?|MINVALUE)\) TO \('?(-?\d+)'?\)")


def from_id(column: str, lowest: str) -> str:
    """SQL: the row has at least this id, or one that tells no time. Leaves out whole parts; what it lets through must
    still be judged by its time."""
    return f"({column} >= {lowest} OR {column} < {TIMED})"


@dataclass(frozen=True)
class Part:
    """One part: the ids from ``low`` (None: the lowest) up to and without ``high``."""

    table: str
    name: str
    low: int | None
    high: int

    @property
    def ends(self) -> Instant:
        return datetime.fromtimestamp((self.high >> 32) + int(EPOCH.timestamp()), UTC)


def tables() -> list[str]:
    """The tables that are in parts."""
    return [row[0] for row in rows(_TABLES)]


def parts(table: str) -> list[Part]:
    """Oldest first, without the last one, which has no end."""
    found = []
    for name, bound in rows(
        "SELECT c.relname, pg_get_expr(c.relpartbound, c.oid) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
        " WHERE i.inhparent = %s::regclass",
        [table],
    ):
        if numbers := _NUMBER.search(bound):
            low, high = numbers.groups()
            found.append(Part(table, name, int(low) if low else None, int(high)))
    return sorted(found, key=lambda part: part.high)


def lacking(now: Instant) -> list[str]:
    """The names of parts that should be there for this month and the coming ones."""
    return [name for table in tables() for name, _, _ in _lacking(table, now)]


def make_coming(now: Instant, of: Sequence[str] = ()) -> list[str]:
    """Make the parts of this month and the coming ones, of all tables or ``of`` these. What is in use for too long is
    left for the next time."""
    made = []
    for table in of or tables():
        wanted = _lacking(table, now)
        if not wanted:
            continue
        try:
            with system_scope(), transaction.atomic():
                execute(f"SET LOCAL lock_timeout = '{_PATIENCE}'")
                _make(table, wanted)
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") != "55P03":  # lock_not_available
                raise
        else:
            made += [name for name, _, _ in wanted]
    return made


def drop(part: Part) -> None:
    """Belongs inside a transaction, which should end soon. Raises OperationalError where it is in use for too long."""
    execute(f"SET LOCAL lock_timeout = '{_PATIENCE}'")
    execute(f"ALTER TABLE {part.table} DETACH PARTITION {part.name}; DROP TABLE {part.name}")


def _lacking(table: str, now: Instant) -> list[tuple[str, int, int]]:
    """Name and bounds. Where nobody made parts for months, these months are one."""
    start, wanted = parts(table)[-1].ends, []
    month = months_before(now, 0)
    for _ in range(AHEAD + 2):
        if month > start:
            wanted.append((f"{table}_{start:%Y_%m}", first_attempt_at(start), first_attempt_at(month)))
            start = month
        month = next_month(month)
    return wanted


def months_before(now: Instant, months: int) -> Instant:
    """The first moment of the month that lies ``months`` before this one."""
    at = now.astimezone(UTC)
    count = at.year * 12 + at.month - 1 - months
    return datetime(count // 12, count % 12 + 1, 1, tzinfo=UTC)


def next_month(first: Instant) -> Instant:
    return first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)


def _make(table: str, wanted: Sequence[tuple[str, int, int]]) -> None:
    """What the last part holds of these months moves over. Whoever counts rows hears nothing of it: the table as a
    whole neither gets nor loses any."""
    last, old = f"{table}_later", f"{table}_moving"
    execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
    keys = referring(table) if rows(f"SELECT EXISTS (SELECT FROM {last})")[0][0] else []  # noqa: S608 - names
    for key in keys:
        execute(key.gone)
    execute(f"ALTER TABLE {table} DETACH PARTITION {last}; ALTER TABLE {last} RENAME TO {old}")
    end = wanted[-1][2]
    for name, low, high in (*wanted, (last, end, "MAXVALUE")):
        execute(f"CREATE TABLE {name} PARTITION OF {table} FOR VALUES FROM ({low}) TO ({high})")
        dress(table, name)
        until = f"AND id < {high}" if high != "MAXVALUE" else ""
        execute(f"INSERT INTO {name} SELECT * FROM {old} WHERE id >= {low} {until}")  # noqa: S608 - names and numbers
    execute(f"DROP TABLE {old}")
    for key in keys:
        execute(key.back)


@dataclass(frozen=True)
class Key:
    """A foreign key of another table that refers to this one: how to take it away, and to put it back."""

    gone: str
    back: str


def referring(table: str) -> list[Key]:
    found = rows(
        "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE contype = 'f' AND confrelid = %s::regclass AND conparentid = 0",
        [table],
    )
    return [
        Key(f"ALTER TABLE {of} DROP CONSTRAINT {name}", f"ALTER TABLE {of} ADD CONSTRAINT {name} {definition}")
        for of, name, definition in found
    ]


def dress(table: str, name: str) -> None:
    """A new part gets the wall, and is stored as the others are."""
    execute(policy(name))
    found = rows(
        "SELECT c.reloptions FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
        " WHERE i.inhparent = %s::regclass AND c.reloptions IS NOT NULL LIMIT 1",
        [table],
    )
    if found:
        execute(f"ALTER TABLE {name} SET ({', '.join(found[0][0])})")


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def rows(statement: str, values: list[Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
