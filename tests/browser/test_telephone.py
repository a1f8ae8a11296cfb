"""The desk with a telephone in the browser: a real Asterisk, a real campaign, sound measured at both ends."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from campana.calls.models import Attempt
from campana.campaigns.models import Campaign
from campana.kernel.clock import utc_now
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
    desk,
    engine,
    microphone,
    shoot,
    site,
)
from support.live_regions import fetch_again, seen_at_swap, watch_swaps
from support.waiting import eventually

__all__ = ["asterisk", "callee", "campaign", "cast", "desk", "engine", "microphone", "site"]
pytestmark = [pytest.mark.browser, pytest.mark.asterisk, pytest.mark.slow]


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


def test_hold_can_not_end_a_talk_whose_line_is_cut(desk: Desk, site: Wired) -> None:
    desk.ready()
    call = desk.talking(1)
    eventually(lambda: call.loudness(1) > SPOKEN)
    site.exchange.cut()
    try:
        desk.line("You can go on talking")
        desk.press("h")
        desk.page.wait_for_timeout(1500)
        assert not desk.quiet()
        assert call.loudness(1) > SPOKEN
        assert desk.page.is_disabled("#line-hold")
    finally:
        site.exchange.mend()
    desk.line("Line good")
    desk.press("h")
    desk.page.wait_for_selector("#line-hold[aria-pressed=true]")
    assert call.ended is None


def test_no_key_of_the_line_is_dead_while_the_console_is_drawn_anew(desk: Desk) -> None:
    desk.ready()
    desk.talking(1)
    dead = "() => [...document.querySelectorAll('#line-mute, #line-hold')].map((key) => key.disabled)"
    watch_swaps(desk.page, "console", dead)
    Agent.objects.filter(pk=desk.agent).update(state_since=utc_now() - timedelta(minutes=1))
    fetch_again(desk.page, "console")
    assert seen_at_swap(desk.page) == [False, False]


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
