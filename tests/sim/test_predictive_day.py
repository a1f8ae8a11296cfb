"""Predictive through the real engine in virtual time: the limits are kept, and agents talk more (CAM-484, 485, 489).

The ten hours of CAM-489 are ``bin/sim predictive``; these are short days of the same.
"""

from __future__ import annotations

from campana.engine.words import DialMode, PacingMethod
from campana.sim.predictive import LINES, run


def test_the_limit_is_kept_and_agents_talk_more_than_in_progressive() -> None:
    ahead = run(1.2, warm_up=0.4, max_abandon=0.03).figures
    one_each = run(1.2, warm_up=0.4, mode=DialMode.PROGRESSIVE).figures
    assert ahead.answered > 100
    assert ahead.abandonment <= 0.03
    assert one_each.abandoned == 0
    assert ahead.occupancy > one_each.occupancy + 0.1


def test_the_governor_keeps_the_limit_of_a_careless_ratio() -> None:
    careless = {"pacing": PacingMethod.COEFFICIENT, "coefficient": 5.0, "warm_up": 0.0}
    free = run(0.5, max_abandon=None, **careless).figures
    governed = run(0.5, max_abandon=0.05, **careless).figures
    assert free.abandonment > 0.1
    assert governed.abandonment < free.abandonment / 2


def test_the_smaller_the_limit_the_fewer_calls_are_out_while_everybody_talks() -> None:
    strict = run(0.7, warm_up=0.3, max_abandon=0.01)
    loose = run(0.7, warm_up=0.3, max_abandon=0.1)
    assert strict.ringing_when_busy < loose.ringing_when_busy
    assert max(strict.most_lines, loose.most_lines) <= LINES
