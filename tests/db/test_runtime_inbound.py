"""Calls that come in, from the carrier to the rows and back, on a real database with the simulated world."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from campana.calls.models import Arrival, Attempt
from campana.crm.models import Contact, Suppression
from campana.desk import operations as desk
from campana.desk.operations.calling import InACall
from campana.engine.config import TrunkConfig
from campana.engine.words import DialMode
from campana.hotlines import operations
from campana.kernel.clock import Instant
from campana.kernel.ids import LegId, TrunkId
from campana.runtime.lockstep import Lockstep
from campana.sim.callees import Fate, Reaction
from campana.sim.switch import SimulatedSwitch, SteppedClock
from campana.sim.world import RingReaction, World
from campana.tenancy import system_scope
from campana.workforce.models import Agent, WorkingHours
from support.calls import results
from support.campaigns import contacts, hotline, suppress
from support.cast import NOW, Cast, actor

pytestmark = pytest.mark.django_db
TALKS = Reaction(Fate.PERSON, patience=300.0, talks=30.0)


class Telephones:
    there = True

    def ring(self, endpoint: str, leg: str, now: Instant) -> RingReaction:
        return RingReaction(2.0 if self.there else None)

    def talk_began(self, endpoint: str, leg: str, machine: bool, now: Instant) -> None: ...

    def talk_over(self, endpoint: str, leg: str, now: Instant) -> bool:
        return True


class Scene:
    """Lumen's number is answered by Alice, who is there and ready."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.line = hotline(cast.lumen)
        self.results = results(cast.lumen)
        Agent.objects.filter(pk=cast.alice_agent.pk).update(wanted="ready", online=True, dialling=True)
        self.clock = SteppedClock(NOW)
        self.answer()
        self.telephones = Telephones()
        trunk = TrunkConfig(TrunkId(1), self.line.trunk.endpoint, channels=30)
        self.world = World(callees=self, trunks=[trunk], telephones=self.telephones)  # type: ignore[arg-type]
        self.begin()

    def answer(self, **more: Any) -> None:
        given = {"agents": [self.cast.alice_agent.pk], "hotline_id": self.line.pk} | more
        operations.answer_calls(actor=actor(self.cast.ada), now=self.clock(), **given)

    def reaction(self, number: str, call: int) -> Reaction:
        return TALKS

    def begin(self) -> None:
        self.shift = Lockstep(
            self.cast.lumen.pk, SimulatedSwitch(self.world, self.clock), self.clock(), clock=self.clock.advance
        )
        self.run(1)

    def run(self, seconds: float) -> None:
        until = self.clock() + timedelta(seconds=seconds)
        self.shift.run(until=until)
        self.clock.advance(until)
        self.shift.now = until

    def arrive(self, caller: str = "+420601234560", reaction: Reaction = TALKS) -> LegId:
        return self.world.arrive(caller, self.line.number, self.line.trunk.endpoint, reaction, self.clock())

    def alice(self) -> Agent:
        return Agent.objects.get(pk=self.cast.alice_agent.pk)

    def attempt(self) -> Attempt:
        return Attempt.objects.get()


@pytest.fixture
def scene(cast: Cast) -> Iterator[Scene]:
    with system_scope():
        made = Scene(cast)
        yield made
        made.shift.finish()


def test_a_caller_talks_to_the_agent_and_the_call_is_found_with_its_contact(scene: Scene) -> None:
    contact = contacts(scene.cast.lumen, 1)[0]
    number = contact.numbers.get().number
    scene.arrive(f"+{number}")
    scene.run(6)
    attempt = scene.attempt()
    assert (attempt.mode, attempt.state, attempt.contact, attempt.number) == ("inbound", "connected", contact, number)
    assert (attempt.hotline, attempt.agent_id, attempt.campaign) == (scene.line, scene.cast.alice_agent.pk, None)
    assert scene.alice().state == "in_call"
    scene.run(60)
    attempt.refresh_from_db()
    assert attempt.outcome == "answered"
    assert attempt.answered_at
    assert attempt.connected_at
    assert scene.alice().state == "wrap_up"
    desk.ready(actor=actor(scene.cast.alice), now=scene.clock())
    scene.run(1)
    assert scene.alice().state == "available"
    assert scene.attempt().wrapped_up_at is not None


def test_of_several_contacts_with_the_number_the_one_spoken_to_last_is_shown(scene: Scene) -> None:
    one, other = contacts(scene.cast.lumen, 2)
    row = other.numbers.get()
    row.number = one.numbers.get().number
    row.save()
    Contact.objects.filter(pk=one.pk).update(deleted_at=NOW)
    scene.arrive(f"+{row.number}")
    scene.run(3)
    assert scene.attempt().contact == other


def test_a_number_that_nobody_has_and_one_that_is_withheld_are_written_down_all_the_same(scene: Scene) -> None:
    scene.arrive("anonymous")
    scene.arrive("anonymous")  # two may be withheld at once
    scene.run(3)
    assert [(row.number, row.contact) for row in Attempt.objects.all()] == [("", None), ("", None)]


def test_do_not_call_and_caps_hold_nobody_off_who_calls_us(scene: Scene) -> None:
    contact = contacts(scene.cast.lumen, 1)[0]
    suppress(scene.cast.lumen, contact=contact, reason="do_not_call")
    scene.arrive(f"+{contact.numbers.get().number}")
    scene.run(6)
    assert scene.attempt().state == "connected"


def test_the_result_do_not_call_protects_the_caller(scene: Scene) -> None:
    contact = contacts(scene.cast.lumen, 1)[0]
    scene.arrive(f"+{contact.numbers.get().number}")
    scene.run(60)
    chosen = scene.results["do_not_call"]
    who = actor(scene.cast.alice)
    desk.enter_result(actor=who, attempt_id=scene.attempt().pk, result_id=chosen.pk, now=scene.clock())
    desk.ready(actor=who, now=scene.clock())
    scene.run(1)
    mark = Suppression.objects.get()
    assert (mark.contact, mark.number, mark.reason) == (contact, contact.numbers.get().number, "do_not_call_again")


def test_an_agent_may_decline_and_the_caller_goes_on_waiting(scene: Scene) -> None:
    scene.telephones.there = False
    scene.arrive()
    scene.run(2)
    assert scene.alice().state == "ringing"
    desk.decline(actor=actor(scene.cast.alice), attempt_id=scene.attempt().pk, now=scene.clock())
    scene.run(2)
    assert scene.alice().state == "available"
    assert (scene.attempt().state, scene.attempt().agent) == ("waiting_agent", None)


def test_a_caller_who_waits_in_vain_is_missed_and_one_who_hangs_up_is_lost(scene: Scene) -> None:
    scene.telephones.there = False
    scene.arrive()
    scene.arrive("+420601234561", Reaction(Fate.PERSON, patience=10.0))
    scene.run(200)
    outcomes = list(Attempt.objects.order_by("pk").values_list("outcome", flat=True))
    assert outcomes == ["missed", "lost"]
    assert Arrival.objects.count() == 2


def test_outside_the_hours_a_call_is_missed_with_its_reason(scene: Scene) -> None:
    never = WorkingHours.objects.create(organisation=scene.cast.lumen, name="Never now", periods=[[6, 0, 1]])
    scene.answer(working_hours_id=never.pk)
    scene.run(1)
    scene.arrive()
    scene.run(5)
    assert (scene.attempt().outcome, scene.attempt().permit) == ("missed", {"inbound": "outside_hours"})


def test_a_talk_survives_the_engine_and_is_closed_by_the_next(scene: Scene) -> None:
    scene.arrive()
    scene.run(6)
    scene.shift.lease.give_up()
    scene.begin()  # nobody told the old one: its rows and the switch are all there is
    assert scene.alice().state == "in_call"
    scene.run(60)
    assert (scene.attempt().outcome, scene.alice().state) == ("answered", "wrap_up")
    scene.shift.lease.give_up()
    scene.begin()
    assert scene.alice().state == "wrap_up"


def test_who_came_while_no_engine_was_there_is_served_by_the_next(scene: Scene) -> None:
    scene.shift.lease.give_up()
    scene.world.lost = True
    scene.arrive()
    scene.world.lost = False
    scene.begin()
    scene.run(6)
    assert (scene.attempt().state, scene.attempt().mode) == ("connected", DialMode.INBOUND)


def test_a_number_in_a_call_with_us_is_not_dialled_by_hand(scene: Scene) -> None:
    scene.telephones.there = False
    scene.arrive("+420601234560")
    scene.run(2)
    Agent.objects.filter(pk=scene.cast.bob_agent.pk).update(wanted="not_ready", online=True, state="not_ready")
    with pytest.raises(InACall):
        desk.call(actor=actor(scene.cast.bob), number="420601234560", now=scene.clock())
