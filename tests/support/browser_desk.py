"""A desk with a telephone in Chromium in front of a real Asterisk, and a customer who listens."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from asterisk.lab import sounds
from asterisk.lab.laboratory import LISTENER_PORT
from campana.campaigns.models import Campaign
from campana.hotlines.models import Trunk
from campana.kernel.clock import utc_now
from campana.runtime.loop import Loop
from campana.telephony.asterisk import AsteriskSwitch
from campana.tenancy import system_scope
from campana.workforce.models import Agent
from support import campaigns
from support.asterisk import Asterisk
from support.browser import chromium
from support.cable import Cable, cable
from support.callee import Callee, Heard, listening
from support.cast import PASSWORD, Cast, make_cast
from support.floor import people
from support.site import served, settle
from support.waiting import eventually

VOICE: tuple[sounds.Tone, ...] = ((1.0, (300,)), (1.0, (500,)))
"""What the agent says, without a pause, so that loudness needs no luck."""
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
)
SPOKEN, SILENT = 0.02, 0.002
"""Loudness above and below which somebody is surely heard or surely not."""
__all__ = [
    "SILENT",
    "SPOKEN",
    "Desk",
    "Wired",
    "callee",
    "campaign",
    "cast",
    "desk",
    "engine",
    "microphone",
    "shoot",
    "site",
]


@pytest.fixture(scope="module")
def microphone(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A Chromium whose microphone hears VOICE for ever."""
    voice = tmp_path_factory.mktemp("voice") / "voice.wav"
    sounds.write_wav(voice, VOICE, loudness=0.4)
    flags = [*FLAGS, f"--use-file-for-fake-audio-capture={voice}"]
    launched = browser.browser_type.launch(executable_path=chromium(microphone=True), args=flags)
    yield launched
    launched.close()


@dataclass(frozen=True)
class Wired:
    """The site and its exchange, each behind a cable."""

    pages: Cable
    exchange: Cable

    @property
    def address(self) -> str:
        return f"http://{self.pages.address}"


@pytest.fixture(scope="module")
def site(asterisk: Asterisk, django_db_setup: None, django_db_blocker: Any) -> Iterator[Wired]:
    exchange = urlsplit(asterisk.url)
    assert exchange.hostname
    assert exchange.port
    access = {"CAMPANA_ARI_URL": asterisk.url, "CAMPANA_ARI_USER": asterisk.user}
    access |= {"CAMPANA_ARI_PASSWORD": asterisk.password}
    with ExitStack() as stack:
        to_exchange = stack.enter_context(cable((exchange.hostname, exchange.port)))
        stack.enter_context(django_db_blocker.unblock())
        access |= {"CAMPANA_TELEPHONE_URL": f"ws://{to_exchange.address}/ws"}
        port = urlsplit(stack.enter_context(served(**access))).port
        assert port
        yield Wired(stack.enter_context(cable(("127.0.0.1", port))), to_exchange)


@dataclass
class Desk:
    """Alice at her desk, and the customer who listens."""

    page: Page
    context: BrowserContext
    agent: int
    callee: Callee
    said: list[str] = field(default_factory=list)

    @property
    def row(self) -> Agent:
        return Agent.objects.get(pk=self.agent)

    @property
    def call(self) -> Heard:
        return self.callee.calls[-1]

    def quiet(self) -> bool:
        """Whether the browser's telephone has no call."""
        read = """async () => (await import(document.querySelector('script[type=module]').src
          .replace('main.js', 'phone/call.js'))).current() === null"""
        return bool(self.page.evaluate(read))

    def press(self, key: str) -> None:
        self.page.wait_for_timeout(700)  # a verb that has just appeared rests for 600 ms
        self.page.keyboard.press(key)

    def line(self, word: str) -> None:
        self.page.wait_for_selector(f"#line-sign:has-text('{word}')", timeout=20_000)

    def ready(self) -> None:
        self.line("Telephone ready")
        self.ask_ready()

    def ask_ready(self) -> None:
        self.press("F9")
        try:
            eventually(lambda: self.row.wanted == "ready", within=4)
        except AssertionError:  # a verb that has just appeared ignores a press; people press again
            self.press("F9")
            eventually(lambda: self.row.wanted == "ready")

    def talking(self, calls: int) -> Heard:
        eventually(lambda: len(self.callee.calls) >= calls and self.row.state == "in_call", within=40)
        self.page.wait_for_selector("#line-mute:enabled")
        return self.call

    def hears(self, seconds: float = 1.0) -> float:
        """Energy a second that came out of the browser's loudspeaker."""
        read = """async () => { const { current } = await import(document.querySelector('script[type=module]').src
          .replace('main.js', 'phone/call.js')); const rows = await current().connection.getStats();
          for (const row of rows.values()) if (row.type === 'inbound-rtp') return row.totalAudioEnergy; return 0 }"""
        before = float(self.page.evaluate(read))
        self.page.wait_for_timeout(seconds * 1000)
        return (float(self.page.evaluate(read)) - before) / seconds


@pytest.fixture
def callee() -> Iterator[Callee]:
    slot = os.environ.get("CAMPANA_ASTERISK_SLOT", "0")
    with listening(f"127.0.{slot}.2", LISTENER_PORT) as callee:
        yield callee


@pytest.fixture
def cast(transactional_db: None) -> Iterator[Cast]:
    yield make_cast()
    settle()


@pytest.fixture
def campaign(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[Campaign]:
    """Progressive, open at every hour, to the listening callee."""
    monkeypatch.setattr(campaigns, "NOW", utc_now())
    with system_scope():
        Agent.objects.filter(pk=cast.alice_agent.pk).update(endpoint="")
        numbers = [f"1555201{4000 + n}" for n in range(12)]
        made = campaigns.approved(
            cast,
            people(cast, numbers),
            agents=[cast.alice_agent.pk],
            hours=[[day, 0, 24 * 60] for day in range(7)],
            wrap_up=30,
            result_required=False,
            recording=True,
        )
        Trunk.objects.update(endpoint="listener")
        yield made


@pytest.fixture
def engine(asterisk: Asterisk, callee: Callee, cast: Cast, campaign: Campaign) -> Iterator[Loop]:
    app = f"campana-desk-{os.getpid()}"
    loop = Loop(
        cast.lumen.pk,
        lambda _: AsteriskSwitch(asterisk.url, asterisk.user, asterisk.password, app),
        utc_now,
    )
    loop.start()
    asterisk.ari("POST", f"asterisk/variable?variable=CAMPANA_APP&value={app}")  # where calls from outside go
    eventually(lambda: app in [found["name"] for found in asterisk.ari("GET", "applications")])
    yield loop
    loop.stop()
    loop.thread.join(timeout=20)
    asterisk.clear(app)
    eventually(lambda: not asterisk.channels(app))


def shoot(page: Page, name: str) -> None:
    if shots := os.environ.get("CAMPANA_SHOTS"):
        Path(shots).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(shots) / f"{name}.png")


def sign_in(context: BrowserContext, email: str) -> Page:
    page = context.new_page()
    page.goto("/session")
    page.fill("input[type=email]", email)
    page.fill("input[type=password]", PASSWORD)
    page.click("form:not(.langs) button[type=submit]")
    page.wait_for_url(lambda url: "/session" not in url)
    return page


@pytest.fixture
def desk(
    microphone: Browser, site: Wired, cast: Cast, campaign: Campaign, engine: Loop, callee: Callee
) -> Iterator[Desk]:
    said: list[str] = []
    site.pages.mend()
    context = microphone.new_context(base_url=site.address, viewport={"width": 1280, "height": 800})
    context.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    context.on("weberror", lambda error: said.append(str(error.error)))
    page = sign_in(context, cast.alice.email)
    page.goto("/desk")
    yield Desk(page, context, cast.alice_agent.pk, callee, said)
    site.pages.cut()  # a farewell of the page must not meet the emptying of the database
    context.close()
