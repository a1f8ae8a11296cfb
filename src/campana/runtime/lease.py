"""One engine writes for one organisation: a row with a heartbeat and a number that never repeats.

The journal checks the number inside its transaction (``still_held``), so a process that slept through the end of
its lease can not write. Commands are held back by ``fresh``: a process that could not renew in time must not dial.
Expiry is judged by the database's clock alone.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db import connection

from campana.runtime.holders import is_dead
from campana.runtime.wire import Answer, read, send

_HELD: Final = (
    "SELECT 1 FROM runtime_enginelease WHERE organisation_id = %(organisation)s AND fencing = %(fencing)s FOR SHARE"
)
_RENEW_TOGETHER: Final = (
    "WITH mine AS (SELECT organisation_id FROM runtime_enginelease"
    " JOIN unnest(%s::bigint[], %s::bigint[]) AS held (organisation_id, fencing) USING (organisation_id, fencing)"
    " ORDER BY organisation_id FOR NO KEY UPDATE OF runtime_enginelease SKIP LOCKED)"
    " UPDATE runtime_enginelease SET expires_at = clock_timestamp() + %s * interval '1 second'"
    " FROM mine WHERE runtime_enginelease.organisation_id = mine.organisation_id"
    " RETURNING runtime_enginelease.organisation_id"
)
LIFE: Final = 6.0
"""Seconds for which a lease holds without a heartbeat."""
MARGIN: Final = 1.5
"""Commands stop leaving this long before the lease may be taken by somebody else."""


class Fenced(RuntimeError):
    """Another engine holds the organisation now: this one must stop at once and forget what it knew."""


@dataclass(slots=True)
class Lease:
    organisation_id: int
    fencing: int
    renewed: float

    def fresh(self) -> bool:
        return time.monotonic() - self.renewed < LIFE - MARGIN

    def renew(self) -> None:
        """Heartbeat. Raises Fenced when the lease was taken."""
        asked = time.monotonic()
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE runtime_enginelease SET expires_at = clock_timestamp() + %s * interval '1 second'"
                " WHERE organisation_id = %s AND fencing = %s",
                [LIFE, self.organisation_id, self.fencing],
            )
            if cursor.rowcount != 1:
                raise Fenced(f"organisation {self.organisation_id} has another engine")
        self.renewed = asked

    def still_held(self) -> None:
        """Inside the journal's transaction: nobody can take the lease before it commits."""
        self.check(self.ask())

    def ask(self) -> Answer:
        """The same without waiting: ``check`` the answer before the transaction ends."""
        return send(_HELD, {"organisation": self.organisation_id, "fencing": self.fencing})

    def check(self, answer: Answer) -> None:
        if not read(answer):
            raise Fenced(f"organisation {self.organisation_id} has another engine")

    def say_switch(self, connected: bool) -> None:
        """Tell the screens whether the switch is heard."""
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE runtime_enginelease SET switch_connected = %s, switch_since = clock_timestamp()"
                " WHERE organisation_id = %s AND fencing = %s AND switch_connected <> %s",
                [connected, self.organisation_id, self.fencing, connected],
            )

    def give_up(self) -> None:
        """On a graceful stop: the next engine need not wait."""
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE runtime_enginelease SET expires_at = clock_timestamp(), switch_connected = false"
                " WHERE organisation_id = %s AND fencing = %s",
                [self.organisation_id, self.fencing],
            )


def renew_together(leases: Iterable[Lease]) -> None:
    """The heartbeat of a whole process, in one journey, so that no engine loses its lease because the others are busy.

    A lease that its engine is writing under at this moment is passed over, so one slow write holds up nobody; that
    engine renews by itself. One that was taken is passed over too: its engine finds out when it next writes or renews.
    """
    held = {each.organisation_id: each for each in leases}
    if not held:
        return
    asked = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute(_RENEW_TOGETHER, [list(held), [each.fencing for each in held.values()], LIFE])
        for (organisation_id,) in cursor.fetchall():
            held[organisation_id].renewed = asked


def take(organisation_id: int, holder: str) -> Lease | None:
    """Take the organisation when nobody holds it, or when its holder is a dead process of this host.

    A process takes its own lease again at once: its engine before was thrown away when the database was lost.
    """
    asked = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO runtime_enginelease AS lease"
            " (organisation_id, holder, fencing, expires_at, taken_at, switch_connected)"
            " VALUES (%(organisation)s, %(holder)s, nextval('engine_fencing'),"
            " clock_timestamp() + %(life)s * interval '1 second', clock_timestamp(), false)"
            " ON CONFLICT (organisation_id) DO UPDATE SET holder = excluded.holder, fencing = excluded.fencing,"
            " expires_at = excluded.expires_at, taken_at = excluded.taken_at, switch_connected = false"
            " WHERE lease.expires_at <= clock_timestamp() OR lease.holder = ANY(%(dead)s)"
            " RETURNING fencing",
            {
                "organisation": organisation_id,
                "holder": holder,
                "life": LIFE,
                "dead": [holder, *_dead_holders(organisation_id)],
            },
        )
        row = cursor.fetchone()
    return Lease(organisation_id, int(row[0]), asked) if row else None


def _dead_holders(organisation_id: int) -> list[str]:
    """The present holder, when it ran on this host and its process is gone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT holder FROM runtime_enginelease WHERE organisation_id = %s", [organisation_id])
        row = cursor.fetchone()
    if row is None:
        return []
    return [str(row[0])] if is_dead(str(row[0])) else []
