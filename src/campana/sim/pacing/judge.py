"""One day of one pacer in figures: utilisation, abandonment over the day and in its worst windows, what was burned."""

from __future__ import annotations

from itertools import accumulate

from campana.engine.pacing.adaptive import Adaptive, Limits
from campana.sim.pacing import oracle
from campana.sim.pacing.scenarios import Scenario
from campana.sim.pacing.world import Day, Decide, World


def judge(scenario: Scenario, seed: int, *, with_oracle: bool = False) -> dict[str, object]:
    day = World(scenario, seed, adaptive(scenario)).run()
    figures = figures_of(day)
    if with_oracle:
        best = oracle.best(scenario, seed)
        figures["oracle"] = figures_of(best)
        figures["utilisation_to_oracle"] = round(day.utilisation / best.utilisation, 4)
    return {"scenario": scenario.name, "seed": seed, "agents": scenario.agents, **figures}


def adaptive(scenario: Scenario) -> Decide:
    limits = Limits(scenario.max_abandon, scenario.cap, scenario.max_wait, scenario.ring_timeout)
    pacer = Adaptive(limits)
    return lambda situation, now_limits: pacer.decide(situation, now_limits).launch


def figures_of(day: Day) -> dict[str, object]:
    return {
        "answers": len(day.verdicts),
        "utilisation": round(day.utilisation, 4),
        "abandonment": round(day.abandonment, 4),
        "worst_200": round(worst_window(day, 200), 4),
        "worst_1000": round(worst_window(day, 1000), 4),
        "worst_hour": round(worst_hour(day), 4),
        "launched": day.launched,
        "launched_per_talk_minute": round(day.launched / max(day.talk_seconds / 60, 1e-9), 3),
    }


def worst_window(day: Day, answers: int) -> float:
    """The highest abandonment over so many consecutive live answers; 0 when there were fewer."""
    lost = [0, *accumulate(int(abandoned) for _, abandoned in day.verdicts)]
    return max((lost[end] - lost[end - answers] for end in range(answers, len(lost))), default=0) / answers


def worst_hour(day: Day) -> float:
    """The highest abandonment over a rolling hour with at least 20 live answers."""
    worst, first, lost = 0.0, 0, 0
    for number, (at, abandoned) in enumerate(day.verdicts):
        lost += abandoned
        while day.verdicts[first][0] < at - 3600:
            lost -= day.verdicts[first][1]
            first += 1
        count = number - first + 1
        if count >= 20:
            worst = max(worst, lost / count)
    return worst
