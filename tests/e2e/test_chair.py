"""The free chair of the demo, taken by somebody with a browser: ready, a talk, a result, and the next call."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.demo import Demo, free_port, person

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "demo"


@pytest.fixture
def demo(folder: Path) -> Iterator[Demo]:
    started = Demo(folder, free_port(), "--agents", "1")  # many would take the calls first
    yield started
    started.stop()


def test_whoever_opens_the_desk_gets_calls_and_writes_results(demo: Demo, folder: Path, browser: Browser) -> None:
    from playwright.sync_api import expect

    you = person(folder, "you")
    page = browser.new_context().new_page()
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on("console", lambda said: broken.append(said.text) if said.type == "error" else None)
    page.goto(f"http://127.0.0.1:{demo.port}/")
    page.fill("[name=email]", you["email"])
    page.fill("[name=password]", you["password"])
    page.click("form[action='/session'] button")
    page.wait_for_url("**/desk")
    ready = page.get_by_role("button", name="Ready")
    expect(ready).to_be_visible(timeout=30_000)
    page.wait_for_timeout(1000)  # verbs that have just appeared are guarded against a double press
    page.keyboard.press("F9")
    expect(page.get_by_text("Talking")).to_be_visible(timeout=300_000)
    page.get_by_text("Not interested").click()
    page.get_by_role("button", name="Save the result").click()
    expect(page.get_by_text("Talking")).to_be_visible(timeout=30_000)
    page.wait_for_timeout(1000)
    page.keyboard.press("F4")
    expect(page.get_by_text("Talking")).to_be_hidden(timeout=60_000)
    expect(page.get_by_text("Talking")).to_be_visible(timeout=300_000)
    page.close()
    assert broken == []
