"""A customer to whom no agent came hears who called before the call ends (CAM-490)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from campana.engine import inputs as i
from campana.engine import outputs as o
from campana.engine.words import AgentState, Cause, Outcome, Presence
from support.dialler import ALICE, BOB, Dialler, campaign, card

SPOKEN = campaign(max_wait=timedelta(seconds=20), agent_ring=timedelta(seconds=30), abandoned_message="who-called")


@pytest.fixture
def given_up() -> Dialler:
    """Alice's telephone rang for twenty seconds, and the message begins."""
    d = Dialler(SPOKEN, tasks=[card(1)])
    d.answer()
    d.later(20)
    return d


def customer(d: Dialler) -> str:
    return d.last(o.Originate).leg


def test_the_message_comes_first_and_the_agents_telephone_is_still(given_up: Dialler) -> None:
    assert given_up.last(o.PlaySound) == o.PlaySound(customer(given_up), "who-called")
    assert [hung.leg for hung in given_up.all(o.HangUp)] == [given_up.last(o.RingAgent).leg]


def test_the_call_ends_when_the_message_was_heard(given_up: Dialler) -> None:
    given_up.give(i.SoundFinished(customer(given_up)))
    assert given_up.last(o.HangUp).leg == customer(given_up)
    given_up.end(Cause.WE_HUNG_UP)
    assert given_up.last(o.AttemptEnded).outcome is Outcome.ABANDONED
    assert given_up.last(o.AttemptEnded).abandoned
    assert given_up.last(o.TaskMoved).guaranteed


def test_a_customer_who_hangs_up_in_the_message_was_abandoned_all_the_same(given_up: Dialler) -> None:
    given_up.end()
    assert given_up.last(o.AttemptEnded).outcome is Outcome.ABANDONED


def test_a_switch_that_never_says_so_ends_it_after_a_minute(given_up: Dialler) -> None:
    given_up.later(59)
    assert given_up.last(o.HangUp).leg != customer(given_up)
    given_up.later(1)
    assert given_up.last(o.HangUp).leg == customer(given_up)


def test_nobody_is_rung_for_a_customer_who_hears_the_message() -> None:
    d = Dialler(SPOKEN, tasks=[card(1)], agents=[ALICE, BOB])
    d.presence(BOB, Presence.NOT_READY)
    d.answer()
    d.later(20)
    d.agent_ends(Cause.WE_HUNG_UP)
    d.presence(BOB)
    assert len(d.all(o.RingAgent)) == 1
    assert d.last(o.AgentMoved).state is AgentState.AVAILABLE


def test_a_sound_that_nobody_asked_for_ends_nothing() -> None:
    d = Dialler(SPOKEN, tasks=[card(1)], agents=[ALICE])
    d.answer()
    d.give(i.SoundFinished(customer(d)))
    assert not d.all(o.HangUp)
