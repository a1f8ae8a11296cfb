"""An agent whose telephone is lost in the talk: the customer hears music, the agent is rung again, others wait."""

from __future__ import annotations

import pytest

from campana.engine import inputs as i
from campana.engine import outputs as o
from campana.engine.calls import RETURN
from campana.engine.words import AgentState, AttemptState, Cause
from support.dialler import ALICE, BOB, Dialler, card


def talking() -> Dialler:
    d = Dialler(tasks=[card(1)], agents=[ALICE, BOB])
    d.talk()
    return d


def state_of(d: Dialler, agent: object) -> AgentState:
    return [moved.state for moved in d.all(o.AgentMoved) if moved.agent_id == agent][-1]


def test_a_page_loaded_anew_takes_its_call_with_it() -> None:
    d = talking()
    old = d.last(o.RingAgent)
    made = d.give(i.RingAgainRequested(ALICE, d.attempt()))
    kinds = [type(output) for output in made]
    assert kinds.index(o.HangUp) < kinds.index(o.RingAgent)
    assert d.last(o.HangUp).leg == old.leg
    assert d.last(o.PlayHoldMusic).leg == d.last(o.Originate).leg
    assert (d.last(o.RingAgent).endpoint, d.last(o.RingAgent).leg != old.leg) == (old.endpoint, True)
    d.give(i.LegEnded(old.leg, Cause.WE_HUNG_UP))  # the old leg's end is nobody's news any more
    d.agent_answers()
    assert d.last(o.AttemptMoved).state is AttemptState.CONNECTED
    assert not d.all(o.AttemptEnded)


def test_the_browser_that_is_away_is_tried_again_before_another_agent_is_rung() -> None:
    d = talking()
    d.agent_ends(Cause.LOST)
    for _ in range(3):
        d.agent_ends(Cause.UNAVAILABLE)
        rung = len(d.all(o.RingAgent))
        d.later(2)
        assert len(d.all(o.RingAgent)) == rung + 1
        assert d.last(o.RingAgent).endpoint == f"PJSIP/{ALICE}"
    assert state_of(d, BOB) is AgentState.AVAILABLE
    d.agent_answers()
    assert state_of(d, ALICE) is AgentState.IN_CALL


def test_whoever_does_not_return_in_time_loses_the_customer_to_another() -> None:
    d = talking()
    d.agent_ends(Cause.LOST)
    d.later(RETURN.total_seconds())
    d.agent_ends(Cause.UNAVAILABLE)
    assert d.last(o.RingAgent).endpoint == f"PJSIP/{BOB}"
    assert state_of(d, ALICE) is AgentState.AVAILABLE
    d.agent_answers()
    assert not d.all(o.AttemptEnded)


def test_an_agent_who_goes_offline_meanwhile_is_not_waited_for() -> None:
    d = talking()
    d.agent_ends(Cause.LOST)
    d.agent_ends(Cause.UNAVAILABLE)
    d.presence(ALICE, online=False)
    assert d.last(o.RingAgent).endpoint == f"PJSIP/{BOB}"
    d.later(3)
    assert len([rung for rung in d.all(o.RingAgent) if rung.endpoint == f"PJSIP/{BOB}"]) == 1


def test_an_offer_is_rung_again_where_the_telephone_is_now() -> None:
    d = Dialler(tasks=[card(1)])
    d.ring()
    d.answer()
    old = d.last(o.RingAgent)
    d.give(i.RingAgainRequested(ALICE, d.attempt()))
    assert d.last(o.HangUp).leg == old.leg
    d.agent_answers()
    assert d.last(o.AttemptMoved).state is AttemptState.CONNECTED


@pytest.mark.parametrize("who", [ALICE, BOB])
def test_a_call_that_is_over_rings_nobody_again(who: int) -> None:
    d = talking()
    d.end()
    rung = len(d.all(o.RingAgent))
    d.give(i.RingAgainRequested(ALICE if who == ALICE else BOB, d.attempt()))
    assert len(d.all(o.RingAgent)) == rung
    assert d.last(o.InputRefused).code == "attempt_gone"


def test_a_talk_that_the_agent_just_ended_rings_nobody_again() -> None:
    d = talking()
    d.give(i.HangUpRequested(ALICE, d.attempt()))
    rung = len(d.all(o.RingAgent))
    d.give(i.RingAgainRequested(ALICE, d.attempt()))
    assert len(d.all(o.RingAgent)) == rung


def test_a_page_loaded_anew_while_the_switch_is_away_costs_nobody_the_talk() -> None:
    d = talking()
    d.give(i.SwitchLost())
    d.give(i.RingAgainRequested(ALICE, d.attempt()))
    d.later(120)
    customer, agent = d.last(o.Originate).leg, d.last(o.RingAgent).leg
    made = d.give(i.SwitchReturned((i.LiveLeg(customer, True), i.LiveLeg(agent, True))))
    assert not [each for each in made if isinstance(each, o.HangUp)]
    assert d.last(o.AgentMoved).state is AgentState.IN_CALL
