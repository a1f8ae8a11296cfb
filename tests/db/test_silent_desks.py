"""A desk that no longer says that it lives is closed, and the engine is told so."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from campana.kernel.clock import utc_now
from campana.runtime.loop import SILENT_DESK, Loop
from campana.tenancy import system_scope
from campana.workforce.models import Agent
from support.cast import NOW, Cast, make_cast

pytestmark = pytest.mark.django_db


class Hears:
    def __init__(self) -> None:
        self.given: list[Any] = []

    def step(self, given: list[Any], now: Any) -> None:
        self.given += given


def test_only_the_silent_desk_is_closed_and_told() -> None:
    with system_scope():
        cast: Cast = make_cast()
        agents = list(Agent.objects.filter(organisation=cast.lumen).order_by("pk"))
        silent, alive = agents[:2]
        Agent.objects.filter(pk=silent.pk).update(
            online=True, dialling=True, seen_at=NOW - SILENT_DESK - timedelta(seconds=1)
        )
        Agent.objects.filter(pk=alive.pk).update(online=True, dialling=True, seen_at=NOW)
        shell: Any = Hears()
        loop = Loop(cast.lumen.pk, lambda _: None, utc_now)
        loop._close_silent_desks(shell, NOW)
        loop._close_silent_desks(shell, NOW)
        silent.refresh_from_db()
        alive.refresh_from_db()
    assert [(each.agent_id, each.online, each.dialling) for each in shell.given] == [(silent.pk, False, False)]
    assert (silent.online, silent.dialling) == (False, False)
    assert (alive.online, alive.dialling) == (True, True)
