"""The world keeps the rules of the Switch port and treats numbers as the laboratory carrier does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from campana.engine.config import TrunkConfig
from campana.engine.inputs import LegAnswered, LegEnded, LegRinging, LiveLeg, SwitchLost, SwitchReturned
from campana.engine.outputs import Bridge, HangUp, Originate, RingAgent, StartRecording
from campana.engine.words import Cause
from campana.kernel.ids import AttemptId, LegId, TrunkId, agent_leg, customer_leg
from campana.kernel.phone import phone_number
from campana.sim.callees import Fate, LaboratoryCallees, Mix, MixedCallees
from campana.sim.switch import FastClock, SimulatedSwitch, SteppedClock
from campana.sim.world import TrunkHealth, World
from campana.telephony.port import SwitchEvent

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
CUSTOMER, AGENT = customer_leg(AttemptId(1)), agent_leg(AttemptId(1), 1)


class Bench:
    """A world whose events are kept with the second at which they came."""

    def __init__(self, channels: int = 10) -> None:
        self.world = World(callees=LaboratoryCallees(), trunks=[TrunkConfig(TrunkId(1), "trunk", channels=channels)])
        self.heard: list[tuple[float, SwitchEvent]] = []
        self.now = START
        self.world.listener = lambda event: self.heard.append(((self.now - START).total_seconds(), event))

    def dial(self, number: str, leg: LegId = CUSTOMER, ring: float = 20.0) -> None:
        command = Originate(leg, "trunk", phone_number(number), phone_number("15550000"), timedelta(seconds=ring))
        self.world.carry_out(command, self.now)

    def ring_agent(self) -> None:
        caller, ring = phone_number("15550000"), timedelta(seconds=20)
        self.world.carry_out(RingAgent(AGENT, "PJSIP/1001", caller, ring, CUSTOMER), self.now)

    def run(self, seconds: float = 3600.0) -> list[SwitchEvent]:
        until = self.now + timedelta(seconds=seconds)
        agenda = self.world.agenda
        while agenda.next_at is not None and agenda.next_at <= until:
            self.now = agenda.next_at
            agenda.step()
        self.now = until
        return [event for _, event in self.heard]

    def talk(self, number: str = "15552010001") -> None:
        self.dial(number)
        self.run(2.0)
        self.ring_agent()
        self.run(3.0)
        self.world.carry_out(Bridge(CUSTOMER, AGENT), self.now)


@pytest.mark.parametrize(
    ("digits", "cause", "code"),
    [
        ("404", Cause.NOT_FOUND, 404),
        ("408", Cause.RING_TIMEOUT, None),
        ("480", Cause.UNAVAILABLE, 480),
        ("486", Cause.BUSY, 486),
        ("503", Cause.CONGESTION, 503),
        ("603", Cause.REJECTED, 603),
        ("607", Cause.REJECTED, 607),
        ("777", Cause.NOT_FOUND, 404),
        ("000", Cause.TRUNK_DEAD, None),
    ],
)
def test_a_laboratory_number_refuses_as_its_digits_say(digits: str, cause: Cause, code: int | None) -> None:
    bench = Bench()
    bench.dial(f"1555{digits}0001")
    assert bench.run()[-1] == LegEnded(CUSTOMER, cause, code)


@pytest.mark.parametrize(("digits", "seconds"), [("201", 1), ("203", 3), ("210", 10), ("300", 2), ("900", 1)])
def test_a_laboratory_number_answers_as_late_as_its_digits_say(digits: str, seconds: int) -> None:
    bench = Bench()
    bench.dial(f"1555{digits}0001")
    bench.run()
    assert (seconds, LegAnswered(CUSTOMER)) in bench.heard


def test_events_of_a_leg_come_in_order_and_the_end_comes_once() -> None:
    bench = Bench()
    bench.dial("15552010001")
    events = bench.run()
    assert events == [LegRinging(CUSTOMER), LegAnswered(CUSTOMER), LegEnded(CUSTOMER, Cause.HUNG_UP, None)]


def test_a_repeated_originate_dials_once_even_after_the_leg_ended() -> None:
    bench = Bench()
    bench.dial("15554860001")
    bench.dial("15554860001")
    heard = len(bench.run())
    bench.dial("15554860001")
    assert len(bench.run()) == heard
    assert bench.world.tally.dialled == 1


def test_hanging_up_wins_over_an_answer_that_comes_in_the_same_moment() -> None:
    bench = Bench()
    bench.dial("15552010001")
    bench.run(0.99)
    bench.world.carry_out(HangUp(CUSTOMER), bench.now)
    assert bench.run()[-1] == LegEnded(CUSTOMER, Cause.WE_HUNG_UP, None)


def test_hanging_up_a_leg_that_is_gone_is_no_error() -> None:
    bench = Bench()
    bench.world.carry_out(HangUp(CUSTOMER), bench.now)
    assert bench.run() == []


def test_an_unknown_trunk_ends_the_leg_with_a_switch_error() -> None:
    bench = Bench()
    command = Originate(
        CUSTOMER, "nowhere", phone_number("15552010001"), phone_number("15550000"), timedelta(seconds=9)
    )
    bench.world.carry_out(command, bench.now)
    assert bench.run() == [LegEnded(CUSTOMER, Cause.SWITCH_ERROR, None)]


def test_a_full_trunk_answers_with_congestion() -> None:
    bench = Bench(channels=1)
    bench.dial("15552010001")
    bench.dial("15552010002", customer_leg(AttemptId(2)))
    bench.run(0.5)
    assert bench.heard[-1][1] == LegEnded(customer_leg(AttemptId(2)), Cause.CONGESTION, 503)


def test_a_dead_trunk_says_nothing_until_our_own_timer_runs_out() -> None:
    bench = Bench()
    bench.world.set_trunk("trunk", TrunkHealth.DEAD, bench.now)
    bench.dial("15552010001", ring=15.0)
    bench.run()
    assert [(round(at), event) for at, event in bench.heard] == [(15, LegEnded(CUSTOMER, Cause.TRUNK_DEAD, None))]


def test_a_talk_ends_when_the_agent_hangs_up_and_the_customer_leaves_soon() -> None:
    bench = Bench()
    bench.talk()
    ended = [event.leg for event in bench.run() if isinstance(event, LegEnded)]
    assert ended == [AGENT, CUSTOMER]


def test_a_customer_nobody_comes_for_loses_patience() -> None:
    bench = Bench()
    bench.dial("15559000001")
    bench.run()
    assert bench.heard[-1] == (4.0, LegEnded(CUSTOMER, Cause.HUNG_UP, None))


def test_calls_survive_a_lost_connection_and_are_told_when_it_returns() -> None:
    bench = Bench()
    bench.talk()
    bench.world.lose(bench.now)
    bench.world.carry_out(HangUp(CUSTOMER), bench.now)
    bench.run(1.0)
    bench.world.restore(bench.now)
    assert bench.heard[-2][1] == SwitchLost()
    assert bench.heard[-1][1] == SwitchReturned((LiveLeg(CUSTOMER, True), LiveLeg(AGENT, True)))


def test_a_restarted_switch_has_no_calls() -> None:
    bench = Bench()
    bench.talk()
    bench.world.lose(bench.now)
    bench.world.restart(bench.now)
    bench.world.restore(bench.now)
    assert bench.run()[-1] == SwitchReturned(())


def test_a_recording_is_told_before_its_leg_ends() -> None:
    bench = Bench()
    bench.dial("15559000001")
    bench.run(2.0)
    bench.world.carry_out(StartRecording(CUSTOMER, "r1"), bench.now)
    events = bench.run()
    assert [type(event).__name__ for event in events[-2:]] == ["RecordingFinished", "LegEnded"]


def test_the_fate_of_a_call_depends_on_nothing_but_seed_number_and_count() -> None:
    numbers = [phone_number(f"8490000{n:04}") for n in range(400)]
    one, two = MixedCallees(seed=4), MixedCallees(seed=4)
    forward = {number: one.reaction(number, 1) for number in numbers}
    backward = {number: two.reaction(number, 1) for number in reversed(numbers)}
    assert forward == backward
    assert {reaction.fate for reaction in forward.values()} == set(Fate)
    assert MixedCallees(seed=5).reaction(numbers[0], 1) != forward[numbers[0]]


def test_shares_of_fates_are_those_of_the_mix() -> None:
    mix = Mix(fates={Fate.PERSON: 0.7, Fate.BUSY: 0.3}, not_in_service=0.0, never_there=0.0)
    callees = MixedCallees(seed=1, mix=mix)
    fates = [callees.reaction(phone_number(f"8490000{n:04}"), 1).fate for n in range(2000)]
    assert 0.65 < fates.count(Fate.PERSON) / 2000 < 0.75


def test_the_stepped_switch_says_first_what_is_up() -> None:
    clock = SteppedClock(START)
    switch = SimulatedSwitch(Bench().world, clock)
    heard: list[SwitchEvent] = []
    switch.start(heard.append)
    assert switch.next_event_at() == START
    switch.pump(clock())
    assert heard == [SwitchReturned(())]


def test_the_living_switch_follows_a_fast_clock_and_stops_when_closed() -> None:
    from threading import Event

    answered, heard = Event(), list[SwitchEvent]()

    def listen(event: SwitchEvent) -> None:
        heard.append(event)
        if isinstance(event, LegAnswered):
            answered.set()

    clock = FastClock(START, speed=100.0)
    switch = SimulatedSwitch(Bench().world, clock, speed=100.0)
    switch.start(listen)
    switch.run()
    switch.send(
        Originate(CUSTOMER, "trunk", phone_number("15552100001"), phone_number("15550000"), timedelta(seconds=30))
    )
    assert answered.wait(10.0)
    switch.close()
    assert heard[0] == SwitchReturned(())
