"""WCAG 2.2 AA by axe: every page the product links to, what opens on it, and the desk in its states."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from typing import Any, Final

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page

from browser.test_pages import present, sideways
from campana.accounts.models import User
from campana.config.screens import furnished, state
from campana.config.screens.run import seat
from campana.tenancy import system_scope
from support.cast import sign_in
from support.crawl import pages

pytestmark = [pytest.mark.browser, pytest.mark.slow]
AXE = (Path(__file__).parents[1] / "assets" / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
BEGIN = (
    "/",
    "/profile",
    "/style",
    "/contacts/recycle-bin",
    "/contacts/acts",
    "/emergency-stop",
    "/wallboard",
    "/settings",
)
COLOURS = ["color-contrast"]
"""What the other theme may break: all else is the same page."""
OF_ONE: Final = {
    "you": ("/desk", "/campaigns", "/calls", "/profile"),
    "supervisor": ("/campaigns", "/floor", "/wallboard/links", "/contacts"),
}
"""Pages that an agent and a supervisor see otherwise than an administrator."""
DESK: Final = ("off", "available", "preview", "ringing", "in_call", "wrap_up")
RUN = """async (rules) => {
  const told = await axe.run(document, { runOnly: rules, resultTypes: ["violations"] });
  return told.violations.map((v) => [v.id, v.impact, v.help, v.nodes.slice(0, 4).map((n) => n.html.slice(0, 160))]);
}"""
INSIDE = (Path(__file__).parents[1] / "assets" / "axe_inside.js").read_text()
"""Opens every dialog, menu and fold in turn; what looks like one that was seen already is left out."""


class Walk:
    """What was found where, each fault once."""

    def __init__(self) -> None:
        self.wrong: dict[str, list[str]] = defaultdict(list)
        self.seen: dict[str, set[str]] = {"light": set(), "dark": set()}

    def look(self, page: Page, name: str, theme: str, rules: list[str]) -> None:
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        size = page.viewport_size or {}
        for fault in told_as_lines(page.evaluate(RUN, rules)):
            self.wrong[f"{name}: {fault}"].append(f"{size.get('width')} {theme}")

    def look_inside(self, page: Page, name: str, theme: str, rules: list[str]) -> None:
        for looks, part, violations in page.evaluate(INSIDE, [rules, sorted(self.seen[theme])]):
            self.seen[theme].add(looks)
            for fault in told_as_lines(violations):
                self.wrong[f"{name}, {part} open: {fault}"].append(theme)

    def whole(self, page: Page, name: str) -> None:
        """Light and dark, wide and on a phone, with everything that opens; the page is loaded once."""
        page.evaluate("document.fonts.ready")
        page.evaluate(AXE)
        self.look(page, name, "light", RULES)
        self.look_inside(page, name, "light", RULES)
        self.look(page, name, "dark", COLOURS)
        self.look_inside(page, name, "dark", COLOURS)
        page.set_viewport_size(PHONE)
        self.look(page, name, "dark", RULES)
        if sideways(page) > 0:
            self.wrong[f"{name}: scrolls sideways by {sideways(page)}"].append("390")
        page.set_viewport_size(WIDE)
        page.emulate_media(color_scheme="light")

    def told(self) -> str:
        lines = [f"{fault}  [{', '.join(at)}]" for fault, at in self.wrong.items()]
        return f"{len(lines)} faults\n" + "\n".join(lines)


def told_as_lines(violations: list[Any]) -> list[str]:
    return [f"{name} ({impact}): {text}\n    " + "\n    ".join(where) for name, impact, text, where in violations]


def opened(browser: Browser, site: str, email: str) -> BrowserContext:
    context = browser.new_context(base_url=site, reduced_motion="reduce", viewport=WIDE)
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
    walk = Walk()
    context = opened(browser, site, told.people["admin"])
    page = context.new_page()
    for route, (address, _html) in found.items():
        page.goto(address)
        walk.whole(page, route)
    errors_and_toasts(page, walk, told)
    context.close()
    assert len(walk.seen["light"]) > 12, "dialogs and menus were not found"
    for key, addresses in OF_ONE.items():
        context = opened(browser, site, told.people[key])
        page = context.new_page()
        with system_scope():
            furnished.hear("whisper" if key == "supervisor" else "")
        for address in addresses:
            page.goto(address)
            page.evaluate(AXE)
            walk.look(page, f"{key} {address}", "light", RULES)
            walk.look_inside(page, f"{key} {address}", "light", RULES)
        if key == "you":
            desk(page, walk, told)
        context.close()
    assert not walk.wrong, walk.told()


def errors_and_toasts(page: Page, walk: Walk, told: state.Told) -> None:
    """A step of the wizard and a form that were sent wrong, and what is said when something was done."""
    page.goto(f"/campaigns/{told.ids['draft']}/settings/general")
    page.fill("input[name=end_at]", "2020-01-01T10:00")
    page.click("#next")
    page.wait_for_selector("[aria-invalid=true]")
    walk.whole(page, "a step with errors")
    page.goto(f"/groups/{told.ids['contact_group']}")
    page.click("[hx-confirm]")
    page.wait_for_selector("#confirm[open]")
    page.evaluate(AXE)
    walk.look(page, "an act that asks", "light", RULES)
    walk.look(page, "an act that asks", "dark", COLOURS)
    page.goto("/groups")
    page.fill("form.named input[name=name]", "A group of its own")
    page.click("form.named button[type=submit]")
    page.wait_for_url(re.compile("/groups"))
    page.evaluate(AXE)
    walk.look(page, "a page that says what was done", "light", RULES)


def desk(page: Page, walk: Walk, told: state.Told) -> None:
    """Off, ready, the preview's countdown, ringing, a talk, the wrap-up with a callback being planned, the dial pad."""
    for place in DESK:
        seat(told, place)
        page.goto("/desk")
        walk.whole(page, f"desk, {place}")
    page.keyboard.press("3")
    page.wait_for_selector("#callback-at")
    walk.look(page, "desk, planning a callback", "light", RULES)
    walk.look(page, "desk, planning a callback", "dark", COLOURS)
