"""Two tabs of one agent at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from campana.desk import operations
from campana.engine.words import Presence
from campana.relay.models import Message
from campana.tenancy import organisation_scope, system_scope
from campana.workforce.models import Agent
from support.calls import attempt, bare_campaign
from support.cast import NOW, Cast, actor, make_cast


@pytest.fixture
def floor(transactional_db: None) -> Cast:
    return make_cast()


def both(cast: Cast, act: Callable[[], object]) -> None:
    """The same wish from two connections, begun together."""
    start = Barrier(2)

    def tab(_: int) -> None:
        try:
            with organisation_scope(cast.lumen.pk):
                start.wait(10)
                act()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(tab, range(2)))


def kinds() -> list[str]:
    with system_scope():
        return list(Message.objects.values_list("kind", flat=True))


def test_two_tabs_that_accept_together_leave_one_wish(floor: Cast) -> None:
    with system_scope():
        task = attempt(bare_campaign(floor.lumen, mode="preview")).task
        alice = actor(floor.alice)
        Agent.objects.filter(pk=floor.alice_agent.pk).update(state="offered", task_id=task.pk)
    both(floor, lambda: operations.accept(actor=alice, task_id=task.pk, now=NOW))
    assert kinds() == ["accept"]


def test_two_tabs_that_become_ready_together_ring_once(floor: Cast) -> None:
    alice = actor(floor.alice)
    both(floor, lambda: operations.change_presence(actor=alice, presence=Presence.READY, now=NOW))
    assert kinds() == ["presence"]


def test_two_beats_together_open_the_screen_once(floor: Cast) -> None:
    with system_scope():
        Agent.objects.filter(pk=floor.alice_agent.pk).update(wanted="ready")
    alice = actor(floor.alice)
    both(floor, lambda: operations.beat(actor=alice, now=NOW))
    assert kinds() == ["presence"]
