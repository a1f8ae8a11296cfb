"""Calls that agents make themselves: the rules, the order of the legs, and what comes after the talk."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from campana.engine import inputs as i
from campana.engine import outputs as o
from campana.engine.config import AgentConfig, HotlineConfig, OrganisationConfig, TrunkConfig
from campana.engine.words import (
    AgentState,
    AttemptState,
    CampaignState,
    Cause,
    Goal,
    Outcome,
    Presence,
    RefusalCode,
    ResultClass,
)
from campana.kernel.ids import ContactId, HotlineId, ResultId, agent_leg, attempt_id, customer_leg
from campana.kernel.phone import phone_number
from campana.kernel.windows import Period, Schedule
from support.dialler import ALICE, BOB, CAMPAIGN, HOTLINE, MONDAY, ORGANISATION, TRUNK, Dialler, campaign, card

NUMBER = phone_number("15559990001")


def floor(presence: Presence = Presence.NOT_READY, **more: Any) -> Dialler:
    d = Dialler(campaign(goal=Goal.NONE), **more)
    d.presence(ALICE, presence)
    return d


def call(d: Dialler, agent: Any = ALICE, **more: Any) -> list[o.Output]:
    asked = {"request_id": 7, "number": NUMBER, "time_zone": "UTC", "contact_id": ContactId(5), "asked_at": d.now}
    return d.give(i.CallRequested(agent_id=agent, **(asked | more)))


def talking(d: Dialler) -> Dialler:
    call(d)
    d.agent_answers()
    d.answer()
    return d


def refused(d: Dialler) -> RefusalCode:
    assert not d.all(o.AttemptOpened)
    assert not d.all(o.RingAgent)
    return d.last(o.CallRefused).code


# --- the order of things ------------------------------------------------------------------------------


def test_the_agents_own_telephone_rings_before_anything_is_dialled() -> None:
    d = floor()
    made = call(d)
    opened = next(each for each in made if isinstance(each, o.AttemptOpened))
    assert (opened.number, opened.agent_id, opened.request_id) == (NUMBER, ALICE, 7)
    assert (opened.campaign_id, opened.task_id, opened.contact_id) == (None, None, 5)
    assert d.last(o.RingAgent).endpoint == "PJSIP/1"
    assert d.last(o.AgentMoved).state is AgentState.RINGING
    assert not d.all(o.Originate)


def test_the_number_is_dialled_when_the_agent_picks_up_and_the_two_are_let_together() -> None:
    d = floor()
    call(d)
    d.agent_answers()
    assert (d.last(o.Originate).number, d.last(o.Originate).caller_id) == (NUMBER, "15550001111")
    assert d.last(o.PlayRinging).leg == d.last(o.RingAgent).leg
    assert d.last(o.AgentMoved).state is AgentState.IN_CALL
    d.ring()
    d.answer()
    assert d.last(o.Bridge) == o.Bridge(d.last(o.Originate).leg, d.last(o.RingAgent).leg)
    states = [moved.state for moved in d.all(o.AttemptMoved)]
    assert states == [
        AttemptState.RINGING_AGENT, AttemptState.DIALLING, AttemptState.RINGING, AttemptState.CONNECTED,
    ]  # fmt: skip


def test_an_agent_who_does_not_pick_up_calls_nobody() -> None:
    d = floor()
    call(d)
    d.agent_ends(Cause.RING_TIMEOUT)
    ended = d.last(o.AttemptEnded)
    assert (ended.outcome, ended.counted) == (Outcome.AGENT_NO_ANSWER, False)
    assert not d.all(o.Originate)
    assert d.last(o.AgentMoved).state is AgentState.NOT_READY


@pytest.mark.parametrize(("cause", "outcome"), [(Cause.BUSY, Outcome.BUSY), (Cause.NOT_FOUND, Outcome.INVALID_NUMBER)])
def test_whoever_is_not_reached_ends_the_call_and_frees_the_agent(cause: Cause, outcome: Outcome) -> None:
    d = floor()
    call(d)
    d.agent_answers()
    d.give(i.LegEnded(d.last(o.Originate).leg, cause, 486))
    assert d.last(o.AttemptEnded).outcome is outcome
    assert d.last(o.HangUp).leg == d.last(o.RingAgent).leg
    assert d.last(o.AgentMoved).state is AgentState.NOT_READY
    assert not d.all(o.WrapUpEnded)


def test_an_agent_who_hangs_up_while_it_rings_cancels_the_call() -> None:
    d = floor()
    call(d)
    d.agent_answers()
    d.agent_ends()
    assert d.last(o.HangUp).leg == d.last(o.Originate).leg
    d.give(i.LegEnded(d.last(o.Originate).leg, Cause.WE_HUNG_UP))
    assert d.last(o.AttemptEnded).outcome is Outcome.CANCELLED


def test_hanging_up_by_the_desk_works_at_every_moment() -> None:
    d = floor()
    call(d)
    d.give(i.HangUpRequested(ALICE, d.attempt()))
    assert d.last(o.HangUp).leg == d.last(o.RingAgent).leg
    d.agent_ends(Cause.WE_HUNG_UP)
    assert d.last(o.AttemptEnded).outcome is Outcome.CANCELLED
    talking(d)
    d.give(i.HangUpRequested(ALICE, d.attempt()))
    assert d.last(o.HangUp).leg == d.last(o.Originate).leg
    d.give(i.LegEnded(d.last(o.Originate).leg, Cause.WE_HUNG_UP))
    assert d.last(o.AttemptEnded).outcome is Outcome.ANSWERED


def test_a_switch_that_says_nothing_does_not_hold_the_agent_for_ever() -> None:
    d = floor()
    call(d)
    d.later(60)
    assert d.last(o.AttemptEnded).outcome is Outcome.AGENT_NO_ANSWER
    call(d)
    d.agent_answers()
    d.later(120)
    assert d.last(o.AttemptEnded).outcome is Outcome.SYSTEM_ERROR
    assert d.last(o.AgentMoved).state is AgentState.NOT_READY


def test_a_call_waits_for_the_pace_of_the_trunk() -> None:
    d = floor(
        trunk=TrunkConfig(TRUNK, "trunk", channels=100, calls_per_second=0.5), tasks=[card(1)], agents=(BOB, ALICE)
    )
    assert len(d.all(o.Originate)) == 1  # the campaign took the token
    call(d)
    d.agent_answers()
    assert len(d.all(o.Originate)) == 1
    d.later(3)
    assert d.last(o.Originate).number == NUMBER


# --- the rules -----------------------------------------------------------------------------------------


def organisation(**settings: Any) -> OrganisationConfig:
    return replace(ORGANISATION, **settings)


NIGHT = Schedule(tuple(Period(day, 22 * 60, 24 * 60) for day in range(7)))


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"emergency_stop": True}, RefusalCode.EMERGENCY_STOP),
        ({"blocked_prefixes": ("15559",)}, RefusalCode.BLOCKED_NUMBER),
        ({"licence_calls": 0}, RefusalCode.LICENCE_FULL),
        ({"calling_hours": NIGHT}, RefusalCode.OUTSIDE_HOURS),
    ],
)
def test_the_organisations_rules_hold_for_people_too(settings: dict[str, Any], code: RefusalCode) -> None:
    d = floor(organisation=organisation(**settings))
    call(d)
    assert refused(d) is code


def test_the_hours_are_those_on_the_callees_wall() -> None:
    d = floor(organisation=organisation(calling_hours=NIGHT))
    call(d, time_zone="Asia/Tokyo")  # nine in the morning here, six in the evening there
    assert refused(d) is RefusalCode.OUTSIDE_HOURS
    call(d, time_zone="Pacific/Auckland")  # ten in the evening
    assert d.all(o.AttemptOpened)


def test_what_is_kept_free_of_campaigns_is_kept_for_people() -> None:
    d = Dialler(
        tasks=[card(1), card(2)], agents=(ALICE, BOB), organisation=organisation(licence_calls=1, reserved_calls=1)
    )
    assert not d.all(o.AttemptOpened)
    call(d)
    assert d.last(o.AttemptOpened).number == NUMBER


def test_a_call_by_hand_takes_a_call_of_the_licence_from_campaigns() -> None:
    d = floor(organisation=organisation(licence_calls=1))
    call(d)
    d.waiting = [card(1)]
    d.presence(BOB)
    d.give(i.AgentConfigured(AgentConfig(BOB, "bob", "PJSIP/2", frozenset({CAMPAIGN}))))
    d.presence(BOB)
    d.give(i.TasksAdded(CAMPAIGN))
    assert [opened.number for opened in d.all(o.AttemptOpened)] == [NUMBER]
    d.agent_ends(Cause.REJECTED)
    assert len(d.all(o.AttemptOpened)) == 2  # the freed line is the campaign's at once


@pytest.mark.parametrize("presence", [Presence.READY, Presence.NOT_READY])
def test_who_is_ready_or_not_ready_may_call(presence: Presence) -> None:
    d = floor(presence)
    call(d)
    assert d.all(o.AttemptOpened)


def test_who_is_off_or_away_may_not() -> None:
    d = floor(Presence.OFF)
    call(d)
    assert refused(d) is RefusalCode.AGENT_BUSY
    d.presence(ALICE, Presence.READY, online=False)
    call(d)
    assert refused(d) is RefusalCode.AGENT_BUSY


def test_who_is_in_a_call_may_not_call_another() -> None:
    d = talking(floor())
    call(d, request_id=8)
    assert d.last(o.CallRefused).code is RefusalCode.AGENT_BUSY
    assert len(d.all(o.AttemptOpened)) == 1


def test_a_wish_that_lay_about_is_not_carried_out() -> None:
    d = floor()
    asked = d.now
    d.later(30)
    call(d, asked_at=asked)
    assert refused(d) is RefusalCode.REQUEST_OLD


def test_nothing_rings_while_the_switch_is_away() -> None:
    d = floor()
    d.give(i.SwitchLost())
    call(d)
    assert refused(d) is RefusalCode.SWITCH_AWAY


def test_the_agents_own_hotline_is_shown_or_none() -> None:
    other = HotlineId(2)
    lines = [HotlineConfig(HOTLINE, phone_number("15550001111"), TRUNK)]
    lines += [HotlineConfig(other, phone_number("15550002222"), TRUNK)]
    d = floor(hotlines=lines)
    d.give(i.AgentConfigured(AgentConfig(ALICE, "alice", "PJSIP/1", frozenset(), hotline=other)))
    call(d)
    assert d.last(o.AttemptOpened).hotline_id == other
    d.agent_ends(Cause.REJECTED)
    resting = replace(lines[1], resting_until=d.now + timedelta(minutes=5))
    d.give(i.HotlineConfigured(resting))
    call(d)
    assert d.last(o.CallRefused).code is RefusalCode.HOTLINE_RESTING


def test_a_full_trunk_takes_no_call_by_hand() -> None:
    d = floor(trunk=TrunkConfig(TRUNK, "trunk", channels=0))
    call(d)
    assert refused(d) is RefusalCode.TRUNK_FULL


def test_what_the_database_refuses_is_refused_with_its_reason() -> None:
    d = floor()
    call(d)
    d.give(i.AttemptRefused(d.attempt(), RefusalCode.SUPPRESSED))
    assert d.last(o.CallRefused) == o.CallRefused(7, ALICE, RefusalCode.SUPPRESSED, d.now)
    assert d.last(o.AgentMoved).state is AgentState.NOT_READY
    assert not d.all(o.AttemptEnded)
    call(d)
    d.agent_answers()
    assert d.last(o.Originate).number == NUMBER  # the channel was given back


def test_what_is_stopped_while_the_agents_telephone_rings_is_not_dialled() -> None:
    d = floor()
    call(d)
    d.give(i.OrganisationConfigured(organisation(emergency_stop=True)))
    d.agent_answers()
    assert not d.all(o.Originate)
    d.agent_ends(Cause.WE_HUNG_UP)
    assert d.last(o.AttemptEnded).outcome is Outcome.CANCELLED


# --- campaigns beside it -------------------------------------------------------------------------------


def test_an_agent_who_calls_by_hand_gets_no_campaign_call_until_it_is_closed() -> None:
    d = floor(Presence.READY)
    talking(d)
    d.waiting = [card(1)]
    d.give(i.TasksAdded(CAMPAIGN))
    d.give(i.LegEnded(d.last(o.Originate).leg, Cause.HUNG_UP))
    assert (d.last(o.AgentMoved).state, d.last(o.AgentMoved).until) == (AgentState.WRAP_UP, None)
    d.later(25)
    assert len(d.all(o.AttemptOpened)) == 1
    d.give(i.ReadyRequested(ALICE))
    assert len(d.all(o.AttemptOpened)) == 2


# --- after the talk ------------------------------------------------------------------------------------


def said(d: Dialler, kind: ResultClass) -> list[o.Output]:
    return d.give(i.ResultEntered(ALICE, d.attempt(), ResultId(3), kind))


def test_the_result_goes_with_the_closing() -> None:
    d = talking(floor())
    said(d, ResultClass.SUCCESS)
    d.give(i.LegEnded(d.last(o.Originate).leg, Cause.HUNG_UP))
    assert not d.all(o.WrapUpEnded)
    d.give(i.ReadyRequested(ALICE))
    assert d.last(o.WrapUpEnded) == o.WrapUpEnded(d.attempt(), ALICE, ResultId(3), d.now)
    assert d.last(o.AgentMoved).state is AgentState.NOT_READY


def test_do_not_call_marks_the_contact_and_the_number() -> None:
    d = talking(floor())
    d.give(i.LegEnded(d.last(o.Originate).leg, Cause.HUNG_UP))
    said(d, ResultClass.DO_NOT_CALL)
    d.give(i.ReadyRequested(ALICE))
    marked = d.last(o.ContactMarked)
    assert (marked.contact_id, marked.campaign_id, marked.attempt_id) == (5, None, d.attempt())


@pytest.mark.parametrize("more", [{"presence": Presence.OFF}, {"online": False}])
def test_who_goes_away_leaves_the_call_closed(more: dict[str, Any]) -> None:
    d = talking(floor())
    d.give(i.LegEnded(d.last(o.Originate).leg, Cause.HUNG_UP))
    d.presence(ALICE, **({"presence": Presence.NOT_READY} | more))
    assert d.last(o.WrapUpEnded).result_id is None
    assert d.last(o.AgentMoved).state in {AgentState.OFF, AgentState.OFFLINE}


def test_an_agent_removed_after_the_talk_leaves_the_call_closed() -> None:
    d = talking(floor())
    d.give(i.LegEnded(d.last(o.Originate).leg, Cause.HUNG_UP))
    d.give(i.AgentRemoved(ALICE))
    assert d.all(o.WrapUpEnded)


# --- after a restart -----------------------------------------------------------------------------------

OLD = attempt_id(1, 1, 7)
CALLEE, OWN = customer_leg(OLD), agent_leg(OLD, 1)


def restarted(state: AttemptState, *legs: i.LiveLeg) -> Dialler:
    d = Dialler(campaign(state=CampaignState.RUNNING), switch=False, fencing=2, start=MONDAY)
    d.now = MONDAY + timedelta(seconds=20)
    talk = MONDAY if state in {AttemptState.CONNECTED, AttemptState.ENDED} else None
    d.give(i.CallRestored(OLD, ALICE, NUMBER, None, HOTLINE, TRUNK, state, MONDAY, talk))
    d.presence(ALICE)
    d.give(i.SwitchReturned(legs))
    return d


def test_a_talk_goes_on_after_a_restart() -> None:
    d = restarted(AttemptState.CONNECTED, i.LiveLeg(CALLEE, True), i.LiveLeg(OWN, True))
    assert not d.all(o.HangUp)
    assert d.last(o.AgentMoved).state is AgentState.IN_CALL
    d.give(i.LegEnded(CALLEE, Cause.HUNG_UP))
    assert d.last(o.AttemptEnded).outcome is Outcome.ANSWERED
    assert d.last(o.AgentMoved).state is AgentState.WRAP_UP


def test_a_call_that_was_committed_and_never_left_is_not_dialled_again() -> None:
    d = restarted(AttemptState.DIALLING, i.LiveLeg(OWN, True))
    assert not d.all(o.Originate)
    assert d.last(o.AttemptEnded).outcome is Outcome.SYSTEM_ERROR
    assert {each.leg for each in d.all(o.HangUp)} == {OWN}


def test_an_agent_who_picked_up_meanwhile_gets_the_call() -> None:
    d = restarted(AttemptState.RINGING_AGENT, i.LiveLeg(OWN, True))
    assert d.last(o.Originate).leg == CALLEE
    assert len(d.all(o.Originate)) == 1


def test_a_talk_whose_joining_was_lost_with_the_connection_is_joined_again() -> None:
    d = talking(floor())
    joined = d.last(o.Bridge)
    d.give(i.SwitchLost())
    d.give(i.SwitchReturned((i.LiveLeg(joined.customer_leg, True), i.LiveLeg(joined.agent_leg, True))))
    assert d.all(o.Bridge) == [joined, joined]


def test_an_agent_who_left_ends_the_call() -> None:
    d = restarted(AttemptState.RINGING_AGENT)
    assert d.last(o.AttemptEnded).outcome is Outcome.SYSTEM_ERROR
    d = restarted(AttemptState.RINGING, i.LiveLeg(CALLEE, False))
    assert d.last(o.HangUp).leg == CALLEE


def test_a_callee_who_answered_meanwhile_hears_the_agent() -> None:
    d = restarted(AttemptState.RINGING, i.LiveLeg(CALLEE, True), i.LiveLeg(OWN, True))
    assert d.last(o.Bridge) == o.Bridge(CALLEE, OWN)


def test_a_talk_that_was_not_closed_is_still_to_be_closed() -> None:
    d = restarted(AttemptState.ENDED)
    assert d.last(o.AgentMoved).state is AgentState.WRAP_UP
    d.give(i.ReadyRequested(ALICE))
    assert d.last(o.WrapUpEnded).attempt_id == OLD


def test_a_lost_switch_that_comes_back_without_the_legs_ends_the_call() -> None:
    d = talking(floor())
    d.later(30)
    d.give(i.SwitchLost())
    d.give(i.SwitchReturned(()))
    assert d.last(o.AttemptEnded).outcome is Outcome.ANSWERED


# --- a telephone that is lost in the talk -------------------------------------------------------------


def test_a_page_loaded_anew_gets_the_talk_back() -> None:
    d = talking(floor())
    callee, old = d.last(o.Originate).leg, d.last(o.RingAgent).leg
    d.give(i.RingAgainRequested(ALICE, d.attempt()))
    assert d.last(o.PlayHoldMusic).leg == callee
    assert d.last(o.HangUp).leg == old
    assert d.last(o.RingAgent).leg == agent_leg(d.attempt(), 2)
    d.give(i.LegEnded(old, Cause.WE_HUNG_UP))  # late news of the old leg
    assert d.last(o.AttemptMoved).state is AttemptState.WAITING_AGENT
    d.agent_answers()
    assert d.last(o.Bridge) == o.Bridge(callee, agent_leg(d.attempt(), 2))
    assert d.last(o.AgentMoved).state is AgentState.IN_CALL
    assert callee not in [command.leg for command in d.all(o.HangUp)]


def test_a_page_loaded_anew_while_the_switch_is_away_cuts_nobody_off() -> None:
    d = talking(floor())
    callee, own = d.last(o.Originate).leg, d.last(o.RingAgent).leg
    d.give(i.SwitchLost(), i.RingAgainRequested(ALICE, d.attempt()))
    d.later(60)
    d.give(i.SwitchReturned((i.LiveLeg(callee, True), i.LiveLeg(own, True))))
    assert d.last(o.Bridge) == o.Bridge(callee, own)
    assert not d.all(o.HangUp)


def test_a_telephone_that_stays_away_ends_the_talk_as_answered() -> None:
    d = talking(floor())
    callee = d.last(o.Originate).leg
    d.agent_ends(Cause.LOST)
    for _ in range(20):
        d.agent_ends(Cause.UNAVAILABLE)
        d.later(3)
    assert d.last(o.HangUp).leg == callee
    assert d.last(o.AttemptEnded).outcome is Outcome.ANSWERED
    assert d.last(o.AgentMoved).state is AgentState.NOT_READY


def test_who_hangs_up_the_own_telephone_in_the_talk_ends_it() -> None:
    d = talking(floor())
    d.agent_ends(Cause.HUNG_UP)
    assert d.last(o.HangUp).leg == d.last(o.Originate).leg
    assert not d.all(o.PlayHoldMusic)


def test_a_callee_who_leaves_while_the_telephone_is_away_ends_the_talk() -> None:
    d = talking(floor())
    d.agent_ends(Cause.LOST)
    d.give(i.LegEnded(d.last(o.Originate).leg, Cause.HUNG_UP))
    assert d.last(o.AttemptEnded).outcome is Outcome.ANSWERED
    assert d.last(o.HangUp).leg == agent_leg(d.attempt(), 2)
    assert d.last(o.AgentMoved).state is AgentState.NOT_READY


def test_a_lost_telephone_is_looked_for_by_a_new_engine_too() -> None:
    old = attempt_id(1, 1, 7)
    d = Dialler(campaign(goal=Goal.NONE), switch=False, fencing=2)
    d.give(
        i.CallRestored(
            old, ALICE, NUMBER, None, HOTLINE, TRUNK, AttemptState.WAITING_AGENT, MONDAY, connected_at=MONDAY, offers=2
        )
    )
    legs = (i.LiveLeg(customer_leg(old), True), i.LiveLeg(agent_leg(old, 2), True))
    d.give(i.SwitchReturned(legs))
    assert d.last(o.Bridge) == o.Bridge(customer_leg(old), agent_leg(old, 2))
    assert d.last(o.AttemptMoved).state is AttemptState.CONNECTED


@pytest.mark.parametrize("state", [AttemptState.WAITING_AGENT, AttemptState.CONNECTED])
def test_who_is_still_on_the_leg_that_should_have_given_way_talks_on(state: AttemptState) -> None:
    """The engine died between writing that the telephone is rung again and telling the switch."""
    d = Dialler(campaign(goal=Goal.NONE), switch=False, fencing=2)
    d.give(i.CallRestored(OLD, ALICE, NUMBER, None, HOTLINE, TRUNK, state, MONDAY, connected_at=MONDAY, offers=2))
    d.presence(ALICE, Presence.OFF, online=False)
    d.give(i.SwitchReturned((i.LiveLeg(CALLEE, True), i.LiveLeg(OWN, True))))
    assert d.last(o.Bridge) == o.Bridge(CALLEE, OWN)
    assert not d.all(o.HangUp)
    assert d.last(o.AgentMoved).state is AgentState.IN_CALL


def test_talks_are_recorded_where_the_organisation_says_so() -> None:
    d = talking(floor())
    assert not d.all(o.StartRecording)
    d = talking(floor(organisation=replace(ORGANISATION, record_by_hand=True)))
    assert d.last(o.StartRecording) == o.StartRecording(d.last(o.Originate).leg, f"{d.attempt():x}")


def test_do_not_call_entered_after_the_call_was_closed_marks_the_number() -> None:
    d = floor()
    d.give(i.LateMarkEntered(ALICE, attempt_id(1, 1, 3)))
    assert d.last(o.ContactMarked).attempt_id == attempt_id(1, 1, 3)
