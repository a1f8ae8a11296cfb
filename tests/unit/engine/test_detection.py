"""Machine detection: nobody rings for a machine, nobody who may be a person is lost (CAM-505 to 509)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from campana.engine import inputs as i
from campana.engine import outputs as o
from campana.engine.config import CampaignConfig, Retry, RetryPlan
from campana.engine.pacing.adaptive import Kind
from campana.engine.pacing.governor import Counted
from campana.engine.words import (
    MACHINES,
    AgentState,
    AttemptState,
    CampaignState,
    Cause,
    DialMode,
    Governed,
    Outcome,
    PacingMethod,
    Presence,
    RetryEvent,
    TaskState,
    Verdict,
)
from campana.kernel.ids import AgentId, attempt_id, customer_leg
from support.dialler import ALICE, BOB, CAMPAIGN, HOTLINE, MONDAY, TRUNK, Dialler, campaign, card

OLD = attempt_id(1, 1, 7)
CUSTOMER = customer_leg(OLD)


def detecting(**settings: object) -> CampaignConfig:
    return campaign(**{"detect": True, "detection": timedelta(seconds=3), "music": "1/song", **settings})


def answered(config: CampaignConfig | None = None, **more: object) -> Dialler:
    """Somebody or something has just picked up."""
    d = Dialler(config or detecting(), tasks=[card(1)], **more)  # type: ignore[arg-type]
    d.ring()
    d.answer()
    return d


def judge(d: Dialler, verdict: Verdict, confidence: float | None = None) -> None:
    d.give(i.VerdictReached(d.last(o.Originate).leg, verdict, confidence))


def state(d: Dialler) -> AgentState:
    return d.last(o.AgentMoved).state


def test_the_melody_plays_and_the_switch_listens_from_the_answer_on_and_no_agent_rings() -> None:
    d = answered()
    leg = d.last(o.Originate).leg
    assert d.all(o.PlayHoldMusic) == [o.PlayHoldMusic(leg, "1/song")]
    assert d.all(o.DetectMachine) == [o.DetectMachine(leg, timedelta(seconds=3))]
    assert d.last(o.AttemptMoved).state is AttemptState.DETECTING
    assert not d.all(o.RingAgent)
    assert state(d) is AgentState.RESERVED


def test_without_the_setting_nobody_listens() -> None:
    d = answered(campaign())
    assert not d.all(o.DetectMachine)
    assert d.all(o.RingAgent)


@pytest.mark.parametrize("verdict", sorted(MACHINES))
def test_a_machine_is_hung_up_rings_nobody_and_frees_the_agent(verdict: Verdict) -> None:
    d = answered()
    d.later(2)
    judge(d, verdict, 0.9)
    assert d.last(o.AttemptJudged) == o.AttemptJudged(d.attempt(), verdict, 0.9, d.now)
    assert d.last(o.HangUp).leg == d.last(o.Originate).leg
    d.end(Cause.WE_HUNG_UP)
    ended = d.last(o.AttemptEnded)
    assert (ended.outcome, ended.counted, ended.abandoned) == (Outcome.MACHINE, True, False)
    assert not d.all(o.RingAgent)
    assert state(d) is AgentState.AVAILABLE


def test_the_retry_after_a_machine_is_that_of_its_event() -> None:
    own = {RetryEvent.MACHINE: Retry(2, timedelta(minutes=7))}
    d = answered(detecting(retry=RetryPlan(max_attempts=5, events=own)))
    judge(d, Verdict.MACHINE)
    d.end(Cause.WE_HUNG_UP)
    moved = d.last(o.TaskMoved)
    assert (moved.state, moved.next_at) == (TaskState.PLANNED, d.now + timedelta(minutes=7))
    assert moved.by_event == {RetryEvent.MACHINE: 1}


@pytest.mark.parametrize("verdict", sorted(set(Verdict) - MACHINES))
def test_a_person_and_whoever_may_be_one_gets_the_reserved_agent(verdict: Verdict) -> None:
    d = answered()
    d.later(1.5)
    judge(d, verdict)
    assert d.last(o.RingAgent).customer_leg == d.last(o.Originate).leg
    d.agent_answers()
    assert d.last(o.Bridge)
    assert len(d.all(o.PlayHoldMusic)) == 1


def test_a_switch_that_says_nothing_has_heard_a_person() -> None:
    d = answered()
    d.later(3.9)
    assert not d.all(o.AttemptJudged)
    d.later(0.2)
    assert d.last(o.AttemptJudged).verdict is Verdict.UNSURE
    assert d.all(o.RingAgent)


def test_an_answer_told_twice_and_a_setting_changed_meanwhile_do_not_end_the_listening() -> None:
    d = answered()
    d.give(i.CampaignConfigured(campaign()))
    d.answer()
    assert d.last(o.InputRefused).code == "not_expected"
    assert not d.all(o.RingAgent)
    judge(d, Verdict.MACHINE)
    d.end(Cause.WE_HUNG_UP)
    assert d.last(o.AttemptEnded).outcome is Outcome.MACHINE


def test_a_verdict_that_comes_late_twice_or_for_nobody_changes_nothing() -> None:
    d = answered()
    d.later(5)
    judge(d, Verdict.MACHINE)
    assert d.last(o.InputRefused).code == "not_expected"
    d.give(i.VerdictReached(CUSTOMER, Verdict.HUMAN))
    assert d.last(o.InputRefused).code == "unknown_leg"
    assert len(d.all(o.AttemptJudged)) == 1


@pytest.mark.parametrize(("after", "abandoned"), [(1, False), (2.5, True)])
def test_a_customer_who_hangs_up_while_being_listened_to_hung_up_waiting(after: float, abandoned: bool) -> None:
    d = answered()
    d.later(after)
    d.end()
    ended = d.last(o.AttemptEnded)
    assert (ended.outcome, ended.abandoned) == (Outcome.HUNG_UP_WAITING, abandoned)
    assert state(d) is AgentState.AVAILABLE


def test_the_longest_wait_runs_from_the_answer() -> None:
    d = answered(detecting(max_wait=timedelta(seconds=10), coefficient=2.0))
    d.presence(ALICE, Presence.NOT_READY)
    d.later(3)
    judge(d, Verdict.HUMAN)
    d.later(6.9)
    assert not d.all(o.HangUp)
    d.later(0.2)
    assert d.last(o.HangUp).leg == d.last(o.Originate).leg


def test_the_reserved_agent_who_leaves_during_detection_is_replaced() -> None:
    d = answered(agents=[ALICE, BOB])
    d.presence(ALICE, Presence.NOT_READY)
    judge(d, Verdict.HUMAN)
    assert d.last(o.RingAgent).endpoint == f"PJSIP/{BOB}"


def test_nobody_is_cut_off_when_the_only_agent_leaves_during_detection() -> None:
    d = answered()
    d.presence(ALICE, Presence.NOT_READY)
    assert not d.all(o.HangUp)
    judge(d, Verdict.HUMAN)
    d.presence(ALICE)
    assert d.all(o.RingAgent)


def test_a_stop_lets_what_was_answered_go_on() -> None:
    d = answered()
    d.give(i.StopRequested(CAMPAIGN))
    assert not d.all(o.HangUp)
    judge(d, Verdict.HUMAN)
    assert d.all(o.RingAgent)


def test_a_machine_whose_hang_up_is_never_confirmed_ends_all_the_same() -> None:
    d = answered()
    judge(d, Verdict.MACHINE)
    d.later(6)
    assert d.last(o.AttemptEnded).outcome is Outcome.MACHINE


# --- the switch and the engine come back ------------------------------------------------------------------


def test_a_switch_that_was_away_during_detection_has_heard_a_person() -> None:
    d = answered()
    d.give(i.SwitchLost())
    d.later(30)
    assert not d.all(o.AttemptJudged)
    d.give(i.SwitchReturned((i.LiveLeg(d.last(o.Originate).leg, True),)))
    assert d.last(o.AttemptJudged).verdict is Verdict.UNSURE
    assert d.all(o.RingAgent)


def restarted(verdict: Verdict | None, *up: i.LiveLeg) -> Dialler:
    d = Dialler(detecting(state=CampaignState.RUNNING), switch=False, fencing=2)
    d.now = MONDAY + timedelta(seconds=20)
    state = AttemptState.DETECTING
    moments = (MONDAY, MONDAY)
    d.give(i.AttemptRestored(OLD, card(1), state, 0, HOTLINE, TRUNK, ALICE, 0, *moments, verdict=verdict))
    d.give(i.SwitchReturned(up))
    return d


def test_a_call_that_was_listened_to_when_the_engine_died_goes_to_its_agent() -> None:
    d = restarted(None, i.LiveLeg(CUSTOMER, True))
    assert d.last(o.AttemptJudged).verdict is Verdict.UNSURE
    assert d.last(o.RingAgent).customer_leg == CUSTOMER
    assert not d.all(o.Originate)


def test_a_machine_that_was_judged_when_the_engine_died_is_hung_up() -> None:
    d = restarted(Verdict.MACHINE, i.LiveLeg(CUSTOMER, True))
    assert [command.leg for command in d.all(o.HangUp)] == [CUSTOMER]
    d.give(i.LegEnded(CUSTOMER, Cause.WE_HUNG_UP))
    assert d.last(o.AttemptEnded).outcome is Outcome.MACHINE
    assert not d.all(o.RingAgent)


def test_a_machine_that_is_gone_after_the_restart_was_one() -> None:
    assert restarted(Verdict.FAX).last(o.AttemptEnded).outcome is Outcome.MACHINE


def test_a_customer_who_is_gone_after_the_restart_hung_up() -> None:
    assert restarted(None).last(o.AttemptEnded).outcome is Outcome.HUNG_UP_WAITING


# --- the pace ---------------------------------------------------------------------------------------------


def predictive(**settings: object) -> Dialler:
    base = {"mode": DialMode.PREDICTIVE, "pacing": PacingMethod.COEFFICIENT, "coefficient": 1.5, "max_abandon": None}
    config = detecting(**{**base, **settings})
    return Dialler(config, tasks=[card(n) for n in range(1, 60)], agents=[AgentId(n) for n in range(1, 5)])


def happened(d: Dialler) -> list[tuple[Kind, float, float]]:
    prediction = d.engine._state.campaigns[CAMPAIGN].prediction
    assert prediction is not None
    return [(each.kind, each.seconds, each.ring) for each in prediction.happened if each.kind is not Kind.PICKUP]


def test_a_call_in_detection_is_no_reason_to_dial_another() -> None:
    d = predictive()
    legs = [each.leg for each in d.all(o.Originate)]
    d.give(i.LegAnswered(legs[0]))
    d.later(1)
    assert len(d.all(o.Originate)) == len(legs)
    prediction = d.engine._state.campaigns[CAMPAIGN].prediction
    assert prediction is not None
    assert prediction.pace is not None
    assert (prediction.pace.detecting, prediction.pace.ringing) == (1, len(legs) - 1)


def test_the_pacer_hears_of_verdicts_with_ring_and_detection_apart() -> None:
    d = predictive()
    d.later(4)
    one, two = [each.leg for each in d.all(o.Originate)][:2]
    d.give(i.LegAnswered(one), i.LegAnswered(two))
    d.later(0.9)
    assert happened(d) == []
    d.give(i.VerdictReached(one, Verdict.HUMAN), i.VerdictReached(two, Verdict.MACHINE))
    assert happened(d) == [(Kind.HUMAN, 4.9, 4.0), (Kind.MACHINE, 4.9, 4.0)]


def test_of_so_many_calls_taken_for_machines_one_is_lost_to_the_budget() -> None:
    d = predictive(false_machines=0.5, max_abandon=0.1)
    for leg in [each.leg for each in d.all(o.Originate)][:4]:
        d.give(i.LegAnswered(leg))
        d.give(i.VerdictReached(leg, Verdict.MACHINE))
    assert [kind for kind, *_ in happened(d)].count(Kind.ABANDON) == 2
    d.later(6)
    pace = d.last(o.PaceDecided)
    assert (pace.answers, pace.lost, pace.silent, pace.recent_silent) == (0, 0, 2.0, 2.0)
    assert pace.bound == "over_limit"


def test_two_seconds_are_over_during_detection_where_the_law_looks_at_them() -> None:
    d = predictive(governed=Governed.LATE, max_abandon=0.1)
    leg = d.all(o.Originate)[0].leg
    d.give(i.LegAnswered(leg))
    d.later(2.5)
    assert d.last(o.PaceDecided).lost == 0
    d.give(i.VerdictReached(leg, Verdict.HUMAN))
    d.agent_answers()
    d.later(6)
    assert d.last(o.PaceDecided).lost == 1


@pytest.mark.parametrize(("waited", "lost"), [(2, 0), (2.001, 1)])
def test_whoever_meets_an_agent_within_two_seconds_is_in_time(waited: float, lost: int) -> None:
    d = predictive(governed=Governed.LATE, max_abandon=0.1)
    leg = d.all(o.Originate)[0].leg
    d.give(i.LegAnswered(leg), i.VerdictReached(leg, Verdict.HUMAN))
    d.later(waited)
    d.agent_answers()
    d.later(6)
    assert d.last(o.PaceDecided).lost == lost


def test_after_a_restart_the_machines_of_the_last_engine_still_cost() -> None:
    d = predictive(false_machines=0.1, max_abandon=0.1)
    machines = tuple(MONDAY - timedelta(seconds=n) for n in range(30, 0, -1))
    d.give(
        i.CampaignConfigured(d.campaign, i.PacingHistory(counted=(Counted(MONDAY, 0, 0, 0, 30),), machines=machines))
    )
    d.later(6)
    assert d.last(o.PaceDecided).silent == pytest.approx(3.0)
    assert d.last(o.PaceDecided).recent_silent == pytest.approx(3.0)
