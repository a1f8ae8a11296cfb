"""Whole working days with everything going wrong: the invariants hold, and the odd paths were taken.

Here runs a spread that fits into continuous integration; ``bin/sim shifts --seeds 200`` runs as many whole days
of forty agents as one has patience for.
"""

from __future__ import annotations

import os
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import pytest

from campana.engine.campaign import Campaign
from campana.engine.words import AgentState, AttemptState, CampaignReason, Cause, Outcome, RefusalCode
from campana.sim.__main__ import run_shift
from campana.sim.faults import CrashPhase, Fault
from campana.sim.report import ShiftReport

run_short = partial(run_shift, hours=2.0, agents=12, calm=False)

OF_LATER_MODES = {Outcome.AGENT_NO_ANSWER, Outcome.MISSED, Outcome.LOST}
LEG_EVENTS = ("LegRinging", "LegAnswered", "VerdictReached", "LegEnded")
REFUSALS = {
    RefusalCode.SUPPRESSED,
    RefusalCode.DO_NOT_CALL_AGAIN,
    RefusalCode.INVALID_NUMBER,
    RefusalCode.BLOCKED_NUMBER,
    RefusalCode.OUTSIDE_HOURS,
    RefusalCode.TOO_LATE,
    RefusalCode.MAX_ATTEMPTS,
    RefusalCode.FREQUENCY_CAP,
    RefusalCode.IN_ANOTHER_CALL,
}
"""Refusals of a task. NOT_YET is not among them: selection never hands out a task before its time."""
HOLDS = {
    RefusalCode.LICENCE_FULL,
    RefusalCode.TRUNK_FULL,
    RefusalCode.NO_AGENT,
    RefusalCode.CAMPAIGN_FULL,
    RefusalCode.EMERGENCY_STOP,
    RefusalCode.SWITCH_AWAY,
}
ODD_PATHS = [
    *(f"crash:{phase}" for phase in CrashPhase),
    *(f"fault:{fault}" for fault in Fault if fault not in (Fault.DUPLICATE, Fault.LATE, Fault.LOST)),
    *(f"fault:{fault}:{event}" for fault in (Fault.DUPLICATE, Fault.LATE, Fault.LOST) for event in LEG_EVENTS),
    *(f"outcome:{outcome}" for outcome in Outcome if outcome not in OF_LATER_MODES),
    *(f"cause:{cause}" for cause in Cause),
    *(f"refusal:{code}" for code in REFUSALS),
    *(f"held:{code}" for code in HOLDS),
    *(f"refusal:{code}:at commit" for code in (RefusalCode.SUPPRESSED, RefusalCode.IN_ANOTHER_CALL)),
    *(f"restored:{state}" for state in AttemptState if state not in (AttemptState.RINGING_AGENT, AttemptState.ENDED)),
    "restored by hand:ringing_agent",
    "restored by hand:connected",
    "restored:wrap_up",
    *(f"agent:{state}" for state in AgentState),
    *(
        f"campaign:paused:{reason}"
        for reason in (
            CampaignReason.BY_USER,
            CampaignReason.OUTSIDE_HOURS,
            CampaignReason.NO_AGENT,
            CampaignReason.HOTLINES_FAILING,
        )
    ),
    *(f"campaign:finished:{reason}" for reason in (CampaignReason.END_TIME, CampaignReason.EXHAUSTED)),
    "input:LateResultEntered",
    "input refused:LegAnswered:unknown_leg",
    "input refused:LegAnswered:not_expected",
]


def wrong(reports: list[ShiftReport]) -> list[str]:
    return [f"seed {report.seed}: {violation}" for report in reports for violation in report.violations]


@pytest.mark.parametrize("seed", [*range(1, 5), 4154])
def test_eight_hours_of_forty_agents_with_faults_break_no_rule(seed: int) -> None:
    report = run_shift(seed, hours=8.0, agents=40, calm=False)
    assert wrong([report]) == []
    assert report.attempts > 500
    assert report.connected > 100


def test_an_engine_that_leaves_campaigns_without_priority_alone_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a trunk is slow they may wait for the more urgent ones (seed 4154), but not for ever."""
    running = Campaign.running.fget
    assert running is not None
    lazy = property(lambda campaign: running(campaign) and campaign.config.priority is not None)
    monkeypatch.setattr(Campaign, "running", lazy)
    report = run_shift(4154, hours=2.0, agents=20, calm=True)
    assert {violation.rule for violation in report.violations} == {"nobody waits while there is work"}


def test_a_calm_day_breaks_no_rule_and_abandons_nobody_with_a_reserved_agent() -> None:
    report = run_shift(11, hours=3.0, agents=20, calm=True)
    assert wrong([report]) == []


def test_many_short_shifts_break_no_rule_and_take_every_odd_path() -> None:
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        reports = list(pool.map(run_short, range(1000, 1050)))
    assert wrong(reports) == []
    coverage: Counter[str] = Counter()
    for report in reports:
        coverage.update(report.coverage)
    assert [path for path in ODD_PATHS if not coverage[path]] == []


def test_a_shift_runs_the_same_way_twice() -> None:
    one, two = run_short(77), run_short(77)
    one.wall_seconds = two.wall_seconds = 0.0
    assert one.as_json() == two.as_json()
