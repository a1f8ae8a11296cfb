"""How much a first visit costs: every page under 200 KB over the line, all styles together under 40 KB."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser

from browser.test_axe import BEGIN, opened
from browser.test_pages import present
from campana.accounts.models import User
from campana.config.screens import state
from campana.tenancy import system_scope
from campana.ui.assets import SOURCE
from support.cast import sign_in
from support.crawl import pages

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PAGE, STYLES, SCRIPT = 200_000, 40_000, 4_200


def test_styles_and_scripts_are_small() -> None:
    """Styles as they travel, each file compressed by itself; scripts as they are written, for they are to be read."""
    sheets = [file for file in SOURCE.glob("*/static/**/*.css") if "vendor" not in file.parts]
    styles = sum(len(gzip.compress(file.read_bytes(), 9)) for file in sheets)
    assert styles < STYLES, f"all styles together: {styles} bytes compressed"
    scripts = [file for file in SOURCE.glob("*/static/**/*.js") if "vendor" not in file.parts]
    large = [f"{file.name}: {file.stat().st_size}" for file in scripts if file.stat().st_size > SCRIPT]
    assert not large, large


def test_a_first_visit_costs_less_than_200_kb(browser: Browser, site: str) -> None:
    told = state.make(present(), contacts=150)
    client = Client()
    with system_scope():
        sign_in(client, User.objects.get(email=told.people["admin"]))
    found = pages(client, BEGIN)
    door = opened(browser, site, told.people["admin"])
    kept = door.storage_state()
    door.close()
    costs: dict[str, int] = {}
    context = browser.new_context(base_url=site, storage_state=kept, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.setCacheDisabled", {"cacheDisabled": True})  # every visit is a first one
    sent: dict[str, str] = {}
    loaded: dict[str, int] = {}

    def finished(event: dict[str, Any]) -> None:
        """What a page asks for twice, its icon for instance, costs once."""
        asked = sent[event["requestId"]]
        loaded[asked] = max(loaded.get(asked, 0), event["encodedDataLength"])

    wire.on("Network.requestWillBeSent", lambda event: sent.update({event["requestId"]: event["request"]["url"]}))
    wire.on("Network.loadingFinished", finished)
    for route, (address, _html) in found.items():
        loaded.clear()
        page.goto(address, wait_until="load")
        page.evaluate("document.fonts.ready")
        costs[route] = sum(loaded.values())
    context.close()
    heavy = {route: cost for route, cost in costs.items() if cost > PAGE}
    assert not heavy, sorted(heavy.items(), key=lambda each: -each[1])
