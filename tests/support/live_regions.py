"""Regions of a page that fetch themselves again. What is asked of one that is on its way is forgotten by htmx, and the
page asks by itself when its stream opens: so a test waits until the region rests, and asks in that moment."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, Route

BUSY = ":is(.htmx-request, .htmx-swapping, .htmx-added, .htmx-settling)"
RESTS = f"(id) => !document.querySelector(`#${{id}}{BUSY}`)"


def fetch_again(page: Page, region: str, *, first: str = "null") -> None:
    """``first``: JavaScript that happens in the same moment, before the region is asked for."""
    ask = f"({first}, htmx.trigger(document.getElementById(id), 'live'), true)"
    page.wait_for_function(f"(id) => ({RESTS})(id) && {ask}", arg=region)


def settled(page: Page, region: str) -> None:
    page.wait_for_function(RESTS, arg=region)


def watch_swaps(page: Page, region: str, look: str) -> None:
    """From now on the JavaScript function ``look`` looks whenever the region, fetched again, stands and has not settled
    yet; ``seen_at_swap`` tells what it said first. Null is nothing said."""
    told = f"(event) => {{ if (event.target.id === id) window.seen ??= ({look})(); }}"
    page.evaluate(f"(id) => addEventListener('htmx:afterSwap', {told})", region)


def seen_at_swap(page: Page) -> Any:
    return page.wait_for_function("() => (window.seen ?? null) !== null && [window.seen]").json_value()[0]


def asked_again(route: Route) -> bool:
    """A region asks, not somebody who opens the page."""
    return "hx-request" in route.request.headers


def hold_first(page: Page, address: str) -> list[Route]:
    """From now on the first request of a region of the page at ``address`` waits in this list for its answer."""
    held: list[Route] = []
    page.route(
        f"**{address}", lambda route: route.continue_() if held or not asked_again(route) else held.append(route)
    )
    return held
