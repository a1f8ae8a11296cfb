"""All scenarios over several seeds beside the oracle: a line each, then the mean and the worst of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from campana.sim.pacing import oracle
from campana.sim.pacing.judge import Figures, figures_of, measured
from campana.sim.pacing.scenarios import Scenario

ORACLE_EDITION = 2
"""Raised when the oracle or the world changes, so that results kept of the older ones are not taken."""
SMALL_TEAM = 5


@dataclass(frozen=True, slots=True)
class Line:
    """One scenario: means over its seeds, and the worst seed where the worst counts."""

    scenario: str
    agents: int
    limit: float
    ratio: float
    worst_ratio: float
    utilisation: float
    abandonment: float
    """Over the limit's share at the end of the worst seed: 1 is just the limit."""
    over: int
    """Seeds that ended above the limit."""
    worst_200: float
    worst_500: float
    worst_1000: float
    worst_hour: float
    running: float
    burned: float
    """Contacts a talk minute, over the oracle's."""
    ms: float


class Kept:
    """The oracle's figures, kept in a file: a day of a scenario and a seed never changes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[str, Figures] = json.loads(path.read_text()) if path.exists() else {}

    def best(self, scenario: Scenario, seed: int) -> Figures:
        key = f"{ORACLE_EDITION}/{seed}/{scenario!r}"
        if key not in self._known:
            self._known[key] = figures_of(oracle.best(scenario, seed))
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.write_text(json.dumps(self._known, indent=0))
        return self._known[key]


def lines(scenarios: Iterable[Scenario], seeds: Sequence[int], kept: Kept) -> Iterator[Line]:
    for scenario in scenarios:
        yield _line(scenario, [(measured(scenario, seed), kept.best(scenario, seed)) for seed in seeds])


def _line(scenario: Scenario, days: list[tuple[Figures, Figures]]) -> Line:
    ratios = [paced["utilisation"] / best["utilisation"] for paced, best in days]
    key = "launched_per_talk_minute"

    def worst(name: str) -> float:
        return max(paced[name] for paced, _ in days)

    return Line(
        scenario=scenario.name,
        agents=scenario.agents,
        limit=scenario.max_abandon,
        ratio=fmean(ratios),
        worst_ratio=min(ratios),
        utilisation=fmean(paced["utilisation"] for paced, _ in days),
        abandonment=worst("abandonment") / scenario.max_abandon,
        over=sum(paced["abandonment"] > scenario.max_abandon for paced, _ in days),
        worst_200=worst("worst_200"),
        worst_500=worst("worst_500"),
        worst_1000=worst("worst_1000"),
        worst_hour=worst("worst_hour"),
        running=worst("running"),
        burned=fmean(paced[key] / best[key] for paced, best in days),
        ms=fmean(paced["ms"] for paced, _ in days),
    )


def summary(table: Sequence[Line]) -> dict[str, float]:
    """What the aims are about; windows at the limit of 3 % only."""
    small = [line for line in table if line.agents <= SMALL_TEAM]
    large = [line for line in table if line.agents > SMALL_TEAM]
    usual = [line for line in table if line.limit == 0.03]

    def of(some: Sequence[Line], pick: Callable[[Line], float], how: Callable[[list[float]], float]) -> float:
        return round(how([pick(line) for line in some]), 4) if some else 0.0

    return {
        "large_mean": of(large, lambda line: line.ratio, fmean),
        "large_worst_line": of(large, lambda line: line.ratio, min),
        "large_worst_seed": of(large, lambda line: line.worst_ratio, min),
        "small_mean": of(small, lambda line: line.ratio, fmean),
        "small_worst_line": of(small, lambda line: line.ratio, min),
        "runs_over_limit": sum(line.over for line in table),
        "worst_1000": of(usual, lambda line: line.worst_1000, max),
        "worst_hour_20_agents": of([line for line in usual if line.agents >= 20], lambda line: line.worst_hour, max),
        "running_after_200": of(usual, lambda line: line.running, max),
        "burned_mean": of(table, lambda line: line.burned, fmean),
        "burned_worst": of(table, lambda line: line.burned, max),
        "ms_worst": of(table, lambda line: line.ms, max),
    }


HEAD = (
    f"{'scenario':22}{'agents':>6}{'limit':>6}{'ratio':>7}{'worst':>7}{'util':>7}{'spent':>6}{'over':>5}"
    f"{'w200':>7}{'w1000':>7}{'hour':>7}{'run200':>7}{'burned':>7}{'ms':>7}"
)


def words(line: Line) -> str:
    return (
        f"{line.scenario:22}{line.agents:6}{line.limit:6.2f}{line.ratio:7.4f}{line.worst_ratio:7.4f}"
        f"{line.utilisation:7.4f}{line.abandonment:6.2f}{line.over:5}{line.worst_200:7.3f}{line.worst_1000:7.4f}"
        f"{line.worst_hour:7.4f}{line.running:7.4f}{line.burned:7.3f}{line.ms:7.3f}"
    )
