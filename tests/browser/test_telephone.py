"""The desk with a telephone in the browser: a real Asterisk, a real campaign, sound measured at both ends."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from asterisk.lab import sounds
from asterisk.lab.laboratory import LISTENER_PORT
from campana.calls.models import Attempt
from campana.campaigns.models import Campaign
from campana.hotlines.models import Trunk
from campana.kernel.clock import utc_now
from campana.runtime.loop import Loop
from campana.telephony.asterisk import AsteriskSwitch
from campana.tenancy import system_scope
from campana.workforce.models import Agent
from support import campaigns
from support.asterisk import Asterisk, asterisk
from support.cable import Cable, cable
from support.callee import Callee, Heard, listening
from support.cast import PASSWORD, Cast, make_cast
from support.floor import people
from support.site import served
from support.waiting import eventually

__all__ = ["asterisk"]
pytestmark = [pytest.mark.browser, pytest.mark.asterisk, pytest.mark.slow]

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


@pytest.fixture(scope="module")
def microphone(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A Chromium whose microphone hears VOICE for ever."""
    voice = tmp_path_factory.mktemp("voice") / "voice.wav"
    sounds.write_wav(voice, VOICE, loudness=0.4)
    found = os.environ.get("CAMPANA_CHROMIUM") or "/usr/bin/chromium"
    path = found if Path(found).exists() else None
    flags = [*FLAGS, f"--use-file-for-fake-audio-capture={voice}"]
    launched = browser.browser_type.launch(executable_path=path, args=flags)
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
def cast(transactional_db: None) -> Cast:
    return make_cast()


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
    yield loop
    loop.stop()
    loop.thread.join(timeout=20)
    asterisk.clear(app)
    eventually(lambda: not asterisk.channels(app))


def shoot(page: Page, name: str) -> None:
    if shots := os.environ.get("CAMPANA_SHOTS"):
        Path(shots).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(shots) / f"{name}.png")


def kill_pages() -> None:
    """kill -9 of every page of this test's browser."""
    told = {int(path.parent.name): read(path) for path in Path("/proc").glob("[0-9]*/cmdline")}
    for pid, words in told.items():
        if "--type=renderer" in words and os.getpid() in ancestors(pid):
            os.kill(pid, signal.SIGKILL)


def ancestors(pid: int) -> Iterator[int]:
    while pid > 1:
        words = read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
        pid = int(words[1]) if words else 0
        yield pid


def read(path: Path) -> str:
    with suppress(OSError):
        return path.read_text(errors="replace")
    return ""


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
    context = microphone.new_context(base_url=site.address, viewport={"width": 1280, "height": 800})
    context.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    context.on("weberror", lambda error: said.append(str(error.error)))
    page = sign_in(context, cast.alice.email)
    page.goto("/desk")
    yield Desk(page, context, cast.alice_agent.pk, callee, said)
    context.close()


def test_an_agent_takes_three_calls_with_sound_in_both_directions(desk: Desk, campaign: Campaign) -> None:
    desk.ready()
    for number in (1, 2, 3):
        call = desk.talking(number)
        eventually(lambda call=call: call.loudness(1) > SPOKEN)
        assert desk.hears() > 0.001
        desk.press("F4")
        eventually(lambda call=call: call.ended)
        desk.page.wait_for_selector("#act:has-text('Save and next')")
        desk.page.keyboard.press("1")
        desk.press("F8")
    assert desk.said == []
    ended = Attempt.objects.filter(campaign=campaign, outcome="answered", result__isnull=False)
    eventually(lambda: ended.count() == 3)


def test_mute_hold_and_keys_reach_the_customer(desk: Desk) -> None:
    desk.ready()
    call = desk.talking(1)
    eventually(lambda: call.loudness(1) > SPOKEN)
    desk.press("m")
    eventually(lambda: call.loudness(1) < SILENT)
    assert desk.page.get_attribute("#line-mute", "aria-pressed") == "true"
    desk.press("h")
    eventually(lambda: call.loudness(1) > 2 * SILENT)  # music, for the microphone is off
    desk.press("h")
    eventually(lambda: call.loudness(1) < SILENT)
    desk.press("m")
    eventually(lambda: call.loudness(1) > SPOKEN)
    desk.press("k")
    for key in "42#":
        desk.page.keyboard.press(key)
    eventually(lambda: call.keys == "42#")
    desk.page.keyboard.press("Escape")
    desk.press("F4")
    eventually(lambda: call.ended)
    assert desk.said == []


def test_a_call_back_is_planned_on_the_callees_clock(desk: Desk, campaign: Campaign) -> None:
    desk.ready()
    desk.talking(1)
    zone = ZoneInfo(campaign.tasks.get(state="in_call").time_zone or "UTC")
    there = (utc_now() + timedelta(days=2)).astimezone(zone).replace(hour=11, minute=30, second=0, microsecond=0)
    desk.callee.hang_up()
    desk.page.wait_for_selector("#act:has-text('Save and next')")
    desk.page.click("#result label:has-text('Call back')")
    desk.page.fill("#callback-at", f"{there:%Y-%m-%dT%H:%M}")
    desk.press("F8")
    planned = Attempt.objects.filter(campaign=campaign, callback_at__isnull=False)
    eventually(lambda: planned.exists())
    assert planned.get().callback_at == there
    assert desk.said == []


def test_a_refresh_in_the_middle_of_a_call_brings_it_back(desk: Desk) -> None:
    desk.ready()
    call = desk.talking(1)
    eventually(lambda: call.loudness(1) > SPOKEN)
    attempt = desk.row.attempt_id
    desk.page.reload()
    desk.page.wait_for_selector("#line-mute:enabled", timeout=30_000)
    eventually(lambda: call.loudness(1) > SPOKEN)
    assert desk.hears() > 0.001
    assert (desk.row.attempt_id, call.ended, len(desk.callee.calls)) == (attempt, None, 1)


def test_a_second_tab_takes_the_call_over_with_a_word(desk: Desk) -> None:
    desk.ready()
    call = desk.talking(1)
    old, desk.page = desk.page, desk.context.new_page()
    desk.page.goto("/desk")
    desk.page.wait_for_selector("#taken[open]")
    shoot(desk.page, "telephone-taken")
    assert call.loudness(1) > SPOKEN, "asking changes nothing"
    desk.page.click("[data-take-over]")
    old.wait_for_selector("#taken[open]")
    desk.page.wait_for_selector("#line-mute:enabled", timeout=30_000)
    eventually(lambda: call.loudness(1) > SPOKEN)
    assert desk.hears() > 0.001
    assert (call.ended, len(desk.callee.calls)) == (None, 1)


def test_a_talk_goes_on_while_every_socket_is_cut(desk: Desk, site: Wired) -> None:
    desk.ready()
    call = desk.talking(1)
    eventually(lambda: call.loudness(1) > SPOKEN)
    began = time.monotonic()
    site.exchange.cut()
    site.pages.cut()
    try:
        desk.line("You can go on talking")
        while time.monotonic() < began + 10:
            assert desk.hears(0.5) > 0.001
            assert call.loudness(0.5) > SPOKEN
    finally:
        site.exchange.mend()
        site.pages.mend()
    desk.line("Line good")
    assert call.share(began, time.monotonic()) > 0.97
    assert call.longest_gap(began, time.monotonic()) < 1.5
    assert call.ended is None
    desk.callee.hang_up()
    desk.page.wait_for_selector("#act:has-text('Save and next')", timeout=20_000)
    eventually(desk.quiet, within=2)


def test_a_browser_that_dies_leaves_the_customer_with_music_and_gets_the_call_back(desk: Desk) -> None:
    """Nobody says goodbye: the exchange notices the silence after ten seconds."""
    desk.ready()
    call = desk.talking(1)
    eventually(lambda: call.loudness(1) > SPOKEN)
    kill_pages()
    eventually(lambda: call.loudness(1) < SILENT)
    desk.page = desk.context.new_page()
    desk.page.goto("/desk")
    desk.page.click("[data-take-over]")
    desk.page.wait_for_selector("#line-mute:enabled", timeout=40_000)
    eventually(lambda: call.loudness(1) > SPOKEN)
    assert (call.ended, len(desk.callee.calls)) == (None, 1)


def test_a_number_typed_on_the_pad_is_dialled_by_hand(desk: Desk) -> None:
    desk.line("Telephone ready")
    desk.press("k")
    desk.page.keyboard.type("+1 555 201 4900")
    desk.page.keyboard.press("Enter")
    call = desk.talking(1)
    assert call.number == "15552014900"
    eventually(lambda: call.loudness(1) > SPOKEN)
    assert desk.hears() > 0.001
    desk.press("F4")
    eventually(lambda: call.ended)
    desk.page.wait_for_selector("#act:has-text('Save and next')")
    desk.page.keyboard.press("1")
    desk.press("F8")
    eventually(lambda: desk.row.state == "not_ready")
    assert desk.said == []


@pytest.mark.skipif("CAMPANA_SHOTS" not in os.environ, reason="only to look at")
def test_the_telephone_is_photographed(desk: Desk) -> None:
    shoot(desk.page, "telephone-idle")
    desk.ready()
    desk.talking(1)
    desk.line("Line good")
    for key, name in (("g", "sound"), ("k", "keypad")):
        desk.press(key)
        desk.page.wait_for_timeout(300)
        shoot(desk.page, f"telephone-{name}")
        desk.press("Escape")
    desk.press("m")
    desk.page.set_viewport_size({"width": 390, "height": 844})
    shoot(desk.page, "telephone-call.390")
