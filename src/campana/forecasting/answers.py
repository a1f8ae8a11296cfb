"""What was told, as it is kept: an outlook and what would change it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from campana.sim.campaign.outlook import Outlook, Range

RANGES = ("left", "attempts", "answered", "occupancy", "abandonment", "answer_rate", "hours")


@dataclass(frozen=True, slots=True)
class Lever:
    """Something that could be changed, and by how many seconds the middle of the range moves (sooner is negative).

    ``seconds`` None: one of the two is not done before the end. ``done``: share that is done with the change."""

    kind: str
    amount: float
    seconds: float | None
    done: float
    abandonment: float
    occupancy: float

    @property
    def sooner(self) -> float:
        return -(self.seconds or 0.0)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the page shows beside the three moments, which are columns."""

    early: str | None
    late: str | None
    """ISO, in UTC; the columns of the forecast say the same."""
    done: float
    contacts: int
    agents: int
    ranges: Mapping[str, Range]
    runs: int
    measured: int
    seen: int
    """Attempts of this campaign behind it."""
    heard: int
    """Attempts of others behind it."""
    days: list[list[Any]] = field(default_factory=list)
    """ISO day, then contacts done by its end: low, middle, high."""
    levers: list[Lever] = field(default_factory=list)
    seconds: float = 0.0
    """How long working it out took."""

    @classmethod
    def of(cls, told: Outlook, **more: Any) -> Self:
        return cls(
            early=told.early.isoformat() if told.early else None,
            late=told.late.isoformat() if told.late else None,
            done=told.done,
            ranges={name: getattr(told, name) for name in RANGES},
            runs=told.runs,
            measured=told.measured,
            days=[[day.isoformat(), *rest] for day, *rest in told.days],
            **more,
        )

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Self:
        values = {name: value for name, value in given.items() if name != "plain"}
        values["ranges"] = {name: Range(**each) for name, each in values["ranges"].items()}
        values["levers"] = [Lever(**each) for each in values["levers"]]
        return cls(**values)
