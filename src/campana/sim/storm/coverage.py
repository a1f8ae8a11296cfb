"""What the storms met, and what they never did: misfortunes, inputs in states, rows of the engine's tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from typing import Any, Final

from campana.engine.agent import AGENT_TABLE
from campana.engine.attempt import ATTEMPT_TABLE
from campana.engine.by_hand.call import HAND_TABLE
from campana.engine.campaign import CAMPAIGN_TABLE
from campana.engine.inbound.call import INBOUND_TABLE
from campana.engine.modes import MODES
from campana.engine.table import Table
from campana.engine.words import Cause, Outcome
from campana.sim.acts import WEIGHTS
from campana.sim.faults import CrashPhase, Fault
from campana.sim.shift.meetings import all_pairs

TABLES: Final[Mapping[str, Table[Any, Any]]] = {
    "attempt": ATTEMPT_TABLE,
    "agent": AGENT_TABLE,
    "campaign": CAMPAIGN_TABLE,
    "by hand": HAND_TABLE,
    "inbound": INBOUND_TABLE,
}
GARBLED: Final = (Fault.DUPLICATE, Fault.LATE, Fault.LOST)


@contextmanager
def watching_tables(coverage: Counter[str]) -> Iterator[None]:
    """Counts what the engine asks of its tables, rows and refusals alike."""
    names = {id(table): name for name, table in TABLES.items()}
    plain = Table.next

    def watched(self: Table[Any, Any], state: StrEnum, event: StrEnum) -> StrEnum | None:
        found = plain(self, state, event)
        kind = "table" if found is not None else "not in table"
        coverage[f"{kind}:{names[id(self)]}:{state}:{event}"] += 1
        return found

    Table.next = watched  # type: ignore[assignment,method-assign]
    try:
        yield
    finally:
        Table.next = plain  # type: ignore[method-assign]


def expected() -> Iterator[str]:
    """All that a long enough run of storms should meet."""
    for fault in Fault:
        if fault in GARBLED:
            events = ("LegRinging", "LegAnswered", "VerdictReached", "LegEnded")
            yield from (f"fault:{fault}:{event}" for event in events)
        else:
            yield f"fault:{fault}"
    yield from (f"crash:{phase}" for phase in CrashPhase)
    yield "world:two engines"
    yield from (f"manager:{name}" for name in WEIGHTS)
    yield from (f"mode:{mode}" for mode in MODES)
    yield from (f"cause:{cause}" for cause in Cause)
    yield from (f"outcome:{outcome}" for outcome in Outcome)
    for name, table in TABLES.items():
        yield from (f"table:{name}:{state}:{event}" for state, event in table.rows)
    yield from all_pairs()


def never_met(coverage: Mapping[str, int]) -> list[str]:
    return [name for name in expected() if not coverage.get(name)]
