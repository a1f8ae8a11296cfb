"""A person without a mouse: Tab until it is there, then keys. Nothing is focused or clicked by the test itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

HERE = "(wanted) => document.activeElement.matches(wanted)"


def tab_to(page: Page, wanted: str, *, most: int = 150) -> None:
    """Tab until the element that has the focus fits the selector."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(HERE, wanted):
            return
    raise AssertionError(f"{wanted} was not reached by {most} presses of Tab on {page.url}")


def type_into(page: Page, wanted: str, text: str) -> None:
    tab_to(page, wanted)
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(text)


def press(page: Page, wanted: str, key: str = "Enter") -> None:
    tab_to(page, wanted)
    page.keyboard.press(key)


def send(page: Page, wanted: str = "", key: str = "Enter") -> None:
    """A press that leads to another page, or to this one again; ``wanted`` is where to press, else where it is."""
    if wanted:
        tab_to(page, wanted)
    with page.expect_navigation():
        page.keyboard.press(key)


def choose(page: Page, wanted: str, word: str) -> None:
    """An option of a folded list, found by the beginning of its word."""
    tab_to(page, wanted)
    page.keyboard.type(word, delay=5)
