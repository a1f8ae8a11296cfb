"""A supervisor hears a talk with her browser, whispers and joins: a real Asterisk, sound measured at both ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page

from campana.calls.models import Monitor
from campana.campaigns.models import Campaign
from campana.desk.operations import change_presence
from campana.engine.words import Presence
from campana.kernel.clock import utc_now
from campana.runtime.loop import Loop
from campana.tenancy import system_scope
from campana.workforce.models import Agent
from support.asterisk import asterisk
from support.browser_desk import (
    SILENT,
    SPOKEN,
    Desk,
    Wired,
    callee,
    campaign,
    cast,
    engine,
    microphone,
    shoot,
    sign_in,
    site,
)
from support.callee import Callee
from support.cast import Cast, actor
from support.waiting import eventually

__all__ = ["asterisk", "callee", "campaign", "cast", "engine", "microphone", "site"]
pytestmark = [pytest.mark.browser, pytest.mark.asterisk, pytest.mark.slow]


@pytest.fixture
def carol(cast: Cast, campaign: Campaign) -> Agent:
    """A supervisor whose telephone is her desk; Alice's is on the table and answers by itself."""
    with system_scope():
        Agent.objects.filter(pk=cast.alice_agent.pk).update(endpoint="PJSIP/1001")
        return Agent.objects.create(organisation=cast.lumen, user=cast.carol, endpoint="")


@dataclass
class Room:
    """Carol's two tabs, and a customer who talks with Alice."""

    desk: Desk
    floor: Page
    alice: int

    def press(self, button: str) -> None:
        self.floor.click(f"#{button}")

    def console(self, words: str) -> None:
        self.desk.page.wait_for_selector(f"#console:has-text('{words}')")

    def part(self, words: str) -> None:
        self.floor.wait_for_selector(f"#monitor:has-text('{words}')")

    def listen(self) -> None:
        self.press(f"hear-{self.alice}")
        self.part("You hear both.")
        self.console("You hear Alice")
        assert self.desk.hears(0.5) > 0.001

    def talk_goes_on(self) -> bool:
        return self.desk.call.ended is None and Agent.objects.get(pk=self.alice).state == "in_call"


@pytest.fixture
def room(microphone: Browser, site: Wired, cast: Cast, carol: Agent, engine: Loop, callee: Callee) -> Iterator[Room]:
    said: list[str] = []
    context = microphone.new_context(base_url=site.address, viewport={"width": 1280, "height": 800})
    context.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    context.on("weberror", lambda error: said.append(str(error.error)))
    page = sign_in(context, cast.carol.email)
    page.goto("/desk")
    desk = Desk(page, context, carol.pk, callee, said)
    with system_scope():
        change_presence(actor=actor(cast.alice), presence=Presence.READY, now=utc_now())
        Agent.objects.filter(pk=cast.alice_agent.pk).update(seen_at=utc_now() + timedelta(hours=1))  # no page beats
    desk.line("Telephone ready")
    eventually(lambda: bool(callee.calls) and Agent.objects.get(pk=cast.alice_agent.pk).state == "in_call", within=20)
    floor = context.new_page()
    floor.goto("/floor")
    yield Room(desk, floor, cast.alice_agent.pk)
    assert said == []
    context.close()


def test_a_supervisor_listens_whispers_joins_and_leaves_the_talk_alone(room: Room) -> None:
    room.listen()
    shoot(room.floor, "listening-floor")
    shoot(room.desk.page, "listening-desk")
    room.press("monitor-whisper")
    room.part("The agent hears you")
    eventually(lambda: room.desk.call.loudness(0.5) < SILENT)
    room.press("monitor-barge")
    room.floor.wait_for_selector("dialog[open]")
    room.floor.wait_for_timeout(1500)  # the page asks how it stands every second; the question stays
    shoot(room.floor, "listening-join")
    room.floor.click("dialog[open] button:has-text('Join the talk')")
    room.part("Both hear you.")
    eventually(lambda: room.desk.call.loudness(0.5) > SPOKEN)
    assert room.desk.hears(0.5) > 0.001
    room.press("monitor-end")
    room.part("You do not hear this talk any more.")
    room.console("You are not ready")
    eventually(room.desk.quiet, within=2)
    assert room.talk_goes_on()
    room.listen()
    room.desk.callee.hang_up()
    room.part("You do not hear this talk any more.")
    eventually(room.desk.quiet, within=2)


def test_a_desk_that_is_loaded_again_or_made_ready_hears_nobody_any_more(room: Room) -> None:
    room.listen()
    room.desk.page.reload()
    room.part("You do not hear this talk any more.")
    room.desk.line("Telephone ready")
    room.listen()
    room.desk.ask_ready()
    room.part("You do not hear this talk any more.")
    eventually(room.desk.quiet, within=2)
    eventually(lambda: room.desk.row.wanted == "ready")
    assert Monitor.objects.latest("pk").cause == "we_hung_up"
    assert room.talk_goes_on()
