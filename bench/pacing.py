"""``bin/bench pacing``: what a decision of the adaptive pacer costs, by the size of the team.

The world around it is the one of ``bin/sim pacer``; its own time is not counted. A plain sum over as many numbers as the
pacer has seconds and people to look at, with numpy, is the measure that the same run can be compared with.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from bench._base import percentile, present
from campana.engine.pacing.adaptive import Adaptive, Limits, Situation
from campana.sim.arguments import span
from campana.sim.pacing.scenarios import Scenario
from campana.sim.pacing.world import World

SIZES = (1, 10, 100, 300, 1000)
HORIZON = 40
"""Seconds the pacer looks ahead."""


def main(arguments: Sequence[str] | None = None) -> dict[str, Any]:
    parser = argparse.ArgumentParser(prog="bin/bench pacing")
    parser.add_argument("--minutes", type=span, default=20.0, help="of simulated time for each size")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    return {
        "minutes": options.minutes,
        "aim_ms_at_1000_agents": 5,
        "decisions": [_size(agents, options.minutes) for agents in SIZES],
    }


def _size(agents: int, minutes: float) -> dict[str, Any]:
    scenario = replace(Scenario("bench", agents), hours=minutes / 60)
    pacer = Adaptive(
        Limits(scenario.max_abandon, scenario.cap, scenario.max_wait, scenario.ring_timeout), careful=False
    )
    spent: list[float] = []
    bare: list[float] = []

    def decide(situation: Situation, limits: Limits) -> int:
        began = time.process_time()
        launch = pacer.decide(situation, limits).launch
        spent.append(time.process_time() - began)
        people = len(situation.talking) + len(situation.wrapping) + len(situation.ringing)
        began = time.process_time()
        np.ones((max(1, people), HORIZON)).cumsum(axis=1).sum(axis=0)
        bare.append(time.process_time() - began)
        return launch

    World(scenario, 1, decide).run()
    return {
        "agents": agents,
        "decisions": len(spent),
        "p50_ms": round(percentile(spent, 0.5) * 1000, 3),
        "p99_ms": round(percentile(spent, 0.99) * 1000, 3),
        "bare_p50_ms": round(percentile(bare, 0.5) * 1000, 3),
    }


if __name__ == "__main__":
    present(main())
