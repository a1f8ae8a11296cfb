"""One day of one pacer in figures: utilisation, abandonment over the day and in its worst windows, what was burned."""

from __future__ import annotations

from itertools import accumulate
from time import process_time

from campana.engine.pacing.adaptive import Adaptive, Limits, Situation
from campana.sim.pacing import oracle
from campana.sim.pacing.scenarios import Scenario
from campana.sim.pacing.world import Day, World

Figures = dict[str, float]


def judge(scenario: Scenario, seed: int, *, with_oracle: bool = False) -> dict[str, object]:
    figures = measured(scenario, seed)
    against: dict[str, object] = {}
    if with_oracle:
        best = figures_of(oracle.best(scenario, seed))
        against = {"oracle": best, "utilisation_to_oracle": round(figures["utilisation"] / best["utilisation"], 4)}
    return {"scenario": scenario.name, "seed": seed, "agents": scenario.agents, **figures, **against}


def measured(scenario: Scenario, seed: int) -> Figures:
    """The figures of the adaptive pacer's day, with the processor's milliseconds a decision."""
    decide = Judged(scenario)
    day = World(scenario, seed, decide).run()
    return {**figures_of(day), "ms": round(decide.milliseconds, 3)}


class Judged:
    """The pacer as the world asks it. What a decision costs is looked at now and then: the look itself costs more."""

    EVERY = 25

    def __init__(self, scenario: Scenario) -> None:
        self._pacer = Adaptive(Limits(scenario.max_abandon, scenario.cap, scenario.max_wait, scenario.ring_timeout))
        self._decisions = 0
        self._seconds = 0.0

    def __call__(self, situation: Situation, limits: Limits) -> int:
        self._decisions += 1
        if self._decisions % self.EVERY:
            return self._pacer.decide(situation, limits).launch
        began = process_time()
        launch = self._pacer.decide(situation, limits).launch
        self._seconds += process_time() - began
        return launch

    @property
    def milliseconds(self) -> float:
        """Of the processor, for one decision on average."""
        return 1000 * self._seconds / max(1, self._decisions // self.EVERY)


def figures_of(day: Day) -> Figures:
    return {
        "answers": len(day.verdicts),
        "utilisation": round(day.utilisation, 4),
        "abandonment": round(day.abandonment, 4),
        "worst_200": round(worst_window(day, 200), 4),
        "worst_500": round(worst_window(day, 500), 4),
        "worst_1000": round(worst_window(day, 1000), 4),
        "worst_hour": round(worst_hour(day), 4),
        "running": round(worst_running(day), 4),
        "launched": day.launched,
        "launched_per_talk_minute": round(day.launched / max(day.talk_seconds / 60, 1e-9), 3),
    }


def worst_window(day: Day, answers: int) -> float:
    """The highest abandonment over so many consecutive live answers; 0 when there were fewer."""
    lost = [0, *accumulate(int(abandoned) for _, abandoned in day.verdicts)]
    return max((lost[end] - lost[end - answers] for end in range(answers, len(lost))), default=0) / answers


def worst_running(day: Day, after: int = 200) -> float:
    """The highest abandonment of the day so far, looked at from its answer number ``after`` on."""
    lost = accumulate(int(abandoned) for _, abandoned in day.verdicts)
    return max((losses / number for number, losses in enumerate(lost, 1) if number >= after), default=0.0)


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
