"""A working day in miniature: the adaptive pacer keeps the limit and beats one call for each free agent (CAM-489)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from campana.engine.pacing.adaptive import Limits, Situation
from campana.sim.pacing import oracle
from campana.sim.pacing.judge import Judged, worst_running, worst_window
from campana.sim.pacing.laws import Law
from campana.sim.pacing.scenarios import Scenario, named
from campana.sim.pacing.world import Day, World

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


@pytest.mark.parametrize("name", ["five-detection", "ten-loose", "forty-cap"])
def test_every_kind_of_day_stays_within_its_lines_and_its_agents_talk(name):
    scenario = replace(named(name), hours=0.3, ramp=min(named(name).ramp, 300.0), mass_break_every=0.0)
    judged, most_lines = Judged(scenario), 0

    def watched(situation: Situation, limits: Limits) -> int:
        nonlocal most_lines
        launch = judged(situation, limits)
        most_lines = max(most_lines, situation.lines + launch)
        return launch

    day = World(scenario, 1, watched).run()
    assert most_lines <= scenario.cap
    assert day.utilisation > 0.2
    assert day.verdicts


def test_many_who_go_on_a_break_together_come_back():
    scenario = replace(named("fifty-mass"), hours=0.3, ramp=0.0, mass_break_every=400.0, break_every=0.0)
    seen: list[int] = []

    def staffed(situation: Situation, limits: Limits) -> int:
        seen.append(len(situation.idle) + len(situation.talking) + len(situation.wrapping))
        return one_call_an_agent(situation, limits)

    World(scenario, 1, staffed).run()
    assert seen[0] == 50
    assert min(seen) < 40
    assert max(seen[600:]) > min(seen)


def test_the_worst_windows_are_those_of_the_verdicts():
    day = Day("made up", 1, verdicts=[(float(at), at in (5, 6, 300)) for at in range(400)])
    assert worst_window(day, 200) == 2 / 200
    assert worst_running(day) == 2 / 200
    assert worst_window(day, 1000) == 0


def test_the_oracle_knows_the_hour_of_every_day_it_tries() -> None:
    """Its tables follow the share of answers; a second day begins with the morning's, not with the evening's."""
    scenario = replace(named("thirty-step"), agents=5, hours=0.3)
    truth = oracle.Truth(scenario)
    first = oracle.day(scenario, 1, truth, 0.03)
    assert oracle.day(scenario, 1, truth, 0.03) == first
