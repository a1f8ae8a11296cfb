"""The rules of ``campana.telephony.port``, on every driver."""

from __future__ import annotations

from uuid import uuid4

import pytest

from campana.engine.inputs import LegAnswered, LegEnded, LegRinging, LiveLeg, RecordingFinished
from campana.engine.outputs import Bridge, HangUp, Monitor, Originate, PlayHoldMusic, PlayRinging, StartRecording
from campana.engine.words import Cause, MonitorMode
from campana.kernel.clock import seconds
from campana.kernel.ids import LegId, agent_leg, customer_leg
from contract.switch.conftest import Desk
from contract.switch.worlds import Callee, Heard, Telephone, World, started


def test_the_first_word_is_that_the_switch_is_there(world: World, heard: Heard) -> None:
    assert heard.events == heard.returns()
    assert heard.returns()[0].legs == ()


# --- how a customer's leg ends -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("callee", "cause", "sip_code"),
    [
        (Callee.BUSY, Cause.BUSY, 486),
        (Callee.REJECTS, Cause.REJECTED, 603),
        (Callee.UNAVAILABLE, Cause.UNAVAILABLE, 480),
        (Callee.NOT_FOUND, Cause.NOT_FOUND, 404),
        (Callee.CONGESTED, Cause.CONGESTION, 503),
    ],
)
def test_a_refusal_ends_the_leg_with_its_cause(
    world: World, heard: Heard, desk: Desk, callee: Callee, cause: Cause, sip_code: int
) -> None:
    leg = desk.dial(callee)
    world.until(lambda: heard.ended(leg))
    assert heard.end(leg) == LegEnded(leg, cause, sip_code)
    assert not heard.answered(leg)


def test_our_own_ring_timeout_is_told_as_such(world: World, heard: Heard, desk: Desk) -> None:
    leg = desk.dial(Callee.RINGS, ring=2)
    world.until(lambda: heard.ended(leg))
    end = heard.end(leg)
    assert end is not None
    assert end.cause is Cause.RING_TIMEOUT
    assert heard.of(leg) == [LegRinging(leg), end]


def test_a_carrier_that_never_speaks_is_a_dead_trunk(world: World, heard: Heard, desk: Desk) -> None:
    leg = desk.dial(Callee.MUTE, ring=2)
    world.until(lambda: heard.ended(leg))
    end = heard.end(leg)
    assert end is not None
    assert end.cause is Cause.TRUNK_DEAD
    assert not heard.ringing(leg)


def test_a_customer_who_hangs_up_ends_the_leg(world: World, heard: Heard, desk: Desk) -> None:
    leg = desk.dial(Callee.HANGS_UP)
    world.until(lambda: heard.ended(leg))
    events = [event for event in heard.of(leg) if not isinstance(event, LegRinging)]
    assert events[0] == LegAnswered(leg)
    assert isinstance(events[1], LegEnded)
    assert events[1].cause is Cause.HUNG_UP


def test_cancelling_a_ringing_leg_ends_it_as_ours(world: World, heard: Heard, desk: Desk) -> None:
    leg = desk.dial(Callee.RINGS)
    world.until(lambda: heard.ringing(leg))
    world.switch.send(HangUp(leg))
    world.until(lambda: heard.ended(leg))
    end = heard.end(leg)
    assert end is not None
    assert end.cause is Cause.WE_HUNG_UP


def test_a_leg_cancelled_right_after_its_command_ends_as_ours(world: World, heard: Heard, desk: Desk) -> None:
    leg = desk.dial(Callee.RINGS)
    world.switch.send(HangUp(leg))
    world.until(lambda: heard.ended(leg))
    end = heard.end(leg)
    assert end is not None
    assert end.cause is Cause.WE_HUNG_UP
    world.settle()
    assert [event for event in heard.of(leg) if isinstance(event, LegEnded)] == [end]


def test_hanging_up_an_answered_leg_ends_it_as_ours(world: World, heard: Heard, desk: Desk) -> None:
    leg = desk.dial(Callee.ANSWERS)
    world.until(lambda: heard.answered(leg))
    world.switch.send(HangUp(leg))
    world.until(lambda: heard.ended(leg))
    end = heard.end(leg)
    assert end is not None
    assert end.cause is Cause.WE_HUNG_UP


# --- order and idempotence ---------------------------------------------------------------------------


def test_a_leg_rings_answers_and_ends_in_this_order_and_once(world: World, heard: Heard, desk: Desk) -> None:
    leg = desk.dial(Callee.HANGS_UP)
    world.until(lambda: heard.ended(leg))
    world.settle()
    kinds = [type(event) for event in heard.of(leg)]
    assert kinds in ([LegRinging, LegAnswered, LegEnded], [LegAnswered, LegEnded])


def test_dialling_a_leg_again_changes_nothing(world: World, heard: Heard, desk: Desk) -> None:
    leg = customer_leg(desk.attempt())
    number = world.number(Callee.ANSWERS)
    command = Originate(leg, world.trunk, number, world.caller_id, seconds(30))
    world.switch.send(command)
    world.switch.send(command)
    world.until(lambda: heard.answered(leg))
    world.switch.send(command)
    world.settle()
    assert [event for event in heard.of(leg) if not isinstance(event, LegRinging)] == [LegAnswered(leg)]


def test_dialling_a_leg_that_ended_dials_nobody(world: World, heard: Heard, desk: Desk) -> None:
    leg = customer_leg(desk.attempt())
    command = Originate(leg, world.trunk, world.number(Callee.BUSY), world.caller_id, seconds(30))
    world.switch.send(command)
    world.until(lambda: heard.ended(leg))
    before = heard.of(leg)
    world.switch.send(command)
    world.settle()
    assert heard.of(leg) == before


def test_hanging_up_twice_ends_once(world: World, heard: Heard, desk: Desk) -> None:
    leg = desk.dial(Callee.ANSWERS)
    world.until(lambda: heard.answered(leg))
    world.switch.send(HangUp(leg))
    world.switch.send(HangUp(leg))
    world.until(lambda: heard.ended(leg))
    world.switch.send(HangUp(leg))
    world.settle()
    assert sum(isinstance(event, LegEnded) for event in heard.of(leg)) == 1


def test_hanging_up_a_leg_nobody_knows_is_not_an_error(world: World, heard: Heard, desk: Desk) -> None:
    leg = customer_leg(desk.attempt())
    world.switch.send(HangUp(leg))
    world.settle()
    assert heard.of(leg) == []
    assert heard.losses() == 0


def test_commands_for_a_leg_that_is_gone_are_not_errors(world: World, heard: Heard, desk: Desk) -> None:
    customer, agent = desk.talk(callee=Callee.HANGS_UP)
    world.until(lambda: heard.ended(customer))
    world.switch.send(PlayHoldMusic(customer))
    world.switch.send(StartRecording(customer, "gone"))
    world.switch.send(Bridge(customer, agent))
    world.settle()
    assert sum(isinstance(event, LegEnded) for event in heard.of(customer)) == 1


def test_a_trunk_the_switch_does_not_have_is_a_switch_error(world: World, heard: Heard, desk: Desk) -> None:
    leg = customer_leg(desk.attempt())
    number = world.number(Callee.ANSWERS)
    world.switch.send(Originate(leg, "no-such-trunk", number, world.caller_id, seconds(30)))
    world.until(lambda: heard.ended(leg))
    end = heard.end(leg)
    assert end is not None
    assert end.cause is Cause.SWITCH_ERROR


# --- agents ------------------------------------------------------------------------------------------


def test_customer_and_agent_talk_until_the_customer_hangs_up(world: World, heard: Heard, desk: Desk) -> None:
    customer, agent = desk.talk(callee=Callee.HANGS_UP)
    world.until(lambda: heard.ended(customer))
    assert not heard.ended(agent), "the engine decides what becomes of the agent's leg"
    world.switch.send(HangUp(agent))
    world.until(lambda: heard.ended(agent))
    ends = heard.end(customer), heard.end(agent)
    assert [end.cause for end in ends if end] == [Cause.HUNG_UP, Cause.WE_HUNG_UP]


def test_customer_and_agent_talk_until_the_agent_hangs_up(world: World, heard: Heard, desk: Desk) -> None:
    customer, agent = desk.talk(telephone=Telephone.HANGS_UP)
    world.until(lambda: heard.ended(agent))
    world.settle()
    assert not heard.ended(customer), "a driver never drops a customer by itself"
    world.switch.send(HangUp(customer))
    world.until(lambda: heard.ended(customer))
    ends = heard.end(agent), heard.end(customer)
    assert [end.cause for end in ends if end] == [Cause.HUNG_UP, Cause.WE_HUNG_UP]


def test_a_busy_agent_leaves_the_customer_up(world: World, heard: Heard, desk: Desk) -> None:
    customer = desk.dial(Callee.ANSWERS)
    world.until(lambda: heard.answered(customer))
    world.switch.send(PlayHoldMusic(customer))
    agent = desk.call_agent(Telephone.BUSY, customer)
    world.until(lambda: heard.ended(agent))
    end = heard.end(agent)
    assert end is not None
    assert end.cause is Cause.BUSY
    assert not heard.ended(customer)


def test_an_agent_who_does_not_answer_leaves_the_customer_up(world: World, heard: Heard, desk: Desk) -> None:
    customer = desk.dial(Callee.ANSWERS)
    world.until(lambda: heard.answered(customer))
    world.switch.send(PlayHoldMusic(customer))
    agent = desk.call_agent(Telephone.RINGS, customer, ring=2)
    world.until(lambda: heard.ended(agent))
    end = heard.end(agent)
    assert end is not None
    assert end.cause is Cause.RING_TIMEOUT
    assert not heard.ended(customer)


def test_a_second_agent_may_be_rung_for_the_same_customer(world: World, heard: Heard, desk: Desk) -> None:
    customer = desk.dial(Callee.ANSWERS)
    world.until(lambda: heard.answered(customer))
    first = desk.call_agent(Telephone.BUSY, customer, offer=1)
    world.until(lambda: heard.ended(first))
    second = desk.call_agent(Telephone.ANSWERS, customer, offer=2)
    world.until(lambda: heard.answered(second))
    world.switch.send(Bridge(customer, second))
    world.switch.send(Bridge(customer, second))
    world.settle()
    assert not heard.ended(customer)
    assert not heard.ended(second)


def test_an_agent_stops_ringing_when_we_hang_up(world: World, heard: Heard, desk: Desk) -> None:
    customer = desk.dial(Callee.ANSWERS)
    world.until(lambda: heard.answered(customer))
    agent = desk.call_agent(Telephone.RINGS, customer)
    world.until(lambda: heard.ringing(agent))
    world.switch.send(HangUp(agent))
    world.until(lambda: heard.ended(agent))
    end = heard.end(agent)
    assert end is not None
    assert end.cause is Cause.WE_HUNG_UP
    assert not heard.ended(customer)


def test_a_recording_is_told_before_the_end_of_its_leg(world: World, heard: Heard, desk: Desk) -> None:
    customer = desk.dial(Callee.HANGS_UP)
    world.until(lambda: heard.answered(customer))
    name = f"contract-{customer}-{uuid4().hex}"
    world.switch.send(StartRecording(customer, name))
    world.until(lambda: heard.ended(customer))
    world.settle()
    recorded, ended = heard.of(customer)[-2:]
    assert isinstance(recorded, RecordingFinished)
    assert recorded.name == name
    assert recorded.seconds > 0
    assert isinstance(ended, LegEnded)


# --- calls by hand -------------------------------------------------------------------------------------


def test_an_agent_may_be_on_the_line_before_the_callee_is_dialled(world: World, heard: Heard, desk: Desk) -> None:
    attempt = desk.attempt()
    agent = desk.call_agent(Telephone.ANSWERS, customer_leg(attempt))
    world.until(lambda: heard.answered(agent))
    world.switch.send(PlayRinging(agent))
    callee = desk.dial(Callee.HANGS_UP, attempt=attempt)
    world.until(lambda: heard.answered(callee))
    world.switch.send(Bridge(callee, agent))
    world.until(lambda: heard.ended(callee))
    assert not heard.ended(agent), "the engine decides what becomes of the agent's leg"
    world.switch.send(HangUp(agent))
    world.until(lambda: heard.ended(agent))
    ends = heard.end(callee), heard.end(agent)
    assert [end.cause for end in ends if end] == [Cause.HUNG_UP, Cause.WE_HUNG_UP]


def test_a_callee_who_is_busy_leaves_the_agent_up(world: World, heard: Heard, desk: Desk) -> None:
    attempt = desk.attempt()
    agent = desk.call_agent(Telephone.ANSWERS, customer_leg(attempt))
    world.until(lambda: heard.answered(agent))
    world.switch.send(PlayRinging(agent))
    callee = desk.dial(Callee.BUSY, attempt=attempt)
    world.until(lambda: heard.ended(callee))
    world.settle()
    assert not heard.ended(agent)


def test_a_ringing_tone_for_nobody_is_not_an_error(world: World, heard: Heard, desk: Desk) -> None:
    leg = desk.dial(Callee.ANSWERS)
    world.until(lambda: heard.answered(leg))
    world.switch.send(PlayRinging(agent_leg(desk.attempt(), 1)))
    world.settle()
    assert not heard.ended(leg)
    assert heard.losses() == 0


# --- the connection ----------------------------------------------------------------------------------


def test_a_lost_connection_is_told_once_and_its_return_names_the_living(world: World, heard: Heard, desk: Desk) -> None:
    talking = desk.dial(Callee.ANSWERS)
    ringing = desk.dial(Callee.RINGS)
    world.until(lambda: heard.answered(talking) and heard.ringing(ringing))
    world.lose()
    world.until(lambda: heard.losses() > 0)
    world.restore()
    world.until(lambda: len(heard.returns()) == 2)
    assert heard.losses() == 1
    assert set(heard.returns()[-1].legs) == {LiveLeg(talking, True), LiveLeg(ringing, False)}
    for leg in (talking, ringing):
        world.switch.send(HangUp(leg))
    world.until(lambda: heard.ended(talking) and heard.ended(ringing))
    assert len(heard.returns()) == 2


def test_a_leg_that_ended_while_the_connection_was_lost_is_not_told(world: World, heard: Heard, desk: Desk) -> None:
    customer = desk.dial(Callee.HANGS_UP)
    world.until(lambda: heard.answered(customer))
    world.lose()
    world.until(lambda: heard.losses() > 0)
    world.linger()
    world.restore()
    world.until(lambda: len(heard.returns()) == 2)
    assert heard.returns()[-1].legs == ()
    world.settle()
    assert not heard.ended(customer)


def test_commands_sent_while_the_connection_is_lost_are_dropped(world: World, heard: Heard, desk: Desk) -> None:
    world.lose()
    world.until(lambda: heard.losses() > 0)
    leg = desk.dial(Callee.ANSWERS)
    world.restore()
    world.until(lambda: len(heard.returns()) == 2)
    world.settle()
    assert heard.of(leg) == []
    assert heard.returns()[-1].legs == ()


def test_a_leg_dropped_while_lost_may_be_dialled_afterwards(world: World, heard: Heard, desk: Desk) -> None:
    attempt = desk.attempt()
    world.lose()
    world.until(lambda: heard.losses() > 0)
    desk.dial(Callee.ANSWERS, attempt=attempt)
    world.restore()
    world.until(lambda: len(heard.returns()) == 2)
    leg = desk.dial(Callee.ANSWERS, attempt=attempt)
    world.until(lambda: heard.answered(leg))


def test_another_driver_finds_the_calls_of_one_that_closed(world: World, heard: Heard, desk: Desk) -> None:
    customer, agent = desk.talk()
    world.switch.close()
    successor = world.another()
    news = started(world, successor)
    assert set(news.returns()[0].legs) == {LiveLeg(customer, True), LiveLeg(agent, True)}
    successor.send(HangUp(agent))
    successor.send(HangUp(customer))
    world.until(lambda: news.ended(agent) and news.ended(customer))
    assert heard.ended(customer) is False


def test_two_customers_are_told_apart(world: World, heard: Heard, desk: Desk) -> None:
    legs: dict[LegId, Cause] = {
        desk.dial(Callee.BUSY): Cause.BUSY,
        desk.dial(Callee.REJECTS): Cause.REJECTED,
        desk.dial(Callee.HANGS_UP): Cause.HUNG_UP,
    }
    world.until(lambda: all(heard.ended(leg) for leg in legs))
    ends = {leg: heard.end(leg) for leg in legs}
    assert {leg: end.cause for leg, end in ends.items() if end} == legs


# --- a supervisor in a talk --------------------------------------------------------------------------


def test_a_supervisor_comes_and_goes_and_the_customer_stays(world: World, heard: Heard, desk: Desk) -> None:
    customer = desk.dial(Callee.ANSWERS)
    world.until(lambda: heard.answered(customer))
    supervisor = desk.call_agent(Telephone.ANSWERS, customer)
    world.until(lambda: heard.answered(supervisor))
    for mode in MonitorMode:
        world.switch.send(Monitor(customer, supervisor, mode))
    world.settle()
    assert not heard.ended(supervisor)
    world.switch.send(HangUp(supervisor))
    world.until(lambda: heard.ended(supervisor))
    world.settle()
    assert not heard.ended(customer)


def test_a_supervisor_is_not_cut_off_with_the_talk(world: World, heard: Heard, desk: Desk) -> None:
    customer = desk.dial(Callee.ANSWERS)
    world.until(lambda: heard.answered(customer))
    supervisor = desk.call_agent(Telephone.ANSWERS, customer)
    world.until(lambda: heard.answered(supervisor))
    world.switch.send(Monitor(customer, supervisor, MonitorMode.LISTEN))
    world.switch.send(HangUp(customer))
    world.until(lambda: heard.ended(customer))
    world.settle()
    assert not heard.ended(supervisor)
