"""The one Chromium of a run: Debian's, or the one Playwright brings. A plugin, for Playwright allows one a process.

Chromium's headless shell shows the same pages for a quarter of the processor's time, so it comes first where it is
installed. It has no microphone.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

WHOLE = ("chromium", "chromium-browser", "google-chrome")


def chromium(*, microphone: bool = False) -> str | None:
    """The program to launch; None: the one Playwright brings, which may be absent."""
    shell = () if microphone else ("chromium-headless-shell",)
    named = os.environ.get("CAMPANA_CHROMIUM")
    return named or next(filter(None, map(shutil.which, (*shell, *WHOLE))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's loop runs in this thread; our queries are our own
    from playwright.sync_api import sync_playwright

    found = chromium()
    with sync_playwright() as playwright:
        if not found and not Path(playwright.chromium.executable_path).exists():
            pytest.skip("no Chromium: apt-get install chromium, or name one in CAMPANA_CHROMIUM")
        launched = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield launched
        launched.close()
