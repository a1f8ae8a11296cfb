"""Predictive: calls leave before anybody is free, within the pace, the caps and the limit."""

from __future__ import annotations

from datetime import timedelta

import pytest

from campana.engine import inputs as i
from campana.engine import outputs as o
from campana.engine.config import AgentConfig, CampaignConfig, OrganisationConfig, TrunkConfig
from campana.engine.pacing.governor import Answer, Counted
from campana.engine.words import (
    Cause,
    DialMode,
    Goal,
    Governed,
    Outcome,
    PaceBound,
    PaceStart,
    PacingMethod,
    Presence,
    TaskState,
)
from campana.kernel.ids import AgentId, CampaignId, LegId, OrganisationId
from support.dialler import CAMPAIGN, MONDAY, TRUNK, Dialler, campaign, card

FOUR = [AgentId(n) for n in range(1, 5)]


def predictive(**settings: object) -> CampaignConfig:
    base = {"mode": DialMode.PREDICTIVE, "wrap_up": timedelta(0), "goal": Goal.NONE}
    return campaign(**{**base, **settings})


def coefficient(value: float, **settings: object) -> CampaignConfig:
    return predictive(pacing=PacingMethod.COEFFICIENT, coefficient=value, max_abandon=None, **settings)


def dialler(
    config: CampaignConfig, *, agents: list[AgentId] | None = None, tasks: int = 400, **more: object
) -> Dialler:
    return Dialler(config, tasks=[card(n) for n in range(1, tasks)], agents=agents or FOUR, **more)  # type: ignore[arg-type]


def ringing(d: Dialler) -> list[LegId]:
    """Customers' legs that are neither answered nor over, oldest first."""
    over = {each.attempt_id for each in d.all(o.AttemptEnded)} | {each.attempt_id for each in d.all(o.AttemptMoved)}
    opened = [each.attempt_id for each in d.all(o.AttemptOpened)]
    legs = [each.leg for each in d.all(o.Originate)]
    return [leg for attempt, leg in zip(opened, legs, strict=True) if attempt not in over]


def bring(d: Dialler, tasks: int) -> None:
    d.waiting = [card(n) for n in range(1, tasks)]
    d.give(i.TasksAdded(CAMPAIGN))
    d.later(2)


def converse(d: Dialler, count: int) -> None:
    """So many customers answer and are connected at once, and the talks end a minute later."""
    for _ in range(count):
        leg = ringing(d)[0]
        d.give(i.LegAnswered(leg))
        agent = d.last(o.RingAgent)
        assert agent.customer_leg == leg
        d.give(i.LegAnswered(agent.leg))
        d.later(30)
        d.give(i.LegEnded(leg, Cause.HUNG_UP))
        d.later(1)


def test_coefficient_one_and_a_half_runs_six_attempts_for_four_agents() -> None:
    d = dialler(coefficient(1.5))
    assert len(ringing(d)) == 6
    d.later(5)
    assert len(ringing(d)) == 6


def test_a_pickup_rate_of_half_runs_eight_attempts_for_four_agents() -> None:
    d = dialler(predictive(pacing=PacingMethod.PICKUP_RATE, pickup_rate=50, max_abandon=None))
    assert len(ringing(d)) == 8


def test_a_pickup_rate_counts_neither_talking_agents_nor_answered_customers_twice() -> None:
    d = dialler(predictive(pacing=PacingMethod.PICKUP_RATE, pickup_rate=50, max_abandon=None))
    leg = ringing(d)[0]
    d.give(i.LegAnswered(leg))
    d.give(i.LegAnswered(d.last(o.RingAgent).leg))
    d.later(2)
    assert len(ringing(d)) == 7  # three free agents want six, and seven are out already


def test_a_careful_start_keeps_one_call_for_each_free_agent_and_reserves_it() -> None:
    d = dialler(predictive())
    d.later(5)
    assert len(ringing(d)) == 4
    assert all(opened.agent_id is not None for opened in d.all(o.AttemptOpened))
    assert d.last(o.PaceDecided).bound is PaceBound.START


def test_reserved_calls_and_their_agents_are_seen_by_the_pacer() -> None:
    d = dialler(predictive())
    d.later(6)
    said = d.last(o.PaceDecided)
    assert (said.team, said.free, said.ringing, said.allowed) == (4, 4, 4, 0)


def test_a_fast_start_takes_the_cap_at_once() -> None:
    five = [AgentId(n) for n in range(1, 6)]
    organisation = OrganisationConfig(OrganisationId(1), "UTC", licence_calls=20)
    d = dialler(predictive(pace_start=PaceStart.FAST), agents=five, organisation=organisation, tasks=0)
    d.later(1)
    bring(d, 60)
    assert len(ringing(d)) == 20


def test_after_the_start_adaptive_dials_while_nobody_is_free() -> None:
    d = dialler(predictive(max_abandon=0.1), tasks=4000)
    converse(d, 31)
    ahead = 0
    for _ in range(60):
        before = len(d.all(o.AttemptOpened))
        busy = 0
        for leg in ringing(d)[:1]:
            d.give(i.LegAnswered(leg))
            if d.last(o.RingAgent).customer_leg == leg:
                d.give(i.LegAnswered(d.last(o.RingAgent).leg))
        states = {moved.agent_id: moved.state.value for moved in d.all(o.AgentMoved)}
        busy = sum(state == "in_call" for state in states.values())
        d.later(1)
        if busy == 4:
            ahead += len(d.all(o.AttemptOpened)) - before
        for moved in d.all(o.AttemptMoved)[-40:]:
            if moved.state.value == "connected" and d.now - moved.at > timedelta(seconds=20):
                d.give(i.LegEnded(LegId(f"{moved.attempt_id:x}-c"), Cause.HUNG_UP))
    assert d.last(o.PaceDecided).bound in {PaceBound.RISK, PaceBound.OVER_LIMIT}
    assert any(opened.agent_id is None for opened in d.all(o.AttemptOpened))


def test_a_single_agent_is_never_dialled_ahead_for_and_is_told_so() -> None:
    d = dialler(predictive(), agents=FOUR[:1])
    converse(d, 32)
    d.later(3)
    assert len(ringing(d)) == 1
    assert d.last(o.PaceDecided).bound is PaceBound.SMALL_TEAM


def test_a_limit_of_zero_never_dials_ahead() -> None:
    d = dialler(predictive(max_abandon=0.0, pace_start=PaceStart.FAST))
    d.later(5)
    assert len(ringing(d)) == 4
    assert d.last(o.PaceDecided).bound is PaceBound.ZERO_LIMIT


@pytest.mark.parametrize("method", list(PacingMethod))
def test_over_the_limit_every_method_keeps_one_call_for_each_free_agent(method: PacingMethod) -> None:
    d = dialler(predictive(pacing=method, coefficient=3.0, pickup_rate=20, pace_start=PaceStart.FAST), tasks=0)
    lost = [Answer(MONDAY, n % 5 == 0, n % 5 == 0) for n in range(50)]
    d.give(i.CampaignConfigured(d.campaign, i.PacingHistory(tuple(lost), (Counted(MONDAY, 50, 10, 10),))))
    d.later(2)
    bring(d, 60)
    assert len(ringing(d)) == 4
    assert d.last(o.PaceDecided).bound is PaceBound.OVER_LIMIT


def test_dialling_ahead_comes_back_when_the_rate_is_below_the_limit() -> None:
    d = dialler(predictive(pacing=PacingMethod.COEFFICIENT, coefficient=2.0), tasks=0)
    lost = [Answer(MONDAY, n == 0, n == 0) for n in range(30)]
    d.give(i.CampaignConfigured(d.campaign, i.PacingHistory(tuple(lost), (Counted(MONDAY, 30, 1, 1),))))
    bring(d, 400)
    assert len(ringing(d)) == 4
    converse(d, 4)
    for leg in ringing(d):
        d.give(i.LegEnded(leg, Cause.BUSY))
    d.later(2)
    assert len(ringing(d)) == 8


def test_a_restart_remembers_the_budget_of_the_window() -> None:
    d = dialler(predictive(pacing=PacingMethod.COEFFICIENT, coefficient=2.0))
    d.give(i.CampaignConfigured(d.campaign, i.PacingHistory((), (Counted(MONDAY - timedelta(days=20), 1000, 31, 31),))))
    d.later(10)
    said = d.last(o.PaceDecided)
    assert (said.answers, said.lost, said.bound) == (1000, 31, PaceBound.OVER_LIMIT)


def test_who_hangs_up_at_once_is_not_counted_as_abandoned() -> None:
    d = dialler(coefficient(2.0), agents=FOUR[:1])
    one, two = ringing(d)
    for leg in (one, two):
        d.give(i.LegAnswered(leg))
    d.later(1)
    d.give(i.LegEnded(two, Cause.HUNG_UP))
    ended = d.last(o.AttemptEnded)
    assert (ended.outcome, ended.abandoned) == (Outcome.HUNG_UP_WAITING, False)
    d.later(10)
    assert d.last(o.PaceDecided).answers == 0


def test_who_hangs_up_later_is_and_comes_again_with_an_agent_reserved() -> None:
    d = dialler(coefficient(2.0), agents=FOUR[:1], tasks=3)
    one, two = ringing(d)
    d.give(i.LegAnswered(one))
    d.give(i.LegAnswered(d.last(o.RingAgent).leg))
    d.give(i.LegAnswered(two))
    d.later(3)
    d.give(i.LegEnded(two, Cause.HUNG_UP))
    assert d.last(o.AttemptEnded).abandoned
    moved = d.last(o.TaskMoved)
    assert (moved.state, moved.guaranteed) == (TaskState.PLANNED, True)


def test_a_guaranteed_contact_waits_for_an_agent_and_is_then_dialled_first() -> None:
    tasks = [card(1, guaranteed=True)] + [card(n) for n in range(2, 30)]
    d = Dialler(coefficient(2.0), tasks=tasks, agents=FOUR)
    first = d.all(o.AttemptOpened)[0]
    assert (first.task_id, first.agent_id) == (1, FOUR[0])
    assert all(opened.agent_id is None for opened in d.all(o.AttemptOpened)[1:])


def test_a_number_abandoned_by_another_campaign_is_dialled_with_an_agent_only() -> None:
    from dataclasses import replace

    locked = card(1)
    locked = replace(locked, numbers=(replace(locked.numbers[0], abandoned_at=MONDAY - timedelta(hours=71)),))
    free = card(2)
    free = replace(free, numbers=(replace(free.numbers[0], abandoned_at=MONDAY - timedelta(hours=73)),))
    d = Dialler(coefficient(2.0), tasks=[locked, free], agents=FOUR)
    by_task = {opened.task_id: opened.agent_id for opened in d.all(o.AttemptOpened)}
    assert by_task[1] is not None
    assert by_task[2] is None


def test_two_seconds_after_the_answer_count_where_the_law_looks_at_them() -> None:
    d = dialler(coefficient(1.0, governed=Governed.LATE), agents=FOUR[:1], tasks=20)
    leg = ringing(d)[0]
    d.give(i.LegAnswered(leg))
    d.later(3)
    d.give(i.LegAnswered(d.last(o.RingAgent).leg))
    d.later(10)
    said = d.last(o.PaceDecided)
    assert (said.answers, said.lost) == (1, 1)


def test_the_trunk_and_the_licence_stay_on_top_of_the_pace() -> None:
    d = dialler(coefficient(10.0), trunk=TrunkConfig(TRUNK, "trunk", channels=7, calls_per_second=100))
    assert len(ringing(d)) == 7
    assert d.last(o.CampaignHeld).code is not None


def test_the_pace_of_the_trunk_is_kept() -> None:
    d = dialler(coefficient(10.0), trunk=TrunkConfig(TRUNK, "trunk", channels=100, calls_per_second=2))
    assert len(ringing(d)) == 2
    d.later(3)
    assert len(ringing(d)) == 8


def test_an_agent_of_two_campaigns_is_promised_once() -> None:
    one = coefficient(2.0)
    other = coefficient(2.0, id=CampaignId(2))
    work = [card(n, campaign_id=CampaignId(1 + n % 2)) for n in range(1, 80)]
    d = Dialler(one, other, tasks=work, agents=FOUR)
    d.later(4)
    assert len(ringing(d)) == 8
    served = [opened.campaign_id for opened in d.all(o.AttemptOpened)]
    assert min(served.count(one.id), served.count(other.id)) >= 2


def test_the_more_urgent_campaign_has_the_shared_agents() -> None:
    one = coefficient(2.0, priority=1)
    other = coefficient(2.0, id=CampaignId(2), priority=5)
    work = [card(n, campaign_id=CampaignId(1 + n % 2)) for n in range(1, 80)]
    d = Dialler(one, other, tasks=work, agents=FOUR)
    d.later(6)
    said = {pace.campaign_id: pace.team for pace in d.all(o.PaceDecided)}
    assert said[one.id] == 4
    assert said[other.id] == 0


def test_a_more_urgent_campaign_at_its_cap_keeps_no_agent_from_the_others() -> None:
    urgent = coefficient(2.0, priority=1, max_calls=1)
    other = coefficient(2.0, id=CampaignId(2), priority=5)
    work = [card(n, campaign_id=CampaignId(1 + n % 2)) for n in range(1, 80)]
    d = Dialler(urgent, other, tasks=work, agents=FOUR)
    d.later(4)
    out = [opened.campaign_id for opened in d.all(o.AttemptOpened)]
    assert out.count(urgent.id) == 1
    assert out.count(other.id) >= 3


def test_agents_who_go_away_count_at_the_next_decision() -> None:
    d = dialler(coefficient(2.0))
    for agent in FOUR[1:]:
        d.presence(agent, Presence.NOT_READY)
    for leg in ringing(d):
        d.give(i.LegEnded(leg, Cause.BUSY))
    d.later(1)
    assert len(ringing(d)) == 2


def test_every_attempt_keeps_why_it_was_allowed() -> None:
    d = dialler(coefficient(1.5))
    assert {opened.permit.checks["pace"] for opened in d.all(o.AttemptOpened)} == {"method"}


def test_it_looks_once_a_second_and_not_at_all_when_nobody_is_there() -> None:
    d = dialler(coefficient(1.5))
    assert d.engine.deadline() == MONDAY + timedelta(seconds=1)
    for agent in FOUR:
        d.presence(agent, Presence.OFF, online=False)
    for leg in ringing(d):
        d.give(i.LegEnded(leg, Cause.BUSY))
    d.later(2)
    deadline = d.engine.deadline()
    assert deadline is None or deadline > d.now + timedelta(seconds=2)


def test_agents_who_come_within_the_second_of_a_look_are_seen_a_second_later() -> None:
    d = dialler(predictive(pace_start=PaceStart.FAST), tasks=0)
    d.give(i.AgentConfigured(AgentConfig(AgentId(8), "eight", "PJSIP/8", frozenset({CAMPAIGN}))))
    d.presence(AgentId(8))
    d.later(1)
    bring(d, 100)
    assert d.last(o.PaceDecided).team == 5


def test_an_agent_who_joins_later_is_dialled_for() -> None:
    d = dialler(coefficient(1.5))
    new = AgentId(9)
    d.give(i.AgentConfigured(AgentConfig(new, "nine", "PJSIP/9", frozenset({CAMPAIGN}))))
    d.presence(new)
    d.later(1)
    assert len(ringing(d)) == 7
