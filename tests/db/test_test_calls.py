"""A test call: one call over one trunk, at most once, told to its end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from campana.accounts.models import AuditEntry
from campana.accounts.queries import actor_of_user
from campana.campaigns import snapshot
from campana.engine import outputs as o
from campana.engine.config import TrunkConfig
from campana.engine.words import Cause
from campana.hotlines import models, operations
from campana.hotlines.models import Hotline
from campana.hotlines.operations.hotlines import BadNumber
from campana.hotlines.operations.test_calls import AnotherIsRunning, NumberProtected, TrunkIsOff
from campana.kernel.ids import TrunkId
from campana.kernel.phone import PhoneNumber
from campana.kernel.refusals import NotAllowed, NotFound
from campana.relay.models import Message
from campana.runtime.lockstep import Lockstep
from campana.sim.callees import Fate, Reaction
from campana.sim.switch import SimulatedSwitch, SteppedClock
from campana.sim.world import World
from campana.tenancy import system_scope
from support.campaigns import hotline, suppress
from support.cast import NOW, Cast

pytestmark = pytest.mark.django_db

HOUR = NOW + timedelta(hours=1)
ANSWERS, BUSY, UNKNOWN = "420606000101", "420606000106", "420606000109"


class Callees:
    def reaction(self, number: PhoneNumber, call: int) -> Reaction:
        fate = {"6": Fate.BUSY, "9": Fate.NOT_FOUND}.get(number[-1], Fate.PERSON)
        return Reaction(fate, talks=600.0)


@pytest.fixture
def line(cast: Cast) -> Iterator[Hotline]:
    with system_scope():
        yield hotline(cast.lumen)


def engine(cast: Cast, orders: list[o.Command], *, kills: bool = False) -> Lockstep:
    clock = SteppedClock(NOW)
    world = World(callees=Callees(), trunks=[TrunkConfig(TrunkId(1), "carrier", channels=30)])
    switch = SimulatedSwitch(world, clock)
    carry_out = switch.send

    def send(command: o.Command) -> None:
        orders.append(command)
        if not kills:
            carry_out(command)

    switch.send = send  # type: ignore[method-assign]
    return Lockstep(cast.lumen.pk, switch, NOW, clock=clock.advance)


def ask(cast: Cast, line: Hotline, number: str = ANSWERS, user: object = None) -> models.TestCall:
    actor = actor_of_user(user or cast.ada, None)  # type: ignore[arg-type]
    assert actor is not None
    return operations.ask_test_call(
        actor=actor, trunk_id=line.trunk_id, hotline_id=line.pk, number=f"+{number}", now=NOW
    )


def test_who_answers_is_told_so_and_hung_up_after_the_music(cast: Cast, line: Hotline) -> None:
    row, orders = ask(cast, line), list[o.Command]()
    engine(cast, orders).run(until=HOUR)
    row.refresh_from_db()
    assert (row.answered_at is not None, row.cause, row.untaken) == (True, Cause.WE_HUNG_UP, False)
    assert row.began_at is not None
    assert row.answered_at is not None
    assert row.ended_at is not None
    assert row.ended_at - row.answered_at >= timedelta(seconds=20)
    assert [type(order) for order in orders] == [o.Originate, o.PlayHoldMusic, o.HangUp]
    first = orders[0]
    assert isinstance(first, o.Originate)
    assert (first.number, first.caller_id, first.trunk) == (ANSWERS, line.number, line.trunk.endpoint)


@pytest.mark.parametrize(("number", "cause"), [(BUSY, Cause.BUSY), (UNKNOWN, Cause.NOT_FOUND)])
def test_what_the_network_says_is_written_down(cast: Cast, line: Hotline, number: str, cause: Cause) -> None:
    row = ask(cast, line, number)
    engine(cast, []).run(until=HOUR)
    row.refresh_from_db()
    assert (row.cause, row.answered_at) == (cause, None)


def test_while_it_goes_on_campaigns_have_a_channel_less(cast: Cast, line: Hotline) -> None:
    ask(cast, line)
    all_of_them = snapshot.trunks(cast.lumen.pk)[0].channels
    running = engine(cast, [])
    running.run(until=NOW + timedelta(seconds=1))
    assert snapshot.trunks(cast.lumen.pk)[0].channels == all_of_them - 1
    running.run(until=HOUR)
    assert snapshot.trunks(cast.lumen.pk)[0].channels == all_of_them


def test_one_that_began_before_a_crash_is_never_dialled_again(cast: Cast, line: Hotline) -> None:
    row, orders = ask(cast, line), list[o.Command]()
    first = engine(cast, orders, kills=True)
    first.run(until=NOW + timedelta(seconds=1))
    first.lease.give_up()
    again = engine(cast, orders)
    again.run(until=HOUR)
    row.refresh_from_db()
    assert sum(isinstance(order, o.Originate) for order in orders) == 1
    assert (row.cause, row.ended_at is not None) == (Cause.LOST, True)


def test_an_order_that_nobody_took_in_time_is_not_dialled_later(cast: Cast, line: Hotline) -> None:
    row, orders = ask(cast, line), list[o.Command]()
    models.TestCall.objects.filter(pk=row.pk).update(asked_at=NOW - timedelta(minutes=5))
    engine(cast, orders).run(until=HOUR)
    row.refresh_from_db()
    assert (orders, row.untaken) == ([], True)


def test_it_is_hung_up_on_request(cast: Cast, line: Hotline) -> None:
    row, orders = ask(cast, line), list[o.Command]()
    running = engine(cast, orders)
    running.run(until=NOW + timedelta(seconds=1))
    ada = actor_of_user(cast.ada, None)
    assert ada is not None
    operations.end_test_call(actor=ada, test_call_id=row.pk, now=running.now)
    running.run(until=HOUR)
    row.refresh_from_db()
    assert row.ended_at is not None
    assert row.ended_at < NOW + timedelta(seconds=5)
    assert sum(isinstance(order, o.HangUp) for order in orders) == 1


def test_what_may_not_be_called_is_refused_before_anything_is_ordered(cast: Cast, line: Hotline) -> None:
    suppress(cast.lumen, number=BUSY)
    with pytest.raises(NumberProtected):
        ask(cast, line, BUSY)
    with pytest.raises(BadNumber):
        ask(cast, line, "12")
    with pytest.raises(NotAllowed):
        ask(cast, line, user=cast.carol)
    with pytest.raises(NotFound):
        ask(cast, line, user=cast.dave)
    line.trunk.enabled = False
    line.trunk.save()
    with pytest.raises(TrunkIsOff):
        ask(cast, line)
    assert not Message.objects.filter(kind="test_call").exists()


def test_only_one_at_a_time_and_each_is_in_the_audit_log(cast: Cast, line: Hotline) -> None:
    ask(cast, line)
    with pytest.raises(AnotherIsRunning):
        ask(cast, line, BUSY)
    entry = AuditEntry.objects.get(action="trunk.test_call")
    assert entry.after == {"number": ANSWERS, "caller_id": line.number}
