"""Storms of short worlds: no rule is broken, the odd paths are met, wrong engines are noticed, failing seeds shrink.

Here runs what fits into continuous integration; ``bin/sim storm --minutes 60`` runs as many worlds as fit.
"""

from __future__ import annotations

from collections import Counter

import pytest

from campana.sim.faults import CrashPhase, Fault
from campana.sim.storm.command import run_some, take_apart
from campana.sim.storm.coverage import TABLES, expected, never_met
from campana.sim.storm.draw import draw_storm
from campana.sim.storm.mutants import MUTANTS, caught, mutated
from campana.sim.storm.run import run_plan, run_storm
from campana.sim.storm.shrink import shrink

SEEDS = 200
ENOUGH_FOR_A_MUTANT = 400
NOTICED_BY = {
    "dials contacts deleted after their task was read": 191,
    "listens for ever when detection says nothing": 89,
    "forgets what was said when the telephone is lost": 208,
    "takes the unready for people at work": 379,
}
"""The first seed that notices what few notice: tried first, which saves minutes as long as it still does."""
SELDOM = {
    "table:campaign:paused:finish",
    "table:campaign:scheduled:finish",
    "table:by hand:connected:lose_agent",
    "table:by hand:waiting_agent:connect",
    "table:by hand:waiting_agent:end",
}
"""Met in some thousand worlds, not surely in so few."""


def test_storms_break_no_rule_and_meet_every_misfortune_and_every_row_of_the_tables() -> None:
    found = run_some(1, SEEDS)
    assert found.broken == {}, "again: bin/sim storm --seed " + str(min(found.broken))
    wanted = {f"crash:{phase}" for phase in CrashPhase} | {"world:two engines"}
    wanted |= {f"fault:{fault}" for fault in Fault if fault not in (Fault.DUPLICATE, Fault.LATE, Fault.LOST)}
    wanted |= {f"table:{name}:{state}:{event}" for name, table in TABLES.items() for state, event in table.rows}
    assert sorted(wanted.intersection(never_met(found.coverage)) - SELDOM) == []


def test_what_was_never_met_is_said_by_name() -> None:
    everything = set(expected())
    assert "table:attempt:connected:lose_agent" in everything
    assert "met:LegAnswered of customer's leg:ended" in everything
    assert set(never_met(Counter())) == everything


@pytest.mark.parametrize("name", MUTANTS)
def test_a_storm_notices_an_engine_that(name: str) -> None:
    assert caught(name, [NOTICED_BY.get(name, 1), *range(1, ENOUGH_FOR_A_MUTANT + 1)]) is not None


def test_a_world_runs_the_same_way_twice() -> None:
    one, two = run_storm(77), run_storm(77)
    one.wall_seconds = two.wall_seconds = 0.0
    assert one.as_json() == two.as_json()


def test_a_failing_world_becomes_smaller_and_breaks_the_same_rule() -> None:
    with mutated("dials blocked prefixes"):
        seed = next(seed for seed in range(1, 50) if run_storm(seed).violations)
        plan = draw_storm(seed)
        report = run_plan(plan)
        small, runs = shrink(plan, report, most=150)
        again = run_plan(small)
        said = take_apart(seed)
    assert runs <= 200
    assert again.violations[0].rule == report.violations[0].rule
    assert len(small.contacts) <= 2 < len(plan.contacts)
    assert (small.strikes, small.acts) == ((), ())
    assert f"again: bin/sim storm --seed {seed}" in said
    assert any(" **  " in line for line in said)
