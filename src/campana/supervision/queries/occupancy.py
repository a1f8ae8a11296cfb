"""How much of their time people talked, of the time they were there to talk."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db import connection

from campana.engine.words import AgentState
from campana.kernel.clock import Instant

SPAN: Final = timedelta(minutes=30)
BUSY: Final = frozenset({AgentState.PREVIEW, AgentState.IN_CALL, AgentState.WRAP_UP})
THERE: Final = BUSY | {AgentState.AVAILABLE, AgentState.OFFERED, AgentState.RESERVED, AgentState.RINGING}

_STATES: Final = """
SELECT a.id, coalesce(before.state, ''), %(since)s, 0 FROM unnest(%(agents)s::bigint[]) AS a (id)
LEFT JOIN LATERAL (SELECT state FROM workforce_presencechange p
    WHERE p.organisation_id = %(organisation)s AND p.agent_id = a.id AND p.at <= %(since)s
    ORDER BY p.at DESC, p.id DESC LIMIT 1) AS before ON true
UNION ALL
SELECT agent_id, state, at, id FROM workforce_presencechange
WHERE organisation_id = %(organisation)s AND agent_id = ANY(%(agents)s) AND at > %(since)s AND at <= %(now)s
ORDER BY 1, 3, 4
"""
"""Several changes may be of one moment, as when a free agent gets the next contact at once: the last one counts."""


@dataclass(frozen=True, slots=True)
class Occupancy:
    busy: timedelta
    there: timedelta

    @property
    def share(self) -> float | None:
        """0 to 1; None when nobody was there."""
        return self.busy / self.there if self.there else None


def occupancy(organisation_id: int, agents: Collection[int], now: Instant) -> Occupancy:
    """Of these people over the last half hour: looking at a contact, talking and wrap-up, of that and being ready."""
    if not agents:
        return Occupancy(timedelta(), timedelta())
    since = now - SPAN
    with connection.cursor() as cursor:
        cursor.execute(_STATES, {"organisation": organisation_id, "agents": list(agents), "since": since, "now": now})
        rows: list[tuple[int, str, Instant, int]] = cursor.fetchall()
    busy = there = timedelta()
    for (agent, state, at, _), following in zip(rows, [*rows[1:], (0, "", now, 0)], strict=True):
        until = following[2] if following[0] == agent else now
        spent = max(until - at, timedelta())
        busy += spent if state in BUSY else timedelta()
        there += spent if state in THERE else timedelta()
    return Occupancy(busy, there)
