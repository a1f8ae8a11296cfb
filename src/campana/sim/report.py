"""What a shift did, in figures, and what was found wrong with it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from campana.engine.words import Outcome, TaskState


@dataclass(frozen=True, slots=True)
class Violation:
    """An invariant that did not hold: which, when (world time), and about what."""

    rule: str
    at: str
    detail: str

    def __str__(self) -> str:
        return f"{self.rule} at {self.at}: {self.detail}"


@dataclass(slots=True)
class ShiftReport:
    seed: int
    hours: float = 0.0
    agents: int = 0
    campaigns: int = 0
    contacts: int = 0
    attempts: int = 0
    answered: int = 0
    connected: int = 0
    abandoned: int = 0
    inputs: int = 0
    by_outcome: Counter[Outcome] = field(default_factory=Counter)
    tasks: Counter[TaskState] = field(default_factory=Counter)
    violations: list[Violation] = field(default_factory=list)
    coverage: Counter[str] = field(default_factory=Counter)
    """How often each odd path was taken: ``fault:…``, ``crash:…``, ``refusal:…``, ``outcome:…`` and others."""
    wall_seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        return {
            "seed": self.seed,
            "hours": self.hours,
            "agents": self.agents,
            "campaigns": self.campaigns,
            "contacts": self.contacts,
            "attempts": self.attempts,
            "answered": self.answered,
            "connected": self.connected,
            "abandoned": self.abandoned,
            "inputs": self.inputs,
            "by_outcome": dict(sorted(self.by_outcome.items())),
            "tasks": dict(sorted(self.tasks.items())),
            "violations": [str(violation) for violation in self.violations],
            "coverage": dict(sorted(self.coverage.items())),
            "wall_seconds": round(self.wall_seconds, 2),
        }
