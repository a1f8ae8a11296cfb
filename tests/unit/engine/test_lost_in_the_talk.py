"""A talk whose telephone or whose engine is lost in it stays a talk."""

from __future__ import annotations

from datetime import timedelta

from campana.engine import inputs as i
from campana.engine import outputs as o
from campana.engine.words import AttemptState, CampaignState, Cause, Outcome, Presence, ResultClass, TaskState
from campana.kernel.ids import ResultId, agent_leg, attempt_id, customer_leg
from support.dialler import ALICE, HOTLINE, MONDAY, TRUNK, Dialler, campaign, card

OLD = attempt_id(1, 1, 7)
CUSTOMER, AGENT = customer_leg(OLD), agent_leg(OLD, 1)


def lost_in_the_talk(d: Dialler) -> None:
    d.agent_ends(Cause.LOST)
    d.later(3)
    d.end(Cause.HUNG_UP)


def test_do_not_call_said_in_the_talk_counts_though_the_telephone_was_lost() -> None:
    d = Dialler(tasks=[card(1)])
    d.talk()
    d.later(60)
    d.give(i.ResultEntered(ALICE, d.attempt(), ResultId(5), ResultClass.DO_NOT_CALL))
    lost_in_the_talk(d)
    assert [mark.contact_id for mark in d.all(o.ContactMarked)] == [1]
    assert d.last(o.TaskMoved).state is TaskState.EXCLUDED


def test_a_result_said_by_who_had_to_leave_the_talk_counts() -> None:
    d = Dialler(tasks=[card(1)])
    d.talk()
    d.later(60)
    d.agent_ends(Cause.LOST)
    d.presence(ALICE, Presence.OFF, online=False)
    d.give(i.ResultEntered(ALICE, d.attempt(), ResultId(5), ResultClass.DO_NOT_CALL))
    d.end(Cause.HUNG_UP)
    assert not d.all(o.InputRefused)
    assert d.last(o.AttemptEnded).outcome is Outcome.ANSWERED
    assert [mark.contact_id for mark in d.all(o.ContactMarked)] == [1]


def test_whom_an_agent_talked_to_was_not_abandoned() -> None:
    d = Dialler(tasks=[card(1)])
    d.talk()
    d.later(60)
    lost_in_the_talk(d)
    ended = d.last(o.AttemptEnded)
    assert (ended.outcome, ended.abandoned) == (Outcome.HUNG_UP_WAITING, False)
    assert d.last(o.TaskMoved).state is TaskState.PLANNED


def test_a_talk_taken_over_is_let_together_again() -> None:
    d = Dialler(campaign(state=CampaignState.RUNNING), switch=False, fencing=2, start=MONDAY)
    d.now = MONDAY + timedelta(seconds=20)
    d.give(i.AttemptRestored(OLD, card(1), AttemptState.CONNECTED, 0, HOTLINE, TRUNK, ALICE, 1, MONDAY, MONDAY, MONDAY))
    d.give(i.SwitchReturned((i.LiveLeg(CUSTOMER, True), i.LiveLeg(AGENT, True))))
    assert d.all(o.Bridge) == [o.Bridge(CUSTOMER, AGENT)]
