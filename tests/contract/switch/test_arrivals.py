"""Calls that come in, and the sounds a leg hears, on every driver of ``campana.telephony.port``."""

from __future__ import annotations

from campana.engine.inputs import CallArrived, LegAnswered, LegEnded, LiveLeg, SoundFinished
from campana.engine.outputs import AnswerCall, Bridge, HangUp, PlayHoldMusic, PlaySound, RingAgent
from campana.engine.words import Cause
from campana.kernel.clock import seconds
from campana.kernel.ids import LegId, agent_leg, has_arrived, leg_attempt
from contract.switch.conftest import Desk
from contract.switch.worlds import Heard, Telephone, World


def arrived(world: World, heard: Heard, *, patience: float = 60) -> CallArrived:
    caller, called = world.arrive(patience=patience)
    world.until(lambda: bool(heard.arrivals()))
    call = heard.arrivals()[-1]
    assert (call.caller, call.called, call.trunk) == (caller, called, world.trunk)
    return call


def answered(world: World, heard: Heard, *, patience: float = 60) -> LegId:
    leg = arrived(world, heard, patience=patience).leg
    world.switch.send(AnswerCall(leg))
    world.until(lambda: heard.answered(leg))
    return leg


def test_a_call_that_comes_in_is_told_once_with_both_numbers_and_waits(world: World, heard: Heard) -> None:
    call = arrived(world, heard)
    world.settle()
    assert heard.of(call.leg) == [call]
    assert has_arrived(call.leg)
    assert leg_attempt(call.leg) is None


def test_it_is_answered_when_we_say_so_and_once(world: World, heard: Heard) -> None:
    leg = answered(world, heard)
    world.switch.send(AnswerCall(leg))
    world.settle()
    assert heard.of(leg)[1:] == [LegAnswered(leg)]


def test_a_caller_who_gives_up_before_the_answer_has_hung_up(world: World, heard: Heard) -> None:
    leg = arrived(world, heard, patience=2).leg
    world.until(lambda: heard.ended(leg))
    end = heard.end(leg)
    assert end is not None
    assert end.cause is Cause.HUNG_UP


def test_a_caller_who_gives_up_waiting_has_hung_up(world: World, heard: Heard) -> None:
    leg = answered(world, heard, patience=3)
    world.switch.send(PlayHoldMusic(leg))
    world.until(lambda: heard.ended(leg))
    end = heard.end(leg)
    assert end is not None
    assert end.cause is Cause.HUNG_UP


def test_a_call_can_be_turned_away_without_an_answer(world: World, heard: Heard) -> None:
    leg = arrived(world, heard).leg
    world.switch.send(HangUp(leg))
    world.until(lambda: heard.ended(leg))
    assert [type(event) for event in heard.of(leg)] == [CallArrived, LegEnded]
    end = heard.end(leg)
    assert end is not None
    assert end.cause is Cause.WE_HUNG_UP


def test_a_message_is_played_to_its_end_and_that_is_told_once(world: World, heard: Heard) -> None:
    leg = answered(world, heard)
    world.switch.send(PlaySound(leg, world.sound))
    world.until(lambda: SoundFinished(leg) in heard.events)
    world.settle()
    assert heard.events.count(SoundFinished(leg)) == 1
    assert not heard.ended(leg)


def test_music_that_takes_the_place_of_a_message_lets_nobody_wait_for_its_end(world: World, heard: Heard) -> None:
    leg = answered(world, heard)
    world.switch.send(PlaySound(leg, world.sound))
    world.switch.send(PlayHoldMusic(leg, world.sound))
    world.settle()
    assert SoundFinished(leg) not in heard.events
    assert not heard.ended(leg)


def test_the_caller_and_an_agent_are_let_together_and_either_may_leave(world: World, heard: Heard, desk: Desk) -> None:
    caller = answered(world, heard)
    world.switch.send(PlayHoldMusic(caller, world.sound))
    agent = agent_leg(desk.attempt(), 1)
    world.switch.send(RingAgent(agent, world.endpoint(Telephone.ANSWERS), world.caller_id, seconds(30), caller))
    world.until(lambda: heard.answered(agent))
    world.switch.send(Bridge(caller, agent))
    world.settle()
    assert not heard.ended(caller)
    assert not heard.ended(agent)
    world.switch.send(HangUp(agent))
    world.until(lambda: heard.ended(agent))
    assert not heard.ended(caller)


def test_a_call_that_came_in_while_nobody_listened_is_found(world: World, heard: Heard) -> None:
    call = arrived(world, heard)
    world.switch.send(AnswerCall(call.leg))
    world.until(lambda: heard.answered(call.leg))
    world.lose()
    world.until(lambda: bool(heard.losses()))
    world.restore()
    world.until(lambda: len(heard.returns()) == 2)
    assert heard.returns()[-1].legs == (LiveLeg(call.leg, answered=True, arrived=call),)
