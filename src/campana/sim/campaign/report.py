"""A plan run through the engine, and several settings of it side by side, as figures for people and programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any, Final
from zoneinfo import ZoneInfo

from campana.kernel.clock import Instant
from campana.sim.campaign.callees import PlannedCallees
from campana.sim.campaign.plan import Plan
from campana.sim.campaign.run import Answering, CampaignRun, Result
from campana.sim.campaign.walk import rates_of, walk

MOST: Final = 40_000
"""Attempts that the engine makes itself; what is left of a longer list is walked with the rates of those."""


@dataclass(frozen=True, slots=True)
class Ran:
    name: str
    result: Result
    finished_at: Instant | None
    attempts: float
    walked: bool
    """Whether the end was walked: the list is longer than the engine was let run."""
    worked: float
    """Seconds of agents' work: all they were there while the engine ran, and what the walked end takes."""
    seconds: float

    def as_json(self) -> dict[str, Any]:
        figures = self.result.figures
        return {
            "name": self.name,
            "finished_at": self.finished_at.isoformat(timespec="minutes") if self.finished_at else None,
            "end_walked": self.walked,
            "attempts": round(self.attempts),
            "attempts_by_engine": figures.attempts,
            "answered": figures.answered,
            "connected": figures.connected,
            "abandoned": figures.abandoned,
            "abandonment": round(figures.abandonment, 4),
            "occupancy": round(figures.occupancy, 4),
            "talk_minutes_per_agent_hour": round(figures.talk_minutes_an_hour, 2),
            "agent_hours": round(self.worked / 3600, 1),
            "outcomes": dict(self.result.outcomes.most_common()),
            "tasks": dict(self.result.tasks),
            "days": {
                day.isoformat(): {"attempts": each.attempts, "answered": each.answered, "finished": each.finished}
                for day, each in sorted(self.result.days.items())
            },
            "microseconds_per_attempt": round(1e6 * self.seconds / max(1, figures.attempts)),
        }


Progress = Callable[[str, int, Instant], None]
TOLD_EVERY: Final = 1000
"""Attempts between two words about the progress; every stop counts all tasks."""


def ran(
    name: str,
    plan: Plan,
    seed: int,
    *,
    until: Instant | None = None,
    most: int = MOST,
    callees: Answering = PlannedCallees,
    progress: Progress | None = None,
) -> Ran:
    """``progress`` is told now and then: what runs, how many attempts it has made, and its moment."""
    began = perf_counter()
    run = CampaignRun(plan, seed, callees=callees)
    result = run.run(until=until, attempts=min(most, TOLD_EVERY) if progress else most)
    while progress and result.stopped == "attempts" and result.figures.attempts < most:
        progress(name, result.figures.attempts, run.now)
        result = run.run(until=until, attempts=min(most, result.figures.attempts + TOLD_EVERY))
    seconds = perf_counter() - began
    end, attempts, walked = result.finished_at, float(result.figures.attempts), False
    worked = result.figures.worked
    if result.stopped == "attempts":
        left = replace(plan, start=run.now, cohorts=run.left())
        if until is not None:
            left = replace(left, horizon=until - run.now)
        rest = walk(left, rates_of(result.figures), seed)
        end, attempts, walked = rest.finished_at, attempts + rest.attempts, True
        worked += rest.worked
    return Ran(name, result, end, attempts, walked, worked, seconds)


def side_by_side(
    plans: Iterable[tuple[str, Plan]], seed: int, told: Callable[[Ran], None] = lambda each: None, **more: Any
) -> list[Ran]:
    """The same people answer in the same mood whatever the setting: differences are the setting's."""
    rows = []
    for name, plan in plans:
        rows.append(ran(name, plan, seed, **more))
        told(rows[-1])
    return rows


def in_words(rows: Iterable[Ran], zone: str) -> str:
    heads = ("", "done", "attempts", "talk min/agent hour", "occupancy", "abandoned", "agent hours")
    table = [heads]
    for row in rows:
        figures = row.result.figures
        done = row.finished_at.astimezone(ZoneInfo(zone)).strftime("%a %d %b %H:%M") if row.finished_at else "not done"
        table.append(
            (
                row.name,
                done + (" (walked)" if row.walked else ""),
                f"{row.attempts:,.0f}",
                f"{figures.talk_minutes_an_hour:.1f}",
                f"{figures.occupancy:.1%}",
                f"{figures.abandonment:.1%}",
                f"{row.worked / 3600:.1f}",
            )
        )
    widths = [max(len(line[n]) for line in table) for n in range(len(heads))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in table)
