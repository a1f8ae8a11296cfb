"""Two engine processes share the organisations of one database and survive the loss of one."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from campana.accounts.models import Organisation
from campana.runtime import lease, processes
from campana.runtime.models import EngineLease, EngineProcess
from campana.runtime.shards import HEARTBEAT, STUCK, Shards
from campana.tenancy import system_scope

pytestmark = pytest.mark.django_db

NOW = datetime(2030, 1, 7, 9, tzinfo=UTC)
COUNT = 9


class Serves:
    """A loop that only holds its lease."""

    def __init__(self, organisation_id: int, name: str) -> None:
        self._organisation_id, self._name = organisation_id, name
        self._lease: lease.Lease | None = None
        self.ended = self.is_busy = False
        self.turned = time.monotonic()

    def start(self) -> None:
        with system_scope():
            self._lease = lease.take(self._organisation_id, self._name)
        self.ended = self._lease is None

    def stop(self) -> None:
        if self._lease is not None:
            with system_scope():
                self._lease.give_up()
        self.ended = True

    def ring(self) -> None: ...

    def held(self, turned_since: float) -> lease.Lease | None:
        return self._lease if self.turned >= turned_since else None


def process(name: str) -> Shards:
    return Shards(lambda organisation_id: Serves(organisation_id, name), name=name)


def held_by(name: str) -> int:
    with system_scope(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM runtime_enginelease WHERE holder = %s AND expires_at > clock_timestamp()", [name]
        )
        return int(cursor.fetchone()[0])


def dies(name: str) -> None:
    """Long ago, as the database's clock sees it."""
    with system_scope():
        EngineLease.objects.filter(holder=name).update(expires_at=datetime(2020, 1, 1, tzinfo=UTC))
        EngineProcess.objects.filter(name=name).update(expires_at=datetime(2020, 1, 1, tzinfo=UTC))


@pytest.fixture
def organisations(db: None) -> None:
    for n in range(COUNT):
        Organisation.objects.create(slug=f"o{n}", name=f"o{n}", created_at=NOW)


def test_two_processes_share_and_the_survivor_takes_all(organisations: None) -> None:
    one, two = process("here:one"), process("there:two")
    one.look()
    assert held_by("here:one") == COUNT
    for _ in range(4):
        two.look()
        one.look()
    assert (held_by("here:one"), held_by("there:two")) == (5, 4)
    dies("there:two")
    one.look()
    assert held_by("here:one") == COUNT


def test_a_process_that_stops_in_order_leaves_all_to_the_other(organisations: None) -> None:
    one, two = process("here:one"), process("there:two")
    two.look()
    one.look()
    two.close()
    assert held_by("there:two") == 0
    assert not EngineProcess.objects.filter(name="there:two").exists()
    one.look()
    assert held_by("here:one") == COUNT


def test_an_organisation_that_was_taken_by_another_is_dropped_and_a_deleted_one_stopped(organisations: None) -> None:
    one = process("here:one")
    one.look()
    lost, gone = Organisation.objects.order_by("pk")[:2]
    with system_scope():
        EngineLease.objects.filter(organisation_id=lost.pk).update(holder="there:two")
    one._loops[lost.pk].ended = True  # type: ignore[misc]  # its loop was fenced and found the lease taken
    gone_id = gone.pk
    gone.delete()
    one.look()
    assert lost.pk not in one._loops
    one.look()
    assert gone_id not in one._loops


def test_a_dead_process_of_this_host_is_seen_at_once(db: None) -> None:
    from campana.runtime.holders import is_dead, this_process

    host = this_process().rpartition(":")[0]
    dead = f"{host}:{2**22 + 1}"  # above the highest process number of Linux
    assert is_dead(dead)
    assert not is_dead(this_process())
    assert not is_dead("elsewhere:1")
    processes.announce(dead)
    processes.announce("elsewhere:1")
    assert processes.look().processes == ("elsewhere:1",)


def ends(organisation_id: int) -> datetime:
    with system_scope():
        return EngineLease.objects.get(organisation_id=organisation_id).expires_at


def test_a_process_renews_the_leases_of_all_its_engines_but_not_of_a_stuck_one(organisations: None) -> None:
    one = process("here:one")
    one.look()
    stuck, *others = one._loops
    before = {each: ends(each) for each in one._loops}
    one._loops[stuck].turned -= STUCK + 1  # type: ignore[attr-defined]
    one._announced -= HEARTBEAT
    one.look()
    assert ends(stuck) == before[stuck]
    assert all(ends(each) > before[each] for each in others)


@pytest.mark.django_db(transaction=True)
def test_renewing_together_neither_takes_back_what_was_taken_nor_waits_for_a_write(organisations: None) -> None:
    first, second, third = Organisation.objects.order_by("pk")[:3]
    with system_scope():
        held = [lease.take(each.pk, "here:one") for each in (first, second, third)]
    mine = [each for each in held if each is not None]
    renewed = [each.renewed for each in mine]
    with system_scope():
        EngineLease.objects.filter(organisation_id=first.pk).update(fencing=mine[0].fencing + 1, holder="there:two")
    before = {each.pk: ends(each.pk) for each in (first, second, third)}

    def renew_elsewhere() -> None:
        with system_scope():
            lease.renew_together(mine)
        connection.close()

    with system_scope(), transaction.atomic():
        mine[1].still_held()  # an engine is writing
        elsewhere = threading.Thread(target=renew_elsewhere)
        elsewhere.start()
        elsewhere.join(20)
        assert not elsewhere.is_alive()
    assert ends(first.pk) == before[first.pk]
    assert ends(second.pk) == before[second.pk]
    assert ends(third.pk) > before[third.pk]
    assert [each.renewed == was for each, was in zip(mine, renewed, strict=True)] == [True, True, False]
