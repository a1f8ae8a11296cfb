"""Calls by hand from the desk to the switch and back, on a real database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from campana.calls import queries
from campana.calls.models import Attempt, CallRequest
from campana.calls.operations import NoConversation
from campana.crm.models import Suppression
from campana.desk import operations as desk
from campana.engine.config import TrunkConfig
from campana.kernel.clock import Instant
from campana.kernel.ids import TrunkId
from campana.runtime.lockstep import Lockstep
from campana.sim.callees import Fate, Reaction
from campana.sim.switch import SimulatedSwitch, SteppedClock
from campana.sim.world import RingReaction, World
from campana.tenancy import system_scope
from campana.workforce.models import Agent
from support.calls import results
from support.campaigns import contacts, hotline, suppress
from support.cast import NOW, Cast, actor

pytestmark = pytest.mark.django_db
NUMBER = "420601234560"


class Callees:
    def reaction(self, number: str, call: int) -> Reaction:
        return Reaction(Fate.BUSY if number.endswith("6") else Fate.PERSON, talks=30.0)


class Telephones:
    """Pick up after two seconds unless nobody is there."""

    there = True

    def ring(self, endpoint: str, leg: str, now: Instant) -> RingReaction:
        return RingReaction(2.0 if self.there else None)

    def talk_began(self, endpoint: str, leg: str, machine: bool, now: Instant) -> None: ...

    def talk_over(self, endpoint: str, leg: str, now: Instant) -> bool:
        return True


class Scene:
    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.line = hotline(cast.lumen)
        self.results = results(cast.lumen)
        Agent.objects.filter(pk=cast.alice_agent.pk).update(wanted="not_ready", online=True, dialling=True)
        self.clock = SteppedClock(NOW)
        self.telephones = Telephones()
        self.world = World(
            callees=Callees(), trunks=[TrunkConfig(TrunkId(1), "carrier", channels=30)], telephones=self.telephones
        )
        self.begin()

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

    def call(self, number: str = NUMBER, **given: Any) -> CallRequest:
        return desk.call(actor=actor(self.cast.alice), number=number, now=self.clock(), **given)

    def alice(self) -> Agent:
        return Agent.objects.get(pk=self.cast.alice_agent.pk)


@pytest.fixture
def scene(cast: Cast) -> Iterator[Scene]:
    with system_scope():
        yield Scene(cast)


def test_a_call_by_hand_is_an_attempt_like_any_other(scene: Scene) -> None:
    [person] = contacts(scene.cast.lumen, 1, first=int(NUMBER))
    request = scene.call()
    scene.run(4)
    request.refresh_from_db()
    attempt = request.attempt
    assert attempt is not None
    assert (attempt.contact, attempt.campaign, attempt.task) == (person, None, None)
    assert (attempt.mode, attempt.hotline, attempt.agent) == ("manual", scene.line, scene.cast.alice_agent)
    assert scene.alice().attempt_id == attempt.pk
    scene.run(60)
    attempt.refresh_from_db()
    assert (attempt.outcome, attempt.state, attempt.wrapped_up_at) == ("answered", "ended", None)
    assert attempt.answered_at == attempt.connected_at is not None
    assert (scene.alice().state, scene.alice().state_until) == ("wrap_up", None)
    desk.enter_result(
        actor=actor(scene.cast.alice), attempt_id=attempt.pk, result_id=scene.results["success"].pk, now=scene.clock()
    )
    desk.ready(actor=actor(scene.cast.alice), now=scene.clock())
    scene.run(1)
    attempt.refresh_from_db()
    assert attempt.result == scene.results["success"]
    assert attempt.wrapped_up_at is not None
    assert scene.alice().state == "not_ready"
    assert queries.latest(scene.alice(), NOW + timedelta(seconds=2)) == request


def test_whoever_is_busy_is_told_as_busy(scene: Scene) -> None:
    request = scene.call("420601234566")
    scene.run(10)
    request.refresh_from_db()
    assert request.attempt is not None
    assert request.attempt.outcome == "busy"
    assert scene.alice().state == "not_ready"


def test_a_number_suppressed_in_the_meantime_is_refused_with_its_reason(scene: Scene) -> None:
    request = scene.call()
    suppress(scene.cast.lumen, number=NUMBER)
    scene.run(5)
    request.refresh_from_db()
    assert (request.refusal, request.attempt, request.answered_at is not None) == ("suppressed", None, True)
    assert not Attempt.objects.exists()
    assert scene.world.tally.rings == 0
    assert scene.alice().state == "not_ready"


def test_a_wish_that_waited_too_long_for_an_engine_is_refused(scene: Scene) -> None:
    scene.shift.finish()
    request = scene.call()
    scene.clock.advance(NOW + timedelta(minutes=5))
    scene.begin()
    request.refresh_from_db()
    assert request.refusal == "request_old"


def test_the_result_do_not_call_protects_the_number(scene: Scene) -> None:
    scene.call()
    scene.run(60)
    attempt = Attempt.objects.get()
    chosen = scene.results["do_not_call"]
    desk.enter_result(actor=actor(scene.cast.alice), attempt_id=attempt.pk, result_id=chosen.pk, now=scene.clock())
    desk.ready(actor=actor(scene.cast.alice), now=scene.clock())
    scene.run(1)
    mark = Suppression.objects.get()
    assert (mark.number, mark.contact, mark.reason) == (NUMBER, None, "do_not_call_again")


def test_a_talk_survives_the_engine_and_is_closed_by_the_next(scene: Scene) -> None:
    scene.call()
    scene.run(15)
    assert Attempt.objects.get().state == "connected"
    scene.shift.lease.give_up()
    scene.begin()  # nobody told the old one: its rows and the switch are all there is
    assert scene.alice().state == "in_call"
    scene.run(60)
    assert (Attempt.objects.get().outcome, scene.alice().state) == ("answered", "wrap_up")
    scene.shift.lease.give_up()
    scene.begin()
    assert scene.alice().state == "wrap_up"
    desk.ready(actor=actor(scene.cast.alice), now=scene.clock())
    scene.run(1)
    assert scene.alice().state == "not_ready"
    assert scene.world.tally.dialled == 1


def test_an_agent_who_does_not_pick_up_calls_nobody(scene: Scene) -> None:
    scene.telephones.there = False
    scene.call()
    scene.run(60)
    assert Attempt.objects.get().outcome == "agent_no_answer"
    assert scene.world.tally.dialled == 0


def test_what_is_said_before_anybody_talks_is_refused_and_counts_afterwards(scene: Scene) -> None:
    alice, chosen = actor(scene.cast.alice), scene.results["do_not_call"]
    scene.call()
    scene.run(3)
    attempt = Attempt.objects.get()
    assert attempt.connected_at is None
    said = {"actor": alice, "attempt_id": attempt.pk, "result_id": chosen.pk}
    with pytest.raises(NoConversation):
        desk.enter_result(**said, now=scene.clock())
    scene.run(60)
    assert scene.alice().state == "wrap_up"
    desk.enter_result(**said, now=scene.clock())
    desk.ready(actor=alice, now=scene.clock())
    scene.run(1)
    assert Suppression.objects.get().number == NUMBER
