"""A working day in miniature: the adaptive pacer keeps the limit and beats one call for each free agent (CAM-489)."""

from __future__ import annotations

import pytest

from campana.engine.pacing.adaptive import Limits, Situation
from campana.sim.pacing.judge import Judged
from campana.sim.pacing.laws import Law
from campana.sim.pacing.scenarios import Scenario
from campana.sim.pacing.world import World

FLOOR = Scenario(
    "five", agents=5, hours=2, live=0.3, machine=0.0, cap=20, talk=Law("lognormal", 60.0, 0.8),
    wrap=Law("fixed", 0.0), ring=Law("gamma", 12.0, 0.5),
)  # fmt: skip


def one_call_an_agent(situation: Situation, limits: Limits) -> int:
    return len(situation.idle) - len(situation.ringing) - len(situation.detecting) - len(situation.waiting)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_limit_is_kept_and_agents_talk_more_than_in_progressive(seed):
    paced = World(FLOOR, seed, Judged(FLOOR)).run()
    progressive = World(FLOOR, seed, one_call_an_agent).run()
    assert len(paced.verdicts) > 200
    assert paced.abandonment <= FLOOR.max_abandon
    assert paced.utilisation > progressive.utilisation + 0.05
    assert progressive.abandonment == 0
