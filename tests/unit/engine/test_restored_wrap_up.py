"""After a restart: conversations that ended while nobody was watching."""

from __future__ import annotations

from datetime import timedelta

from campana.engine import inputs as i
from campana.engine import outputs as o
from campana.engine.config import AgentConfig
from campana.engine.words import AgentState, AttemptState, Cause, ResultClass, TaskState
from campana.kernel.ids import AttemptId, ResultId, agent_leg, customer_leg
from support.dialler import ALICE, HOTLINE, MONDAY, TRUNK, Dialler, card

ATTEMPT = AttemptId(77)


def said(kind: ResultClass) -> i.ResultEntered:
    return i.ResultEntered(ALICE, ATTEMPT, ResultId(5), kind, callback_at=MONDAY + timedelta(hours=2))


def restored(ended_ago: float, result: i.ResultEntered | None = None) -> Dialler:
    d = Dialler(agents=(), switch=False)
    d.give(i.AgentConfigured(AgentConfig(ALICE, "Alice", "PJSIP/1", frozenset({card(1).campaign_id}))))
    d.give(i.WrapUpRestored(ATTEMPT, card(1), ALICE, 0, d.now - timedelta(seconds=ended_ago), result))
    d.presence(ALICE)
    d.give(i.SwitchReturned(()))
    return d


def test_an_agent_whose_wrap_up_ran_out_meanwhile_is_available() -> None:
    d = restored(ended_ago=60)
    assert d.last(o.WrapUpEnded).attempt_id == ATTEMPT
    assert d.last(o.AgentMoved).state is AgentState.AVAILABLE


def test_an_agent_in_wrap_up_has_what_is_left_of_it() -> None:
    d = restored(ended_ago=10)
    assert d.last(o.AgentMoved).state is AgentState.WRAP_UP
    d.later(5)
    assert d.last(o.AgentMoved).state is AgentState.AVAILABLE


def test_a_wrap_up_that_was_extended_is_as_long_after_a_restart_and_not_extended_again() -> None:
    d = Dialler(agents=(), switch=False)
    d.give(i.AgentConfigured(AgentConfig(ALICE, "Alice", "PJSIP/1", frozenset({card(1).campaign_id}))))
    ended, length = d.now - timedelta(seconds=20), timedelta(seconds=15)
    d.give(i.WrapUpRestored(ATTEMPT, card(1), ALICE, 0, ended, until=ended + 2 * length))
    d.presence(ALICE)
    d.give(i.SwitchReturned(()))
    assert d.last(o.AgentMoved).state is AgentState.WRAP_UP
    assert d.last(o.AgentMoved).until == ended + 2 * length
    d.give(i.ExtendRequested(ALICE))
    assert d.last(o.AgentMoved).until == ended + 2 * length
    d.later(10)
    assert d.last(o.AgentMoved).state is AgentState.AVAILABLE


def test_a_result_said_before_the_restart_counts_after_it() -> None:
    for ended_ago in (60, 10):
        d = restored(ended_ago, said(ResultClass.CALL_BACK))
        d.later(5)
        assert d.last(o.WrapUpEnded).result_id == ResultId(5)
        assert d.last(o.TaskMoved).state is TaskState.PLANNED
        assert d.last(o.TaskMoved).agreed


def test_a_result_said_while_talking_outlives_a_restart_in_mid_talk() -> None:
    d = Dialler(agents=(), switch=False)
    d.give(i.AgentConfigured(AgentConfig(ALICE, "Alice", "PJSIP/1", frozenset({card(1).campaign_id}))))
    talking = i.AttemptRestored(
        ATTEMPT, card(1), AttemptState.CONNECTED, 0, HOTLINE, TRUNK, ALICE, 1, MONDAY, MONDAY, MONDAY,
        said(ResultClass.DO_NOT_CALL),
    )  # fmt: skip
    d.give(talking)
    d.presence(ALICE)
    customer, agent = customer_leg(ATTEMPT), agent_leg(ATTEMPT, 1)
    d.give(i.SwitchReturned((i.LiveLeg(customer, True), i.LiveLeg(agent, True))))
    d.give(i.LegEnded(customer, Cause.HUNG_UP))
    d.later(15)
    assert d.last(o.TaskMoved).state is TaskState.EXCLUDED


def test_a_talk_of_an_agent_who_was_removed_outlives_a_restart() -> None:
    d = Dialler(agents=(), switch=False)
    d.give(
        i.AttemptRestored(ATTEMPT, card(1), AttemptState.CONNECTED, 0, HOTLINE, TRUNK, ALICE, 1, MONDAY, MONDAY, MONDAY)
    )
    customer, agent = customer_leg(ATTEMPT), agent_leg(ATTEMPT, 1)
    d.give(i.SwitchReturned((i.LiveLeg(customer, True), i.LiveLeg(agent, True))))
    assert d.all(o.HangUp) == []
    d.give(i.LegEnded(customer, Cause.HUNG_UP))
    assert [hang_up.leg for hang_up in d.all(o.HangUp)] == [agent]
    assert d.last(o.WrapUpEnded).attempt_id == ATTEMPT
    assert d.last(o.TaskMoved).state is TaskState.COMPLETED
