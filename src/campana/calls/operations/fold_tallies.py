"""Adding up the differences that statements left in the tallies, so that reading a figure stays cheap."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import connection, transaction

from campana.kernel.clock import Instant

FINE: Final = timedelta(days=3)
"""Older quarters of an hour become days: nobody draws them any more."""
AGENTS_FINE: Final = timedelta(days=2)
"""The same of agents: only today is asked for, in whatever time zone."""
MANY: Final = 4
"""More rows of a kind than this are added up."""

_TASKS: Final = ("campaigns_tasktally", "organisation_id, campaign_id, state, refusal, time_zone", ("n",))
_ATTEMPTS: Final = (
    "calls_attempttally",
    "organisation_id, campaign_id, slot, outcome, result_id",
    (
        "n",
        "picked_up",
        "connected",
        "abandoned",
        "late",
        "talked",
        "wrapped",
        "ring_ms",
        "wait_ms",
        "talk_ms",
        "wrap_ms",
    ),
)
_AGENTS: Final = (
    "calls_agenttally",
    "organisation_id, campaign_id, slot, agent_id",
    ("n", "connected", "talked", "talk_ms"),
)


def fold_tallies(*, now: Instant) -> int:
    """Of all organisations: call in ``system_scope``. Returns how many rows were added up.

    Deleting and adding are one statement, so no reader sees half, and two folds at once never count a row twice.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        for table, fine in (("calls_attempttally", FINE), ("calls_agenttally", AGENTS_FINE)):
            cursor.execute(
                f"UPDATE {table} SET slot = date_trunc('day', slot)"  # noqa: S608 - constants
                " WHERE slot < %s AND slot <> date_trunc('day', slot)",
                [now - fine],
            )
        return sum(_fold(cursor, *tally) for tally in (_TASKS, _ATTEMPTS, _AGENTS))


def _fold(cursor: object, table: str, keys: str, sums: tuple[str, ...]) -> int:
    names, totals = ", ".join(sums), ", ".join(f"sum({name})" for name in sums)
    some = " OR ".join(f"sum({name}) <> 0" for name in sums)
    cursor.execute(  # type: ignore[attr-defined]
        f"""
        WITH many AS (SELECT unnest(array_agg(id)) AS id FROM {table} GROUP BY {keys} HAVING count(*) > {MANY}),
        gone AS (DELETE FROM {table} t USING many WHERE t.id = many.id RETURNING t.*),
        kept AS (INSERT INTO {table} ({keys}, {names}) SELECT {keys}, {totals} FROM gone GROUP BY {keys} HAVING {some})
        SELECT count(*) FROM gone
        """  # noqa: S608 - built from constants of this file
    )
    return int(cursor.fetchone()[0])  # type: ignore[attr-defined]
