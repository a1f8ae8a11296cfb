"""A new engine meets what the last one left: adopt what is up, close what is gone, never dial it again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from campana.engine import inputs as i
from campana.engine import outputs as o
from campana.engine.words import AgentState, AttemptState, CampaignState, Cause, Outcome, TaskState
from campana.kernel.ids import agent_leg, attempt_id, customer_leg
from support.dialler import ALICE, CAMPAIGN, HOTLINE, MONDAY, TRUNK, Dialler, campaign, card

OLD = attempt_id(1, 1, 7)
CUSTOMER, AGENT = customer_leg(OLD), agent_leg(OLD, 1)


def restarted(state: AttemptState, *, up: tuple[i.LiveLeg, ...], offers: int = 0) -> Dialler:
    d = Dialler(campaign(state=CampaignState.RUNNING), switch=False, fencing=2, start=MONDAY)
    later = MONDAY + timedelta(seconds=20)
    d.now = later
    answered = None if state in {AttemptState.DIALLING, AttemptState.RINGING} else MONDAY
    d.give(
        i.AttemptRestored(
            OLD, card(1), state, 0, HOTLINE, TRUNK, ALICE, offers, MONDAY, answered,
            MONDAY if state is AttemptState.CONNECTED else None,
        )
    )  # fmt: skip
    d.give(i.SwitchReturned(up))
    return d


def test_a_talk_goes_on_with_its_agent() -> None:
    d = restarted(AttemptState.CONNECTED, up=(i.LiveLeg(CUSTOMER, True), i.LiveLeg(AGENT, True)), offers=1)
    assert not d.all(o.HangUp)
    assert d.last(o.AgentMoved).state is AgentState.IN_CALL
    d.give(i.LegEnded(CUSTOMER, Cause.HUNG_UP))
    assert d.last(o.AttemptEnded).outcome is Outcome.ANSWERED
    assert d.last(o.AgentMoved).state is AgentState.WRAP_UP


def test_a_talk_that_ended_meanwhile_is_closed_as_answered() -> None:
    d = restarted(AttemptState.CONNECTED, up=(), offers=1)
    assert d.last(o.AttemptEnded).outcome is Outcome.ANSWERED
    assert d.last(o.TaskMoved).state is TaskState.WRAP_UP


@pytest.mark.parametrize("state", [AttemptState.DIALLING, AttemptState.RINGING])
def test_a_call_that_is_gone_is_a_system_error_and_waits_before_it_is_dialled_again(state: AttemptState) -> None:
    d = restarted(state, up=())
    ended = d.last(o.AttemptEnded)
    assert (ended.outcome, ended.counted) == (Outcome.SYSTEM_ERROR, False)
    assert d.last(o.TaskMoved).next_at == d.now + timedelta(minutes=2)
    assert not d.all(o.Originate)


def test_a_customer_who_answered_meanwhile_gets_the_agent() -> None:
    d = restarted(AttemptState.RINGING, up=(i.LiveLeg(CUSTOMER, True),))
    assert d.last(o.RingAgent).customer_leg == CUSTOMER


def test_a_waiting_customer_is_offered_again() -> None:
    d = restarted(AttemptState.WAITING_AGENT, up=(i.LiveLeg(CUSTOMER, True),), offers=1)
    assert d.last(o.RingAgent).leg == agent_leg(OLD, 2)


def test_an_agent_whose_telephone_is_gone_is_rung_again_and_the_customer_kept() -> None:
    d = restarted(AttemptState.CONNECTED, up=(i.LiveLeg(CUSTOMER, True),), offers=1)
    assert all(command.leg != CUSTOMER for command in d.all(o.HangUp))
    assert d.last(o.RingAgent).endpoint == f"PJSIP/{ALICE}"


def test_a_leg_that_nobody_owns_is_hung_up() -> None:
    stray = customer_leg(attempt_id(1, 1, 99))
    d = restarted(AttemptState.RINGING, up=(i.LiveLeg(CUSTOMER, False), i.LiveLeg(stray, False)))
    assert [command.leg for command in d.all(o.HangUp)] == [stray]


def test_a_lost_switch_stops_dialling_and_its_return_resumes_it() -> None:
    d = Dialler(tasks=[card(1), card(2)])
    d.end(Cause.BUSY)
    d.give(i.SwitchLost())
    d.end(Cause.BUSY)
    made = len(d.all(o.Originate))
    d.later(5)
    assert len(d.all(o.Originate)) == made
    d.waiting = [card(3)]
    d.give(i.TasksAdded(campaign().id), i.SwitchReturned(()))
    assert len(d.all(o.Originate)) == made + 1


def test_a_command_lost_with_the_switch_is_given_again() -> None:
    d = Dialler(tasks=[card(1)])
    d.talk()
    d.give(i.SwitchLost())
    d.give(i.HangUpRequested(ALICE, d.attempt()))
    d.later(30)
    assert not d.all(o.AttemptEnded)
    legs = (i.LiveLeg(d.last(o.Originate).leg, True), i.LiveLeg(d.last(o.RingAgent).leg, True))
    before = len(d.all(o.HangUp))
    d.give(i.SwitchReturned(legs))
    assert len(d.all(o.HangUp)) > before


def test_a_call_goes_on_whose_contact_was_deleted_since_it_was_dialled() -> None:
    d = Dialler(campaign(state=CampaignState.RUNNING), switch=False, fencing=2)
    gone = card(1, numbers=())
    number = card(1).numbers[0].number
    d.give(
        i.AttemptRestored(
            OLD, gone, AttemptState.RINGING, 0, HOTLINE, TRUNK, ALICE, 0, MONDAY, number=number
        )
    )  # fmt: skip
    d.give(i.SwitchReturned((i.LiveLeg(CUSTOMER, True),)))
    assert d.last(o.RingAgent).caller_id == number


def test_what_was_dialled_for_a_campaign_that_is_gone_is_closed_and_hung_up() -> None:
    d = Dialler(campaign(state=CampaignState.RUNNING), switch=False, fencing=2)
    d.give(i.CampaignRemoved(CAMPAIGN))
    d.give(i.AttemptRestored(OLD, card(1), AttemptState.RINGING, 0, HOTLINE, TRUNK, ALICE, 0, MONDAY))
    assert d.last(o.AttemptEnded).outcome is Outcome.SYSTEM_ERROR
    assert d.last(o.TaskMoved).state is TaskState.PLANNED
    d.give(i.SwitchReturned((i.LiveLeg(CUSTOMER, False),)))
    assert d.last(o.HangUp).leg == CUSTOMER


def test_a_talk_of_a_campaign_that_is_gone_is_closed_with_what_was_said() -> None:
    d = Dialler(campaign(state=CampaignState.RUNNING), switch=False, fencing=2)
    d.give(i.CampaignRemoved(CAMPAIGN))
    d.give(i.WrapUpRestored(OLD, card(1), ALICE, 0, MONDAY))
    assert d.last(o.WrapUpEnded).attempt_id == OLD
    assert d.last(o.TaskMoved).state is TaskState.COMPLETED


def test_a_customer_whose_agent_was_lost_in_the_talk_waits_anew_after_a_restart() -> None:
    d = Dialler(campaign(state=CampaignState.RUNNING), switch=False, fencing=2, agents=[])
    d.now = MONDAY + timedelta(minutes=10)
    d.give(
        i.AttemptRestored(
            OLD, card(1), AttemptState.WAITING_AGENT, 0, HOTLINE, TRUNK, None, 1, MONDAY, MONDAY, MONDAY
        )
    )  # fmt: skip
    d.give(i.SwitchReturned((i.LiveLeg(CUSTOMER, True),)))
    d.later(30)
    assert not d.all(o.HangUp)
    d.later(60)
    assert d.last(o.HangUp).leg == CUSTOMER
