"""Calls that come in: who takes them, what the caller hears, and what becomes of everybody at each moment."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from campana.engine import inputs as i
from campana.engine import outputs as o
from campana.engine.config import HotlineConfig
from campana.engine.inbound.route import InboundRoute, matching
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
from campana.kernel.ids import AttemptId, LegId, ResultId, agent_leg, arrived_leg, attempt_id
from campana.kernel.phone import phone_number
from campana.kernel.windows import Period, Schedule
from support.dialler import ALICE, BOB, CAMPAIGN, HOTLINE, MONDAY, ORGANISATION, TRUNK, Dialler, campaign, card

OURS = phone_number("15550001111")
CALLER = "15559990001"
ROUTE = InboundRoute(frozenset({ALICE, BOB}), music="1/music", message="1/message")


def hotline(**route: Any) -> HotlineConfig:
    return HotlineConfig(HOTLINE, OURS, TRUNK, inbound=replace(ROUTE, **route))


def floor(*, route: dict[str, Any] | None = None, **more: Any) -> Dialler:
    more.setdefault("agents", (ALICE, BOB))
    return Dialler(campaign(goal=Goal.NONE), hotlines=[hotline(**(route or {}))], **more)


def arrive(d: Dialler, name: str = "1", **more: Any) -> LegId:
    leg = arrived_leg(name)
    d.give(i.CallArrived(**({"leg": leg, "caller": CALLER, "called": OURS, "trunk": "trunk"} | more)))
    return leg


def waiting(d: Dialler, name: str = "1") -> LegId:
    """A caller who was picked up and is being offered, if anybody is free."""
    leg = arrive(d, name)
    d.give(i.LegAnswered(leg))
    return leg


def talking(d: Dialler, name: str = "1") -> LegId:
    leg = waiting(d, name)
    d.agent_answers()
    return leg


def rung(d: Dialler) -> list[str]:
    return [command.endpoint for command in d.all(o.RingAgent)]


def states(d: Dialler, agent: int) -> AgentState:
    return [moved.state for moved in d.all(o.AgentMoved) if moved.agent_id == agent][-1]


# --- the way of a call --------------------------------------------------------------------------------


def test_a_call_is_written_down_before_it_is_picked_up() -> None:
    d = floor()
    leg = arrive(d)
    kinds = [type(output) for output in d.outputs]
    assert kinds.index(o.AttemptOpened) < kinds.index(o.AnswerCall)
    opened = d.last(o.AttemptOpened)
    assert (opened.number, opened.hotline_id, opened.agent_id, opened.mode) == (CALLER, HOTLINE, None, "inbound")
    assert (opened.campaign_id, opened.task_id, opened.arrived) == (None, None, leg)
    assert not d.all(o.RingAgent)


def test_the_caller_hears_the_music_and_the_longest_idle_agent_is_rung() -> None:
    d = floor()
    leg = waiting(d)
    assert d.last(o.PlayHoldMusic) == o.PlayHoldMusic(leg, "1/music")
    assert rung(d) == ["PJSIP/1"]
    assert d.last(o.RingAgent).caller_id == CALLER
    moved = d.last(o.AgentMoved)
    assert (moved.state, moved.attempt_id, moved.campaign_id) == (AgentState.RINGING, d.attempt(), None)
    d.agent_answers()
    assert d.last(o.Bridge) == o.Bridge(leg, d.last(o.RingAgent).leg)
    assert d.last(o.AgentMoved).state is AgentState.IN_CALL
    assert not d.all(o.StartRecording)


def test_talks_are_recorded_where_the_hotline_says_so() -> None:
    d = floor(route={"recording": True})
    leg = talking(d)
    assert d.last(o.StartRecording) == o.StartRecording(leg, f"{d.attempt():x}")
    d.give(i.RecordingFinished(leg, f"{d.attempt():x}", 3.0))
    assert d.last(o.AttemptRecorded).attempt_id == d.attempt()


def test_after_the_talk_the_agent_writes_until_he_closes_the_call() -> None:
    d = floor()
    leg = talking(d)
    d.give(i.ResultEntered(ALICE, d.attempt(), ResultId(3), ResultClass.DO_NOT_CALL))
    d.give(i.LegEnded(leg, Cause.HUNG_UP))
    assert d.last(o.AttemptEnded).outcome is Outcome.ANSWERED
    assert d.last(o.HangUp).leg == d.last(o.RingAgent).leg
    d.later(600)
    assert states(d, ALICE) is AgentState.WRAP_UP
    d.give(i.ReadyRequested(ALICE))
    assert d.last(o.WrapUpEnded).result_id == 3
    assert d.last(o.ContactMarked).attempt_id == d.attempt()
    assert states(d, ALICE) is AgentState.AVAILABLE


def test_a_talk_ends_when_the_agent_hangs_up_by_telephone_or_by_desk() -> None:
    for hang_up in (lambda d: d.agent_ends(), lambda d: d.give(i.HangUpRequested(ALICE, d.attempt()))):
        d = floor()
        leg = talking(d)
        hang_up(d)
        assert d.last(o.HangUp).leg == leg
        d.give(i.LegEnded(leg, Cause.WE_HUNG_UP))
        assert d.last(o.AttemptEnded).outcome is Outcome.ANSWERED
        assert states(d, ALICE) is AgentState.WRAP_UP


def test_whoever_calls_without_a_number_is_shown_by_the_number_that_was_dialled() -> None:
    d = floor()
    leg = arrive(d, caller="anonymous")
    d.give(i.LegAnswered(leg))
    assert d.last(o.AttemptOpened).number == ""
    assert d.last(o.RingAgent).caller_id == OURS


@pytest.mark.parametrize("called", ["15550001111", "+15550001111", "0015550001111", "05550001111", "5550001111"])
def test_our_number_is_known_however_the_carrier_writes_it(called: str) -> None:
    assert matching(called, [OURS, "15550002222"]) == OURS


@pytest.mark.parametrize("called", ["", "1111", "15550003333", "anything"])
def test_what_is_not_our_number_is_nobodys(called: str) -> None:
    assert matching(called, [OURS]) is None


def test_a_number_that_could_be_two_of_ours_is_neither() -> None:
    assert matching("5550001111", [OURS, "445550001111"]) is None


@pytest.mark.parametrize("wrong", [{"called": "15550009999"}, {"trunk": "another"}])
def test_a_call_to_a_number_that_is_not_ours_is_turned_away(wrong: dict[str, str]) -> None:
    d = floor()
    leg = arrive(d, **wrong)
    assert d.last(o.HangUp).leg == leg
    assert d.last(o.InputRefused).code == "unknown_hotline"
    assert not d.all(o.AttemptOpened)


def test_the_same_call_told_twice_is_one_call() -> None:
    d = floor()
    waiting(d)
    arrive(d)
    assert len(d.all(o.AttemptOpened)) == 1


# --- one agent after the other ------------------------------------------------------------------------


def test_an_unanswered_offer_goes_to_the_next_agent_and_is_missed() -> None:
    d = floor(organisation=replace(ORGANISATION, missed_offers=1))
    waiting(d)
    d.agent_ends(Cause.RING_TIMEOUT)
    assert rung(d) == ["PJSIP/1", "PJSIP/2"]
    assert d.last(o.AgentSetNotReady).agent_id == ALICE
    assert not d.all(o.AttemptEnded)


def test_a_declined_caller_goes_to_the_next_agent_and_not_back_at_once() -> None:
    d = floor()
    waiting(d)
    d.give(i.DeclineRequested(ALICE, d.attempt()))
    assert d.last(o.HangUp).leg == d.all(o.RingAgent)[0].leg
    assert rung(d) == ["PJSIP/1", "PJSIP/2"]
    d.give(i.DeclineRequested(BOB, d.attempt()))
    assert rung(d) == ["PJSIP/1", "PJSIP/2"]
    d.later(20)
    assert rung(d) == ["PJSIP/1", "PJSIP/2", "PJSIP/1"]


def test_hanging_up_a_ringing_offer_declines_it() -> None:
    d = floor()
    leg = waiting(d)
    d.give(i.HangUpRequested(ALICE, d.attempt()))
    assert leg not in [command.leg for command in d.all(o.HangUp)]
    assert rung(d)[-1] == "PJSIP/2"


def test_declining_what_is_not_offered_is_refused() -> None:
    d = floor()
    talking(d)
    d.give(i.DeclineRequested(ALICE, d.attempt()))
    assert d.last(o.InputRefused).code == "attempt_gone"
    d.give(i.DeclineRequested(BOB, d.attempt()))
    assert not d.all(o.HangUp)


def test_who_leaves_while_rung_is_not_asked_and_the_caller_goes_on() -> None:
    d = floor()
    waiting(d)
    d.presence(ALICE, Presence.NOT_READY)
    assert rung(d) == ["PJSIP/1", "PJSIP/2"]
    assert states(d, ALICE) is AgentState.NOT_READY


def test_callers_are_served_in_the_order_of_their_coming() -> None:
    d = floor(agents=(ALICE,))
    first = talking(d, "1")
    waiting(d, "2")
    waiting(d, "3")
    second = d.attempt(1)
    d.give(i.LegEnded(first, Cause.HUNG_UP))
    d.give(i.ReadyRequested(ALICE))
    assert d.last(o.AgentMoved).attempt_id == second


def test_the_telephone_that_is_never_heard_of_again_counts_as_unanswered() -> None:
    d = floor(route={"ring": timedelta(seconds=10)})
    waiting(d)
    d.later(25)
    assert rung(d)[:2] == ["PJSIP/1", "PJSIP/2"]


# --- nobody takes it ----------------------------------------------------------------------------------


def test_the_wait_has_an_end_with_a_message() -> None:
    d = floor(agents=(ALICE,), route={"max_wait": timedelta(seconds=40)})
    talking(d, "1")
    leg = waiting(d, "2")
    d.later(39)
    assert not d.all(o.PlaySound)
    d.later(2)
    assert d.last(o.PlaySound) == o.PlaySound(leg, "1/message")
    d.give(i.SoundFinished(leg))
    assert d.last(o.HangUp).leg == leg
    d.give(i.LegEnded(leg, Cause.WE_HUNG_UP))
    assert d.last(o.AttemptEnded).outcome is Outcome.MISSED


def test_the_wait_ends_for_the_agent_who_is_being_rung_too() -> None:
    d = floor(agents=(ALICE,), route={"max_wait": timedelta(seconds=10), "message": ""})
    leg = waiting(d)
    d.later(11)
    assert {command.leg for command in d.all(o.HangUp)} == {leg, d.last(o.RingAgent).leg}
    assert states(d, ALICE) is AgentState.AVAILABLE
    d.give(i.LegEnded(leg, Cause.WE_HUNG_UP))
    assert d.last(o.AttemptEnded).outcome is Outcome.MISSED


def test_a_message_whose_end_is_never_told_does_not_hold_the_line_for_ever() -> None:
    d = floor(agents=())
    leg = waiting(d)
    assert d.last(o.PlaySound).leg == leg
    d.later(240)
    assert d.last(o.HangUp).leg == leg
    assert d.last(o.AttemptEnded).outcome is Outcome.MISSED


def test_a_caller_who_hangs_up_waiting_is_lost() -> None:
    d = floor()
    leg = waiting(d)
    d.give(i.LegEnded(leg, Cause.HUNG_UP))
    assert d.last(o.AttemptEnded).outcome is Outcome.LOST
    assert d.last(o.HangUp).leg == d.last(o.RingAgent).leg
    assert states(d, ALICE) is AgentState.AVAILABLE
    assert not d.all(o.WrapUpEnded)


CLOSED = Schedule.of([Period(6, 0, 60)])


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: floor(route={"schedule": CLOSED}), RefusalCode.OUTSIDE_HOURS),
        (lambda: floor(agents=()), RefusalCode.NO_AGENT),
        (lambda: floor(organisation=replace(ORGANISATION, licence_calls=0)), RefusalCode.LICENCE_FULL),
        (
            lambda: Dialler(campaign(), hotlines=[HotlineConfig(HOTLINE, OURS, TRUNK)], agents=(ALICE,)),
            RefusalCode.NO_AGENT,
        ),
    ],
)
def test_who_can_not_be_served_is_written_down_with_the_reason(make: Callable[[], Dialler], code: RefusalCode) -> None:
    d = make()
    leg = arrive(d)
    assert d.last(o.AttemptOpened).permit.checks == {"inbound": code}
    if d.all(o.AnswerCall):
        d.give(i.LegAnswered(leg))
        assert d.last(o.PlaySound).leg == leg
        d.give(i.SoundFinished(leg))
    d.give(i.LegEnded(leg, Cause.WE_HUNG_UP))
    assert d.last(o.AttemptEnded).outcome is Outcome.MISSED
    assert not d.all(o.RingAgent)


def test_without_a_message_a_call_that_can_not_be_served_is_not_even_answered() -> None:
    d = floor(route={"message": ""}, agents=())
    leg = arrive(d)
    assert not d.all(o.AnswerCall)
    assert d.last(o.HangUp).leg == leg


def test_somebody_on_a_break_is_worth_waiting_for() -> None:
    d = floor(agents=(ALICE,))
    d.presence(ALICE, Presence.NOT_READY)
    waiting(d)
    assert not d.all(o.RingAgent)
    d.presence(ALICE, Presence.READY)
    assert rung(d) == ["PJSIP/1"]


# --- beside campaigns ---------------------------------------------------------------------------------


def test_an_agent_with_a_caller_is_not_free_for_campaigns_and_the_other_way_round() -> None:
    d = floor(agents=(ALICE,), tasks=[])
    talking(d)
    d.waiting.append(card(1))
    d.give(i.TasksAdded(CAMPAIGN))
    assert not d.all(o.Originate)
    d.give(i.LegEnded(arrived_leg("1"), Cause.HUNG_UP))
    d.give(i.ReadyRequested(ALICE))
    assert len(d.all(o.Originate)) == 1
    waiting(d, "2")
    assert len(rung(d)) == 1  # reserved for the call that is being dialled
    assert d.last(o.PlayHoldMusic).leg == arrived_leg("2")


def test_a_waiting_caller_comes_before_new_calls_of_campaigns() -> None:
    d = floor(agents=(ALICE,))
    first = talking(d)
    d.waiting.append(card(1))
    d.give(i.TasksAdded(CAMPAIGN))
    waiting(d, "2")
    d.give(i.LegEnded(first, Cause.HUNG_UP))
    d.give(i.ReadyRequested(ALICE))
    assert len(rung(d)) == 2
    assert not d.all(o.Originate)


def test_a_caller_counts_against_the_licence_of_campaigns() -> None:
    d = floor(organisation=replace(ORGANISATION, licence_calls=1), tasks=[])
    talking(d)
    d.waiting.append(card(1))
    d.give(i.TasksAdded(CAMPAIGN))
    assert d.last(o.CampaignHeld).code is RefusalCode.LICENCE_FULL
    d.give(i.LegEnded(arrived_leg("1"), Cause.HUNG_UP))
    assert len(d.all(o.Originate)) == 1
    assert d.engine.live_calls == 1


def test_calls_that_came_in_stop_no_campaign_and_are_stopped_by_none() -> None:
    d = floor()
    talking(d)
    d.give(i.StopRequested(CAMPAIGN))
    assert d.last(o.CampaignMoved).state is CampaignState.PAUSED
    assert not d.all(o.HangUp)


def test_a_talk_whose_joining_was_lost_with_the_connection_is_joined_again() -> None:
    d = floor()
    leg = talking(d)
    joined = d.last(o.Bridge)
    d.give(i.SwitchLost())
    d.give(i.SwitchReturned((up(leg), up(joined.agent_leg))))
    assert d.all(o.Bridge) == [joined, joined]


# --- a telephone that is lost -------------------------------------------------------------------------


def test_a_lost_telephone_is_rung_again_while_the_caller_hears_music() -> None:
    d = floor()
    leg = talking(d)
    d.agent_ends(Cause.LOST)
    assert d.last(o.PlayHoldMusic).leg == leg
    assert rung(d) == ["PJSIP/1", "PJSIP/1"]
    d.agent_answers()
    assert d.last(o.Bridge) == o.Bridge(leg, d.last(o.RingAgent).leg)


def test_a_page_loaded_anew_gets_the_talk_back() -> None:
    d = floor()
    talking(d)
    old = d.last(o.RingAgent).leg
    d.give(i.RingAgainRequested(ALICE, d.attempt()))
    assert d.all(o.HangUp)[-1].leg == old
    assert len(rung(d)) == 2
    d.give(i.LegEnded(old, Cause.WE_HUNG_UP))  # late news of the old leg
    d.agent_answers()
    assert states(d, ALICE) is AgentState.IN_CALL


def test_a_page_loaded_anew_while_the_switch_is_away_cuts_nobody_off() -> None:
    d = floor()
    leg = talking(d)
    own = d.last(o.RingAgent).leg
    d.give(i.SwitchLost(), i.RingAgainRequested(ALICE, d.attempt()))
    d.later(60)
    d.give(i.SwitchReturned((up(leg), i.LiveLeg(own, True))))
    assert d.last(o.Bridge) == o.Bridge(leg, own)
    assert not d.all(o.HangUp)


def test_a_telephone_that_stays_away_gives_the_caller_to_the_next_agent() -> None:
    d = floor()
    talking(d)
    d.agent_ends(Cause.LOST)
    for _ in range(20):
        if rung(d)[-1] == "PJSIP/2":
            break
        d.agent_ends(Cause.UNAVAILABLE)
        d.later(3)
    assert rung(d)[-1] == "PJSIP/2"
    assert states(d, ALICE) is not AgentState.RINGING


# --- after a crash or a lost switch -------------------------------------------------------------------

OLD = attempt_id(1, 1, 7)


def restored(state: AttemptState, legs: tuple[i.LiveLeg, ...], **more: Any) -> Dialler:
    d = Dialler(campaign(goal=Goal.NONE), hotlines=[hotline()], agents=(), switch=False, fencing=2)
    for agent in (ALICE, BOB):
        d.give(i.AgentConfigured(_config(agent)))
    given = {"agent_id": None, "offers": 0, "began_at": MONDAY} | more
    d.give(i.ArrivalRestored(OLD, arrived_leg("1"), phone_number(CALLER), HOTLINE, TRUNK, state, **given))
    for agent in (ALICE, BOB):
        d.presence(agent)
    d.give(i.SwitchReturned(legs))
    return d


def _config(agent: Any) -> Any:
    from campana.engine.config import AgentConfig

    return AgentConfig(agent, f"agent {agent}", f"PJSIP/{agent}", frozenset({CAMPAIGN}))


def up(leg: LegId, *, answered: bool = True) -> i.LiveLeg:
    told = i.CallArrived(leg, CALLER, OURS, "trunk") if leg.startswith("in-") else None
    return i.LiveLeg(leg, answered, told)


def test_a_talk_goes_on_under_a_new_engine() -> None:
    legs = (up(arrived_leg("1")), up(agent_leg(OLD, 1)))
    d = restored(AttemptState.CONNECTED, legs, agent_id=ALICE, offers=1, connected_at=MONDAY)
    assert d.last(o.Bridge) == o.Bridge(arrived_leg("1"), agent_leg(OLD, 1))
    assert not d.all(o.HangUp)
    d.give(i.LegEnded(arrived_leg("1"), Cause.HUNG_UP))
    assert d.last(o.AttemptEnded).outcome is Outcome.ANSWERED


def test_a_caller_who_waited_is_offered_by_the_new_engine() -> None:
    d = restored(AttemptState.WAITING_AGENT, (up(arrived_leg("1")),), answered_at=MONDAY)
    assert d.last(o.PlayHoldMusic) == o.PlayHoldMusic(arrived_leg("1"), "1/music")
    assert len(rung(d)) == 1
    assert not d.all(o.HangUp)


def test_a_call_that_nobody_picked_up_yet_is_picked_up_by_the_new_engine() -> None:
    d = restored(AttemptState.RINGING, (up(arrived_leg("1"), answered=False),))
    assert d.last(o.AnswerCall).leg == arrived_leg("1")
    assert not d.all(o.AttemptOpened)


@pytest.mark.parametrize("state", [AttemptState.RINGING, AttemptState.WAITING_AGENT])
def test_a_caller_who_is_gone_is_closed_honestly(state: AttemptState) -> None:
    d = restored(state, ())
    assert d.last(o.AttemptEnded).outcome is Outcome.SYSTEM_ERROR


def test_a_talk_whose_agent_had_not_closed_it_is_still_to_be_closed() -> None:
    d = restored(AttemptState.ENDED, (), agent_id=ALICE, offers=1, connected_at=MONDAY)
    assert states(d, ALICE) is AgentState.WRAP_UP
    d.give(i.ReadyRequested(ALICE))
    assert d.last(o.WrapUpEnded).attempt_id == OLD


def test_who_came_while_nobody_listened_is_served_and_written_down() -> None:
    d = floor()
    d.give(i.SwitchLost())
    d.give(i.SwitchReturned((up(arrived_leg("9"), answered=False),)))
    assert d.last(o.AttemptOpened).arrived == arrived_leg("9")
    assert d.last(o.AnswerCall).leg == arrived_leg("9")


def test_a_call_the_database_knows_already_is_hung_up() -> None:
    d = floor()
    leg = arrive(d)
    d.give(i.AttemptRefused(d.attempt(), RefusalCode.IN_ANOTHER_CALL))
    assert d.last(o.HangUp).leg == leg
    assert d.engine.live_calls == 0


def test_an_answered_call_that_nobody_wrote_down_is_hung_up() -> None:
    d = floor()
    d.give(i.SwitchReturned((up(arrived_leg("9")),)))
    assert d.last(o.HangUp).leg == arrived_leg("9")
    assert not d.all(o.AttemptOpened)


def test_a_lost_switch_rings_nobody_and_forgets_nobody() -> None:
    d = floor(agents=(ALICE,))
    leg = talking(d)
    waiting(d, "2")
    d.give(i.SwitchLost())
    d.give(i.LegEnded(leg, Cause.HUNG_UP))
    d.give(i.ReadyRequested(ALICE))
    assert len(rung(d)) == 1
    d.give(i.SwitchReturned((up(arrived_leg("2")),)))
    assert len(rung(d)) == 2


# --- every state, every input -------------------------------------------------------------------------

CALLERS_LEG, UNKNOWN = arrived_leg("1"), LegId("in-77")


def _arrived(d: Dialler) -> None:
    arrive(d)


def _turned_away(d: Dialler) -> None:
    d.give(i.HotlineConfigured(hotline(schedule=CLOSED)))
    waiting(d)


def _queueing(d: Dialler) -> None:
    d.presence(ALICE, Presence.NOT_READY)
    d.presence(BOB, Presence.NOT_READY)
    waiting(d)


def _offered(d: Dialler) -> None:
    waiting(d)


def _talking(d: Dialler) -> None:
    talking(d)


def _ending(d: Dialler) -> None:
    talking(d)
    d.give(i.HangUpRequested(ALICE, d.attempt()))


def _lost_telephone(d: Dialler) -> None:
    talking(d)
    d.give(i.PresenceChanged(ALICE, Presence.READY, online=True))
    d.agent_ends(Cause.LOST)
    d.agent_ends(Cause.UNAVAILABLE)


def _writing(d: Dialler) -> None:
    talking(d)
    d.give(i.LegEnded(CALLERS_LEG, Cause.HUNG_UP))


def _closed(d: Dialler) -> None:
    _writing(d)
    d.give(i.ReadyRequested(ALICE))


PLACES = [
    _arrived, _turned_away, _queueing, _offered, _talking, _ending, _lost_telephone, _writing, _closed,
]  # fmt: skip


def _inputs(attempt: AttemptId, agents_leg: LegId) -> list[list[i.Input]]:
    said = i.ResultEntered(ALICE, attempt, ResultId(3), ResultClass.REFUSAL)
    return [
        [i.CallArrived(CALLERS_LEG, CALLER, OURS, "trunk")],
        [i.CallArrived(UNKNOWN, CALLER, OURS, "trunk")],
        [i.LegAnswered(CALLERS_LEG)],
        [i.LegAnswered(agents_leg)],
        [i.LegRinging(CALLERS_LEG)],
        [i.LegRinging(agents_leg)],
        [i.SoundFinished(CALLERS_LEG)],
        [i.SoundFinished(UNKNOWN)],
        *([i.LegEnded(CALLERS_LEG, cause)] for cause in Cause),
        *([i.LegEnded(agents_leg, cause)] for cause in Cause),
        [i.LegEnded(UNKNOWN, Cause.HUNG_UP)],
        [i.RecordingFinished(CALLERS_LEG, "x", 1.0)],
        [i.HangUpRequested(ALICE, attempt)],
        [i.HangUpRequested(BOB, attempt)],
        [i.DeclineRequested(ALICE, attempt)],
        [i.DeclineRequested(BOB, attempt)],
        [i.RingAgainRequested(ALICE, attempt)],
        [i.RingAgainRequested(BOB, attempt)],
        [said],
        [i.ReadyRequested(ALICE)],
        [i.ExtendRequested(ALICE)],
        [i.AttemptRefused(attempt, RefusalCode.IN_ANOTHER_CALL)],
        *([i.PresenceChanged(ALICE, presence)] for presence in Presence),
        [i.PresenceChanged(ALICE, Presence.READY, online=False)],
        [i.AgentRemoved(ALICE)],
        [i.HotlineRemoved(HOTLINE)],
        [i.HotlineConfigured(HotlineConfig(HOTLINE, OURS, TRUNK))],
        [i.SwitchLost(), i.SwitchReturned(())],
        [i.SwitchLost(), i.SwitchReturned((up(CALLERS_LEG), i.LiveLeg(agents_leg, True)))],
        [i.SwitchLost(), i.SwitchReturned((up(CALLERS_LEG, answered=False),))],
        [i.SwitchLost(), i.SwitchReturned((up(CALLERS_LEG),))],
    ]


@pytest.mark.parametrize("place", PLACES)
def test_whatever_comes_in_whatever_state_everybody_gets_away_in_the_end(place: Callable[[Dialler], None]) -> None:
    """After any two inputs the end of the switch leaves nothing behind: no call, no channel, nobody bound."""
    count = len(_inputs(AttemptId(1), LegId("x")))
    for one, other in itertools.product(range(count), range(count)):
        d = floor()
        place(d)
        attempt = d.attempt()
        agents_leg = d.last(o.RingAgent).leg if d.all(o.RingAgent) else agent_leg(attempt, 1)
        d.give(*_inputs(attempt, agents_leg)[one])
        d.give(*_inputs(attempt, agents_leg)[other])
        d.give(i.SwitchLost(), i.SwitchReturned(()))  # nothing is up any more, whatever was lost on the way
        for agent in (ALICE, BOB):
            d.give(i.ReadyRequested(agent))
        assert d.engine.live_calls == 0
        ended = [fact.attempt_id for fact in d.all(o.AttemptEnded)]
        assert len(ended) == len(set(ended)), "an attempt ends once"
        assert set(ended) <= {fact.attempt_id for fact in d.all(o.AttemptOpened)}
        for agent in (ALICE, BOB):
            assert states(d, agent) not in {AgentState.RINGING, AgentState.IN_CALL, AgentState.WRAP_UP}
        assert d.engine._state.trunks[TRUNK].busy == 0
