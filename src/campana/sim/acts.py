"""What managers do while a shift runs: which act when, drawn before it begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from campana.kernel.clock import Instant
from campana.sim.laws import stream

WEIGHTS: Final[Mapping[str, float]] = {
    "suppress": 8,
    "add_tasks": 3,
    "pause": 3,
    "stop": 2,
    "emergency_stop": 1,
    "licence": 2,
    "other_calls": 4,
    "edit": 3,
    "hotline": 2,
    "trunk": 1,
    "agent_out": 2,
    "agent_removed": 1,
    "finish": 1,
    "reopen": 1,
    "withdraw": 1,
    "delete_contacts": 2,
    "meeting": 2,
    "move_agent": 2,
    "telephone": 1,
    "organise": 2,
    "replan": 4,
    "archive": 2,
    "route": 2,
}


@dataclass(frozen=True, slots=True, order=True)
class Act:
    """When, which (a name of ``WEIGHTS``), and the seed of its details."""

    at: Instant
    name: str
    draw: int


def draw_acts(seed: int, start: Instant, length: timedelta, count: int) -> tuple[Act, ...]:
    of = stream(seed, 13)
    names, weights = list(WEIGHTS), list(WEIGHTS.values())
    acts = (Act(start + of.random() * length, of.choices(names, weights)[0], of.getrandbits(32)) for _ in range(count))
    return tuple(sorted(acts))
