"""Somebody calls us: the telephone in the browser rings, says who it is, is answered, and it is written down."""

from __future__ import annotations

import wave
from array import array
from collections.abc import Callable, Iterator
from math import sqrt
from pathlib import Path
from subprocess import Popen
from urllib.parse import urlsplit

import pytest

from asterisk.lab import sounds
from asterisk.lab.caller import call
from campana.calls.models import Attempt
from campana.hotlines import operations
from campana.hotlines.models import Hotline
from campana.kernel.clock import utc_now
from campana.runtime.loop import Loop
from campana.tenancy import system_scope
from campana.workforce.models import Agent
from support import campaigns
from support.asterisk import Asterisk, asterisk
from support.browser_desk import SPOKEN, Desk, callee, cast, desk, engine, microphone, shoot, site
from support.calls import results
from support.cast import Cast, actor
from support.floor import people
from support.waiting import eventually

__all__ = ["asterisk", "callee", "cast", "desk", "engine", "microphone", "site"]
pytestmark = [pytest.mark.browser, pytest.mark.asterisk, pytest.mark.slow]

OURS, KNOWN, STRANGER = "15550001111", "420601234567", "420777888999"
SPY = """() => {
  window.told = []; window.asked = 0; window.tones = 0;
  const Real = window.Notification, make = AudioContext.prototype.createOscillator;
  AudioContext.prototype.createOscillator = function () { window.tones++; return make.call(this); };
  let permission = "default";
  window.Notification = class extends Real {
    static get permission() { return permission; }
    static async requestPermission() { window.asked++; permission = Real.permission; return permission; }
    constructor(title, options) {
      super(title, options);
      const seen = [title, options.body, false];
      window.told.push(seen);
      this.addEventListener("show", () => { seen[2] = true; });
    }
  };
}"""
"""Counts what a person would hear and be asked; the notifications themselves are the browser's own."""
ELSEWHERE = """(yes) => Object.defineProperty(document, "hidden", { configurable: true, get: () => yes })"""


@pytest.fixture
def campaign(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hotline]:
    """In its place a number of ours that Alice answers: whoever rings here called us."""
    monkeypatch.setattr(campaigns, "NOW", utc_now())
    with system_scope():
        Agent.objects.filter(pk=cast.alice_agent.pk).update(endpoint="")
        people(cast, [KNOWN])
        results(cast.lumen)
        line = campaigns.hotline(cast.lumen, OURS, label="Front desk")
        operations.answer_calls(
            actor=actor(cast.ada), hotline_id=line.pk, agents=[cast.alice_agent.pk], recording=True, now=utc_now()
        )
        yield line


@pytest.fixture
def callers(asterisk: Asterisk, engine: Loop) -> Iterator[Callable[[str], Popen[bytes]]]:
    """Begins calls to our number by people who speak as soon as somebody answers."""
    voice = asterisk.home / "lab" / "caller.pcap"
    sounds.write_pcap(voice, ((20.0, (400,)),))
    host = urlsplit(asterisk.url).hostname or ""
    began: list[Popen[bytes]] = []

    def begin(number: str) -> Popen[bytes]:
        began.append(call(asterisk.home, host, number, OURS, patience=40, voice=voice))
        return began[-1]

    yield begin
    for process in began:
        process.kill()
        process.wait()


def loudness(path: Path) -> float:
    """Root mean square of a 16-bit recording, from 0 to 1."""
    with wave.open(str(path)) as file:
        samples = array("h", file.readframes(file.getnframes()))
    return sqrt(sum(sample * sample for sample in samples) / max(1, len(samples))) / 32768


def test_a_caller_rings_the_browser_is_answered_recorded_and_written_down(
    desk: Desk, asterisk: Asterisk, callers: Callable[[str], Popen[bytes]]
) -> None:
    page = desk.page
    desk.context.grant_permissions(["notifications", "microphone"])
    page.evaluate(SPY)
    desk.ready()
    assert page.evaluate("window.asked") == 1, "the first Ready asks whether the desk may notify"
    eventually(lambda: desk.row.state == "available")
    page.evaluate(ELSEWHERE, True)
    caller = callers(KNOWN)
    page.wait_for_selector("#act:has-text('Answer')")
    assert "Person 0" in page.inner_text(".console-who")
    assert "calls Front desk" in page.inner_text(".console-who")
    eventually(lambda: page.evaluate("window.told.length && window.told.every(([, , shown]) => shown)"))
    assert page.evaluate("window.told") == [["Somebody calls", "Person 0 · Front desk", True]]
    assert page.evaluate("window.tones") >= 4, "it rings aloud"
    shoot(page, "caller-rings")
    page.evaluate(ELSEWHERE, False)
    desk.press("F2")
    eventually(lambda: desk.row.state == "in_call")
    page.wait_for_selector("#line-mute:enabled")
    eventually(lambda: desk.hears(0.5) > 0.001)
    tones = page.evaluate("window.tones")
    shoot(page, "caller-talks")
    desk.press("F4")
    page.wait_for_selector("#act:has-text('Save and next')")
    assert caller.wait(10) == 0, "the caller was told goodbye"
    assert page.evaluate("window.tones") == tones, "the ringer is still since the answer"
    shoot(page, "caller-wrap-up")
    page.keyboard.press("1")
    desk.press("F8")
    eventually(lambda: desk.row.state == "available")
    attempt = Attempt.objects.get()
    assert (attempt.mode, attempt.number, attempt.outcome) == ("inbound", KNOWN, "answered")
    assert attempt.result is not None
    eventually(lambda: Attempt.objects.get().recording != "")
    stored = asterisk.home / f"root/var/spool/asterisk/recording/{Attempt.objects.get().recording}.wav"
    assert loudness(stored) > SPOKEN
    assert desk.said == []
