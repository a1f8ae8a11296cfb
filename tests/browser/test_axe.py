"""WCAG 2.2 AA by axe: every page the product links to, both themes, a desk's width and a phone's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page

from browser.test_pages import present, sideways
from campana.accounts.models import User
from campana.config.screens import state
from campana.tenancy import system_scope
from support.cast import sign_in
from support.crawl import pages

pytestmark = [pytest.mark.browser, pytest.mark.slow]
AXE = (Path(__file__).parents[1] / "assets" / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SIZES = ((1440, 900), (390, 844))
BEGIN = ("/", "/profile", "/style", "/contacts/recycle-bin", "/emergency-stop", "/wallboard", "/settings")
COLOURS = ["color-contrast"]
"""What the other theme may break: all else is the same page."""
RUN = """async (rules) => {
  const told = await axe.run(document, { runOnly: rules, resultTypes: ["violations"] });
  return told.violations.map((v) => [v.id, v.impact, v.help, v.nodes.slice(0, 4).map((n) => n.html.slice(0, 160))]);
}"""


def faults(page: Page, rules: list[str]) -> list[str]:
    found: list[Any] = page.evaluate(RUN, rules)
    return [f"{name} ({impact}): {text}\\n    " + "\\n    ".join(where) for name, impact, text, where in found]


def opened(browser: Browser, site: str, email: str, **options: Any) -> BrowserContext:
    context = browser.new_context(base_url=site, reduced_motion="reduce", **options)
    page = context.new_page()
    page.goto("/session")
    page.fill("input[type=email]", email)
    page.fill("input[type=password]", state.PASSWORD)
    page.click("form:not(.langs) button[type=submit]")
    page.wait_for_url(lambda url: "/session" not in url)
    page.close()
    return context


@pytest.fixture
def told(site: str) -> state.Told:
    return state.make(present())


def test_no_page_has_a_fault_that_axe_finds(browser: Browser, site: str, told: state.Told) -> None:
    client = Client()
    with system_scope():
        sign_in(client, User.objects.get(email=told.people["admin"]))
    begin = [*BEGIN, f"/imports/{told.ids['mapping']}", f"/agents/{told.ids['agent']}", f"/trunks/{told.ids['trunk']}"]
    found = {**pages(client, begin), "session": ("/session", "")}
    assert len(found) > 45, sorted(found)
    wrong: dict[str, list[str]] = {}
    for width, height in SIZES:
        size = {"width": width, "height": height}
        context = opened(browser, site, told.people["admin"], viewport=size)
        page = context.new_page()
        for route, (address, _html) in found.items():
            page.emulate_media(color_scheme="light")
            page.goto(address)
            page.evaluate("document.fonts.ready")
            page.evaluate(AXE)
            for theme, rules in (("light", RULES), ("dark", COLOURS)):
                page.emulate_media(color_scheme=theme)
                told_here = faults(page, rules)
                if theme == "light" and sideways(page) > 0:
                    told_here.append(f"scrolls sideways by {sideways(page)}")
                for fault in told_here:
                    wrong.setdefault(f"{route}: {fault}", []).append(f"{width} {theme}")
        context.close()
    assert not wrong, f"{len(wrong)} faults\n" + "\n".join(f"{fault}  [{', '.join(at)}]" for fault, at in wrong.items())
