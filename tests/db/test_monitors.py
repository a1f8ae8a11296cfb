"""A supervisor hears a talk: let in, let go with the talk, and never in its way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from campana.accounts.models import AuditEntry, User
from campana.calls.models import Attempt, Monitor
from campana.engine import outputs as o
from campana.engine.words import MonitorMode
from campana.kernel.ids import AttemptId, LegId, customer_leg
from campana.kernel.refusals import NotAllowed, NotFound, Refused
from campana.supervision.operations import begin_monitor, change_monitor, end_monitor
from campana.supervision.operations.monitoring import (
    DeskClosed,
    ListeningAlready,
    NoTelephone,
    NotTalking,
    OwnTalk,
    TakingCalls,
)
from campana.supervision.queries import monitor_of
from campana.tenancy import system_scope
from campana.workforce.models import Agent, AgentGroup
from db.test_runtime_by_hand import Scene
from support.cast import NOW, Cast, actor

pytestmark = pytest.mark.django_db


class Floor(Scene):
    """Alice talks; Carol is a supervisor with a telephone on her table."""

    def __init__(self, cast: Cast) -> None:
        self.orders: list[o.Command] = []
        super().__init__(cast)
        self.carol = Agent.objects.create(organisation=cast.lumen, user=cast.carol, endpoint="PJSIP/1900")
        self.call()
        self.run(8)
        assert self.alice().state == "in_call"

    def begin(self) -> None:
        super().begin()
        carry_out = self.world.carry_out

        def noted(command: o.Command, now: Any) -> None:
            self.orders.append(command)
            carry_out(command, now)

        self.world.carry_out = noted  # type: ignore[method-assign]

    def listen(self) -> Monitor:
        self.orders.clear()
        row = begin_monitor(actor=actor(self.cast.carol), agent_id=self.alice().pk, now=self.clock())
        self.run(4)
        row.refresh_from_db()
        return row

    @property
    def heard(self) -> list[o.Command]:
        return [order for order in self.orders if isinstance(order, o.RingAgent | o.Monitor | o.HangUp)]


@pytest.fixture
def floor(cast: Cast) -> Iterator[Floor]:
    with system_scope():
        yield Floor(cast)


def test_the_supervisors_telephone_rings_and_is_let_into_the_talk(floor: Floor) -> None:
    row = floor.listen()
    talk, mine = customer_leg(AttemptId(floor.alice().attempt_id or 0)), f"monitor-{row.pk}"
    ring, let_in = floor.heard
    assert isinstance(ring, o.RingAgent)
    assert (ring.leg, ring.endpoint, ring.caller_id) == (mine, "PJSIP/1900", floor.line.number)
    assert let_in == o.Monitor(talk, ring.leg, MonitorMode.LISTEN)
    assert row.answered_at is not None
    assert floor.alice().state == "in_call"
    entry = AuditEntry.objects.get(action="agent.listen")
    assert (entry.user, entry.object_id) == (floor.cast.carol, str(floor.alice().pk))


def test_how_she_is_in_the_talk_can_be_changed_and_is_written_down(floor: Floor) -> None:
    floor.listen()
    for mode in ("whisper", "whisper", "barge"):
        change_monitor(actor=actor(floor.cast.carol), mode=mode, now=floor.clock())
        floor.run(1)
    assert [order.mode for order in floor.heard if isinstance(order, o.Monitor)] == ["listen", "whisper", "barge"]
    actions = AuditEntry.objects.filter(object_type="agent").order_by("pk").values_list("action", flat=True)
    assert [each for each in actions if each != "agent.add"] == ["agent.listen", "agent.whisper", "agent.barge"]


def test_a_wish_that_comes_before_the_telephone_is_answered_is_kept(floor: Floor) -> None:
    begin_monitor(actor=actor(floor.cast.carol), agent_id=floor.alice().pk, now=floor.clock())
    change_monitor(actor=actor(floor.cast.carol), mode="whisper", now=floor.clock())
    floor.run(4)
    assert [order.mode for order in floor.heard if isinstance(order, o.Monitor)] == ["whisper"]


def test_the_end_of_the_talk_lets_her_go(floor: Floor) -> None:
    row = floor.listen()
    floor.run(60)
    assert f"monitor-{row.pk}" in [order.leg for order in floor.heard if isinstance(order, o.HangUp)]
    row.refresh_from_db()
    assert row.ended_at is not None
    assert row.ended_at <= floor.clock()
    assert floor.alice().state == "wrap_up"


def test_when_she_hangs_up_the_talk_goes_on(floor: Floor) -> None:
    row = floor.listen()
    end_monitor(actor=actor(floor.cast.carol), now=floor.clock())
    floor.run(2)
    row.refresh_from_db()
    assert row.ended_at is not None
    assert Attempt.objects.get(pk=row.attempt_id).ended_at is None
    assert floor.alice().state == "in_call"


def test_a_talk_that_was_over_by_then_is_told_so(floor: Floor) -> None:
    row = begin_monitor(actor=actor(floor.cast.carol), agent_id=floor.alice().pk, now=floor.clock())
    Attempt.objects.filter(pk=row.attempt_id).update(ended_at=floor.clock())
    floor.orders.clear()
    floor.run(1)
    row.refresh_from_db()
    assert (row.untaken, row.began_at, floor.heard) == (True, None, [])


def test_another_engine_closes_what_was_heard_under_the_last_one(floor: Floor) -> None:
    row = floor.listen()
    floor.begin()
    row.refresh_from_db()
    assert (row.ended_at is not None, row.cause) == (True, "lost")
    assert floor.alice().state == "in_call"


def test_a_lost_switch_ends_the_listening_not_the_talk(floor: Floor) -> None:
    row = floor.listen()
    floor.world.lose(floor.clock())
    floor.world.restore(floor.clock())
    floor.run(2)
    row.refresh_from_db()
    assert row.ended_at is not None
    assert floor.alice().state == "in_call"


def test_two_who_hear_one_talk_do_not_disturb_each_other(floor: Floor) -> None:
    cast, talk = floor.cast, customer_leg(AttemptId(floor.alice().attempt_id or 0))
    ada_agent = Agent.objects.create(organisation=cast.lumen, user=cast.ada, endpoint="PJSIP/1901")
    rows = {cast.carol: floor.listen()}
    rows[cast.ada] = begin_monitor(actor=actor(cast.ada), agent_id=floor.alice().pk, now=floor.clock())
    floor.run(4)
    legs = {who: LegId(f"monitor-{row.pk}") for who, row in rows.items()}
    rings = [(order.leg, order.endpoint) for order in floor.heard if isinstance(order, o.RingAgent)]
    assert rings == [(legs[cast.carol], "PJSIP/1900"), (legs[cast.ada], ada_agent.endpoint)]

    change_monitor(actor=actor(cast.carol), mode="whisper", now=floor.clock())
    floor.run(1)
    assert modes(cast.carol, cast.ada) == ["whisper", "listen"]
    end_monitor(actor=actor(cast.ada), now=floor.clock())
    floor.run(2)
    assert [order.leg for order in floor.heard if isinstance(order, o.HangUp)] == [legs[cast.ada]]
    assert modes(cast.carol, cast.ada) == ["whisper", None]
    change_monitor(actor=actor(cast.carol), mode="barge", now=floor.clock())
    floor.run(1)
    assert modes(cast.carol, cast.ada) == ["barge", None]
    ordered = [(order.leg, order.monitor_leg, order.mode) for order in floor.heard if isinstance(order, o.Monitor)]
    assert ordered == [
        (talk, legs[cast.carol], "listen"),
        (talk, legs[cast.ada], "listen"),
        (talk, legs[cast.carol], "whisper"),
        (talk, legs[cast.carol], "barge"),
    ]
    assert floor.alice().state == "in_call"
    entries = AuditEntry.objects.filter(action__in=["agent.listen", "agent.whisper", "agent.barge"]).order_by("pk")
    assert [(entry.user, entry.action) for entry in entries] == [
        (cast.carol, "agent.listen"),
        (cast.ada, "agent.listen"),
        (cast.carol, "agent.whisper"),
        (cast.carol, "agent.barge"),
    ]


def test_the_end_of_the_talk_lets_both_go(floor: Floor) -> None:
    cast = floor.cast
    Agent.objects.create(organisation=cast.lumen, user=cast.ada, endpoint="PJSIP/1901")
    mine = floor.listen()
    hers = begin_monitor(actor=actor(cast.ada), agent_id=floor.alice().pk, now=floor.clock())
    floor.run(60)
    let_go = [order.leg for order in floor.heard if isinstance(order, o.HangUp)]
    assert [leg for leg in let_go if leg.startswith("monitor")] == [f"monitor-{mine.pk}", f"monitor-{hers.pk}"]
    assert not Monitor.objects.filter(ended_at=None).exists()
    assert {row.answered_at is not None for row in Monitor.objects.all()} == {True}
    assert floor.alice().state == "wrap_up"


def modes(*people: User) -> list[str | None]:
    """How each hears now, as his page shows it; None for who hears nothing any more."""
    found = [monitor_of(actor(each), NOW) for each in people]
    return [row.mode if row is not None and row.ended_at is None else None for row in found]


def state(floor: Floor, **values: Any) -> None:
    Agent.objects.filter(pk=floor.carol.pk).update(**values)


@pytest.mark.parametrize(
    ("arrange", "refusal"),
    [
        (lambda floor: floor.carol.delete(), NoTelephone),
        (lambda floor: state(floor, endpoint=""), DeskClosed),
        (lambda floor: state(floor, state="available"), TakingCalls),
        (lambda floor: floor.listen(), ListeningAlready),
        (lambda floor: floor.run(60), NotTalking),
    ],
)
def test_what_is_in_the_way_is_said(floor: Floor, arrange: Callable[[Floor], object], refusal: type[Refused]) -> None:
    arrange(floor)
    with pytest.raises(refusal):
        begin_monitor(actor=actor(floor.cast.carol), agent_id=floor.alice().pk, now=floor.clock())


def test_nobody_listens_to_himself_without_the_right_or_outside_his_people(floor: Floor) -> None:
    cast, alice = floor.cast, floor.alice().pk
    with pytest.raises(NotAllowed):
        begin_monitor(actor=actor(cast.bob), agent_id=alice, now=floor.clock())
    with pytest.raises(OwnTalk):
        begin_monitor(actor=actor(cast.carol), agent_id=floor.carol.pk, now=floor.clock())
    with pytest.raises(NotFound):
        begin_monitor(actor=actor(cast.dave), agent_id=alice, now=floor.clock())
    group = AgentGroup.objects.create(organisation=cast.lumen, name="Others")
    limited = replace(actor(cast.carol), limited_to=frozenset({group.pk}))
    with pytest.raises(NotFound):
        begin_monitor(actor=limited, agent_id=alice, now=floor.clock())
