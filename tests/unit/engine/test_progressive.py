"""Progressive, from a waiting task to the result."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from campana.engine import inputs as i
from campana.engine import outputs as o
from campana.engine.config import AgentConfig, Retry, RetryPlan
from campana.engine.words import (
    AgentState,
    CampaignReason,
    CampaignState,
    Cause,
    DialMode,
    Goal,
    Outcome,
    Presence,
    RefusalCode,
    ResultClass,
    RetryEvent,
    TaskState,
    Wanted,
)
from campana.kernel.ids import CampaignId, ResultId
from support.dialler import ALICE, BOB, CAMPAIGN, ORGANISATION, Dialler, campaign, card


def test_the_attempt_is_written_down_before_it_is_dialled() -> None:
    d = Dialler(tasks=[card(1)])
    kinds = [type(output) for output in d.outputs]
    assert kinds.index(o.AttemptOpened) < kinds.index(o.Originate)


def test_a_call_leaves_only_for_a_free_agent() -> None:
    d = Dialler(tasks=[card(n) for n in range(1, 6)], agents=[ALICE, BOB])
    assert len(d.all(o.Originate)) == 2


def test_customer_is_bridged_to_the_reserved_agent_and_wrap_up_follows() -> None:
    d = Dialler(tasks=[card(1)])
    d.talk()
    assert d.last(o.Bridge).agent_leg == d.last(o.RingAgent).leg
    d.end()
    assert d.last(o.AttemptEnded).outcome is Outcome.ANSWERED
    assert d.last(o.AgentMoved).state is AgentState.WRAP_UP
    d.later(15)
    assert d.last(o.AgentMoved).state is AgentState.AVAILABLE
    assert d.last(o.TaskMoved).state is TaskState.COMPLETED


def test_the_campaign_finishes_when_its_list_is_exhausted() -> None:
    d = Dialler(tasks=[card(1)])
    d.talk()
    d.end()
    assert d.last(o.CampaignMoved).state is CampaignState.RUNNING
    d.later(16)
    assert d.last(o.CampaignMoved) == o.CampaignMoved(
        d.last(o.CampaignMoved).campaign_id,
        CampaignState.FINISHED,
        CampaignReason.EXHAUSTED,
        d.last(o.CampaignMoved).at,
    )


@pytest.mark.parametrize(
    ("cause", "outcome", "counted"),
    [
        (Cause.BUSY, Outcome.BUSY, True),
        (Cause.RING_TIMEOUT, Outcome.NO_ANSWER, True),
        (Cause.REJECTED, Outcome.REJECTED, True),
        (Cause.UNAVAILABLE, Outcome.UNAVAILABLE, True),
        (Cause.NOT_FOUND, Outcome.INVALID_NUMBER, True),
        (Cause.CONGESTION, Outcome.CONGESTION, True),
        (Cause.TRUNK_DEAD, Outcome.HOTLINE_FAILURE, False),
        (Cause.LOST, Outcome.SYSTEM_ERROR, False),
        (Cause.SWITCH_ERROR, Outcome.SYSTEM_ERROR, False),
        (Cause.WE_HUNG_UP, Outcome.CANCELLED, False),
    ],
)
def test_every_cause_before_the_answer_has_its_outcome(cause: Cause, outcome: Outcome, counted: bool) -> None:
    d = Dialler(tasks=[card(1)])
    d.end(cause)
    ended = d.last(o.AttemptEnded)
    assert (ended.outcome, ended.counted) == (outcome, counted)


def test_busy_waits_three_minutes_where_the_plan_says_so() -> None:
    plan = RetryPlan(events={RetryEvent.BUSY: Retry(5, timedelta(minutes=3))})
    d = Dialler(campaign(retry=plan), tasks=[card(1)])
    d.end(Cause.BUSY)
    moved = d.last(o.TaskMoved)
    assert (moved.state, moved.next_at) == (TaskState.PLANNED, d.now + timedelta(minutes=3))


def test_the_last_allowed_round_ends_not_reached() -> None:
    d = Dialler(tasks=[card(1, rounds=2)])
    d.end(Cause.BUSY)
    assert d.last(o.TaskMoved).state is TaskState.NOT_REACHED


def test_an_agent_who_does_not_answer_hands_the_customer_to_the_next() -> None:
    d = Dialler(tasks=[card(1)], agents=[ALICE, BOB])
    d.answer()
    first = d.last(o.RingAgent)
    d.agent_ends(Cause.RING_TIMEOUT)
    second = d.last(o.RingAgent)
    assert first.endpoint != second.endpoint
    assert not d.all(o.HangUp)


def test_three_missed_offers_withdraw_readiness() -> None:
    d = Dialler(campaign(max_wait=timedelta(seconds=300)), tasks=[card(1)])
    d.answer()
    for _ in range(3):
        d.agent_ends(Cause.RING_TIMEOUT)
    assert d.last(o.AgentSetNotReady).agent_id == ALICE
    assert d.last(o.AgentMoved).state is AgentState.NOT_READY


def test_max_wait_runs_from_the_answer_and_ends_as_abandoned() -> None:
    d = Dialler(campaign(max_wait=timedelta(seconds=20), agent_ring=timedelta(seconds=30)), tasks=[card(1)])
    d.answer()
    d.later(19)
    assert not d.all(o.HangUp)
    d.later(1)
    assert d.last(o.HangUp).leg == d.last(o.Originate).leg
    d.end(Cause.WE_HUNG_UP)
    assert d.last(o.AttemptEnded).outcome is Outcome.ABANDONED
    assert d.last(o.TaskMoved).guaranteed


def test_coefficient_one_and_a_half_dials_six_for_four_agents() -> None:
    from campana.kernel.ids import AgentId

    agents = [AgentId(n) for n in range(1, 5)]
    tasks = [card(n) for n in range(1, 20)]
    d = Dialler(campaign(coefficient=1.5), tasks=tasks, agents=agents)
    assert len(d.all(o.Originate)) == 6


def test_an_agent_leaving_before_the_answer_cancels_the_call_uncounted() -> None:
    d = Dialler(tasks=[card(1)])
    d.presence(ALICE, Presence.NOT_READY)
    assert d.last(o.HangUp).leg == d.last(o.Originate).leg
    d.end(Cause.WE_HUNG_UP)
    assert d.last(o.AttemptEnded).outcome is Outcome.CANCELLED
    assert d.last(o.TaskMoved).state is TaskState.WAITING


def test_not_ready_while_talking_comes_after_wrap_up() -> None:
    d = Dialler(tasks=[card(1)])
    d.talk()
    d.presence(ALICE, Presence.NOT_READY)
    assert d.last(o.AgentMoved).not_ready_after
    assert not d.all(o.HangUp)
    d.end()
    d.later(15)
    assert d.last(o.AgentMoved).state is AgentState.NOT_READY


def test_an_agreed_call_back_is_planned_for_its_agent() -> None:
    d = Dialler(tasks=[card(1, rounds=2)])
    d.talk()
    at = d.now + timedelta(hours=2)
    d.give(i.ResultEntered(ALICE, d.attempt(), ResultId(1), ResultClass.CALL_BACK, at, True))
    d.end()
    d.give(i.ReadyRequested(ALICE))
    moved = d.last(o.TaskMoved)
    assert (moved.state, moved.next_at, moved.preferred_agent, moved.agreed) == (TaskState.PLANNED, at, ALICE, True)
    assert moved.anyone_at == at + timedelta(minutes=15)


def test_do_not_call_marks_the_contact() -> None:
    d = Dialler(tasks=[card(1)])
    d.talk()
    d.give(i.ResultEntered(ALICE, d.attempt(), ResultId(1), ResultClass.DO_NOT_CALL))
    d.end()
    d.later(15)
    assert d.last(o.ContactMarked).contact_id == 1
    assert d.last(o.TaskMoved).state is TaskState.EXCLUDED


def test_ready_early_asks_for_a_result_first() -> None:
    d = Dialler(tasks=[card(1)])
    d.talk()
    d.end()
    d.give(i.ReadyRequested(ALICE))
    assert d.last(o.InputRefused).code == "result_required"
    assert d.last(o.AgentMoved).state is AgentState.WRAP_UP


def test_an_attempt_the_database_refuses_is_never_counted_and_frees_the_agent() -> None:
    from campana.engine.words import RefusalCode

    d = Dialler(tasks=[card(1)])
    d.give(i.AttemptRefused(d.attempt(), RefusalCode.IN_ANOTHER_CALL))
    assert d.last(o.TaskMoved).state is TaskState.PLANNED
    assert d.last(o.AgentMoved).state is AgentState.AVAILABLE
    assert not d.all(o.AttemptEnded)


def test_a_late_and_a_double_event_change_nothing() -> None:
    d = Dialler(tasks=[card(1)])
    d.talk()
    assert [type(output) for output in d.answer()] == [o.InputRefused]
    d.end()
    assert d.end() == []


def test_a_talk_survives_pause_and_stop() -> None:
    d = Dialler(tasks=[card(1), card(2)])
    d.talk()
    d.give(i.StopRequested(campaign().id))
    assert d.last(o.CampaignMoved).reason is CampaignReason.BY_USER
    assert not d.all(o.HangUp)


def test_stop_cancels_what_nobody_answered() -> None:
    d = Dialler(tasks=[card(1), card(2)])
    d.ring()
    d.give(i.StopRequested(campaign().id))
    assert d.last(o.HangUp).leg == d.last(o.Originate).leg
    d.end(Cause.WE_HUNG_UP)
    assert not d.last(o.AttemptEnded).counted


def test_a_silent_switch_is_hung_up_before_anything_else_happens_to_the_number() -> None:
    d = Dialler(campaign(), tasks=[card(1)])
    d.later(60)
    assert d.last(o.HangUp).leg == d.last(o.Originate).leg
    assert d.last(o.AttemptEnded).outcome is Outcome.SYSTEM_ERROR
    assert d.last(o.TaskMoved).next_at is not None


def test_nothing_is_dialled_without_a_switch() -> None:
    d = Dialler(tasks=[card(1)], switch=False)
    assert not d.all(o.Originate)
    d.give(i.SwitchReturned(()))
    assert len(d.all(o.Originate)) == 1


def test_three_dead_calls_rest_the_hotline_and_stop_the_campaign() -> None:
    d = Dialler(tasks=[card(n) for n in range(1, 6)])
    for _ in range(3):
        d.end(Cause.TRUNK_DEAD)
    assert d.last(o.HotlineRested).until is not None
    assert d.last(o.CampaignMoved).reason is CampaignReason.HOTLINES_FAILING
    assert all(not ended.counted for ended in d.all(o.AttemptEnded))


def test_a_personal_call_back_waits_for_its_agent_and_others_go_on() -> None:
    mine = card(1, preferred_agent=BOB, anyone_at=None)
    d = Dialler(tasks=[mine, card(2)], agents=[ALICE])
    assert [opened.task_id for opened in d.all(o.AttemptOpened)] == [2]


def test_anybody_takes_a_personal_call_back_when_its_grace_is_over() -> None:
    from support.dialler import MONDAY

    d = Dialler(tasks=[card(1, preferred_agent=BOB, anyone_at=MONDAY)], agents=[ALICE])
    assert d.last(o.AttemptOpened).agent_id == ALICE


def test_the_more_urgent_campaign_gets_the_agent_while_its_tasks_are_being_read() -> None:
    urgent, other = campaign(priority=1), campaign(id=CampaignId(2), priority=2)
    d = Dialler(urgent, other, agents=[])
    d.waiting = [card(1, campaign_id=CampaignId(2)), card(2)]
    d.give(i.TasksAdded(urgent.id), i.TasksAdded(other.id))
    from campana.engine.config import AgentConfig

    d.give(i.AgentConfigured(AgentConfig(ALICE, "alice", "PJSIP/1", frozenset({urgent.id, other.id}))))
    d.presence(ALICE)
    assert [opened.campaign_id for opened in d.all(o.AttemptOpened)] == [urgent.id]


def test_a_round_whose_last_number_is_suppressed_is_over_and_the_first_number_gets_another() -> None:
    from campana.engine.config import Dialable
    from campana.kernel.phone import phone_number

    numbers = (
        Dialable(phone_number("15550000001"), "UTC"),
        Dialable(phone_number("15550000002"), "UTC", suppressed=True),
    )
    d = Dialler(tasks=[card(1, numbers=numbers, number_index=1)])
    moved = d.last(o.TaskMoved)
    assert (moved.state, moved.rounds, moved.number_index) == (TaskState.PLANNED, 1, 0)


def test_a_black_hole_among_working_numbers_is_the_numbers_own_trouble() -> None:
    hole = card(1, by_event={RetryEvent.HOTLINE: 1}, rounds=2)
    d = Dialler(tasks=[hole])
    d.end(Cause.TRUNK_DEAD)
    ended = d.last(o.AttemptEnded)
    assert (ended.outcome, ended.counted) == (Outcome.UNAVAILABLE, True)
    assert d.last(o.TaskMoved).state is TaskState.NOT_REACHED


def test_the_first_failure_of_a_number_is_the_hotlines_and_is_remembered() -> None:
    d = Dialler(tasks=[card(1)])
    d.end(Cause.TRUNK_DEAD)
    assert d.last(o.AttemptEnded).outcome is Outcome.HOTLINE_FAILURE
    skipped = next(moved for moved in d.all(o.TaskMoved) if moved.skipped_hotline)
    assert skipped.by_event == {RetryEvent.HOTLINE: 1}


def test_an_over_dialling_campaign_leaves_its_equal_a_turn() -> None:
    from campana.kernel.ids import CampaignId

    greedy, modest = campaign(coefficient=1.6), campaign(id=CampaignId(2))
    work = [card(n, campaign_id=CampaignId(1 + n % 2)) for n in range(1, 60)]
    d = Dialler(greedy, modest, tasks=work, agents=[ALICE, BOB])
    for _ in range(12):
        d.end(Cause.BUSY)
        d.later(1)
    served = {opened.campaign_id for opened in d.all(o.AttemptOpened)}
    assert served == {greedy.id, modest.id}


@pytest.mark.parametrize("wish", [Wanted.PAUSE, Wanted.FINISH])
def test_a_reopened_campaign_is_scheduled_again_and_runs(wish: Wanted) -> None:
    d = Dialler(agents=[])
    d.give(i.CampaignConfigured(campaign(wanted=wish)))
    assert d.last(o.CampaignMoved).state in {CampaignState.PAUSED, CampaignState.FINISHED}
    d.waiting = [card(1)]
    d.give(i.CampaignConfigured(campaign(reopened=1)))
    d.give(i.AgentConfigured(AgentConfig(ALICE, "alice", "PJSIP/1", frozenset({CAMPAIGN}))))
    d.presence(ALICE)
    assert d.last(o.CampaignMoved).state is CampaignState.RUNNING
    assert d.all(o.Originate)


def test_old_news_of_a_scheduled_campaign_does_not_reopen_it() -> None:
    d = Dialler(agents=[])
    d.give(i.CampaignConfigured(campaign(wanted=Wanted.FINISH)))
    d.give(i.CampaignConfigured(campaign()))
    assert d.last(o.CampaignMoved).state is CampaignState.FINISHED


def test_a_campaign_whose_agent_was_claimed_dials_when_the_claim_ends() -> None:
    first, second = CampaignId(1), CampaignId(2)
    both = [campaign(id=which, coefficient=2.0, goal=Goal.NONE) for which in (first, second)]
    d = Dialler(*both, tasks=[card(1)], organisation=replace(ORGANISATION, licence_calls=1))
    d.waiting = [card(2, campaign_id=second)]
    d.give(i.TasksAdded(second))
    assert d.last(o.AttemptOpened).campaign_id == first
    d.end(Cause.BUSY)
    assert d.last(o.AttemptOpened).campaign_id == second


def test_a_list_is_not_exhausted_when_a_refused_contact_came_back_since_it_was_asked() -> None:
    d = Dialler(tasks=[card(1), card(2)])
    d.end(
        Cause.NOT_FOUND
    )  # the second contact is dialled, more is asked for; the database refuses it in the same breath
    d.answering = False
    d.give(i.TasksAdded(CAMPAIGN))
    request = d.last(o.ReserveTasks).request
    d.give(i.AttemptRefused(d.attempt(), RefusalCode.IN_ANOTHER_CALL))
    d.give(i.TasksReserved(CAMPAIGN, request, (), open_tasks=0))
    assert d.last(o.TaskMoved).state is TaskState.PLANNED
    assert d.last(o.CampaignMoved).state is CampaignState.RUNNING
    assert d.last(o.ReserveTasks).request > request


def test_a_list_is_not_exhausted_when_a_contact_was_given_back_since_it_was_asked() -> None:
    d = Dialler(campaign(mode=DialMode.PREVIEW), tasks=[card(1)], agents=[ALICE, BOB])
    d.answering = False
    d.give(i.TasksAdded(CAMPAIGN))
    request = d.last(o.ReserveTasks).request
    d.presence(ALICE, online=False)
    d.presence(BOB, online=False)
    assert d.released == [1]
    d.give(i.TasksReserved(CAMPAIGN, request, (), open_tasks=0))
    assert d.last(o.CampaignMoved).state is CampaignState.RUNNING


def test_a_free_agent_who_joins_wakes_a_campaign_whose_tasks_went_back() -> None:
    d = Dialler(tasks=[card(1), card(2)], agents=[])
    d.give(i.AgentConfigured(AgentConfig(BOB, "agent 2", "PJSIP/2", frozenset())))
    d.presence(BOB)
    d.give(i.AgentConfigured(AgentConfig(ALICE, "agent 1", "PJSIP/1", frozenset({CAMPAIGN}))))
    d.presence(ALICE)
    d.talk()
    d.waiting = [card(2)]
    d.give(i.TasksAdded(CAMPAIGN))
    d.later(40)
    d.waiting = [card(2)]
    d.give(i.AgentConfigured(AgentConfig(BOB, "agent 2", "PJSIP/2", frozenset({CAMPAIGN}))))
    assert len(d.all(o.AttemptOpened)) == 2
