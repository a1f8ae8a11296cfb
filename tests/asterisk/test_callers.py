"""Somebody calls our number over the carrier: a SIP telephone of the agent rings, they talk, it is written down."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from asterisk.lab.caller import call
from campana.calls.models import Attempt
from campana.hotlines import operations
from campana.runtime.loop import Loop
from campana.sim.switch import FastClock
from campana.telephony.asterisk import AsteriskSwitch
from campana.tenancy import system_scope
from campana.workforce.models import Agent
from contract.switch.worlds.asterisk import FOLDER, write_sound
from support.asterisk import Asterisk
from support.campaigns import hotline
from support.cast import NOW, Cast, actor

pytestmark = [pytest.mark.asterisk, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
OURS = "15550001111"


@pytest.fixture
def tenancy(cast: Cast) -> Iterator[None]:
    with system_scope():
        yield


def until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not happened():
        assert time.monotonic() < deadline, list(Attempt.objects.values())
        time.sleep(0.1)


def test_a_caller_is_offered_talks_and_is_written_down(asterisk: Asterisk, cast: Cast, tenancy: None) -> None:
    line = hotline(cast.lumen, OURS)
    there = {"wanted": "ready", "online": True, "dialling": True, "seen_at": NOW + timedelta(hours=1)}
    Agent.objects.filter(pk=cast.alice_agent.pk).update(endpoint="PJSIP/1901", **there)
    Agent.objects.filter(pk=cast.bob_agent.pk).update(endpoint="PJSIP/1001", **there)
    both = [cast.alice_agent.pk, cast.bob_agent.pk]
    operations.answer_calls(actor=actor(cast.ada), hotline_id=line.pk, agents=both, ring=5, now=NOW)
    app, host = f"campana-test-{cast.lumen.pk}", urlsplit(asterisk.url).hostname
    assert host is not None
    write_sound(asterisk.home / "root" / FOLDER.removeprefix("/") / "1/hello.wav")
    asterisk.ari("POST", f"asterisk/variable?variable=CAMPANA_APP&value={app}")
    loop = Loop(
        cast.lumen.pk,
        lambda _: AsteriskSwitch(asterisk.url, asterisk.user, asterisk.password, app, sounds=FOLDER),
        FastClock(NOW),
    )
    loop.start()
    caller = None
    try:
        until(lambda: asterisk.ari("GET", "applications") != [] and _listens(asterisk, app))
        caller = call(asterisk.home, host, "420601234567", OURS, patience=10)
        until(lambda: Attempt.objects.filter(state="connected").exists())
        attempt = Attempt.objects.get()
        assert (attempt.mode, attempt.number, attempt.hotline) == ("inbound", "420601234567", line)
        assert (attempt.agent_id, attempt.offers) == (cast.bob_agent.pk, 2), "Alice let it ring"
        bridges = [bridge for bridge in asterisk.ari("GET", "bridges") if bridge["id"].startswith(app)]
        assert [len(bridge["channels"]) for bridge in bridges] == [2]
        until(lambda: Attempt.objects.filter(outcome="answered").exists())
        until(lambda: Agent.objects.get(pk=cast.bob_agent.pk).state == "wrap_up")
        assert asterisk.channels(app) == []
    finally:
        if caller is not None:
            caller.kill()
            caller.wait()
        loop.stop()
        loop.thread.join(timeout=20)


def _listens(asterisk: Asterisk, app: str) -> bool:
    return any(found["name"] == app for found in asterisk.ari("GET", "applications"))


def test_a_stranger_who_bears_the_carriers_name_is_not_let_in(asterisk: Asterisk) -> None:
    host = urlsplit(asterisk.url).hostname
    assert host is not None
    assert call(asterisk.home, host, "carrier", OURS, patience=2).wait(60) == 0, "taken, or refused in the usual way"
    assert call(asterisk.home, host, "carrier", OURS, patience=2, host=9).wait(60) == 1, "asked who he is"
