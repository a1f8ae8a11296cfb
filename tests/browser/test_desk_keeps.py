"""What an agent has open or is typing stays, whatever is fetched again around it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from browser.test_pages import present, scene, signed_in
from campana.workforce.models import Agent
from support.floor_scene import Scene
from support.live_regions import fetch_again, seen_at_swap, settled, watch_swaps

__all__ = ["scene"]
pytestmark = pytest.mark.browser


def change(scene: Scene, page: Page, region: str, **columns: Any) -> None:
    """The engine writes something down, and the region is drawn anew."""
    page.evaluate("(id) => { document.getElementById(id).dataset.mark = 'old' }", region)
    Agent.objects.filter(pk=scene.cast.alice_agent.pk).update(**columns)
    fetch_again(page, region)
    page.wait_for_selector(f"#{region}:not([data-mark])")
    settled(page, region)


def alice_talks(scene: Scene) -> None:
    talks = {"online": True, "wanted": "ready", "dialling": True, "attempt_id": scene.talk.pk}
    scene.alice("in_call", state_since=present() - timedelta(minutes=2), campaign_id=scene.campaign.pk, **talks)


def test_an_open_menu_and_its_focus_outlive_a_new_console(browser: Browser, site: str, scene: Scene) -> None:
    ready = {"online": True, "wanted": "ready", "dialling": True, "attempt_id": None}
    scene.alice("available", state_since=present() - timedelta(minutes=2), **ready)
    with signed_in(browser, site, scene.cast.alice) as (context, _said):
        page = context.new_page()
        page.goto("/desk")
        page.click("#break-menu summary")
        page.focus("#break-menu button:nth-of-type(2)")
        chosen = page.inner_text("#break-menu button:nth-of-type(2)")
        change(scene, page, "console", state_since=present())
        page.wait_for_selector("#break-menu[open]")
        page.wait_for_function("(text) => document.activeElement.textContent === text", arg=chosen)


def test_a_verb_that_has_just_appeared_is_guarded_from_its_first_moment(
    browser: Browser, site: str, scene: Scene
) -> None:
    alice_talks(scene)
    with signed_in(browser, site, scene.cast.alice) as (context, _said):
        page = context.new_page()
        page.goto("/desk")
        page.wait_for_selector("#act")
        refused = """() => {
            const verb = document.querySelector("#act");
            if (!verb.textContent.includes("Save and next")) return null;
            const press = new MouseEvent("click", { bubbles: true, cancelable: true });
            verb.dispatchEvent(press);
            return press.defaultPrevented;
          }"""
        watch_swaps(page, "console", refused)
        Agent.objects.filter(pk=scene.cast.alice_agent.pk).update(state="wrap_up", state_since=present())
        fetch_again(page, "console")
        assert seen_at_swap(page) is True


def test_what_is_typed_and_chosen_outlives_the_end_of_the_call(browser: Browser, site: str, scene: Scene) -> None:
    alice_talks(scene)
    with signed_in(browser, site, scene.cast.alice) as (context, _said):
        page = context.new_page()
        page.goto("/desk")
        page.click("#result label:has-text('Call back')")
        page.fill("#callback-at", "2031-01-07T11:30")
        page.fill("#note", "Asks for the large bo")
        page.focus("#note")
        change(scene, page, "console", state="wrap_up", state_since=present())
        page.keyboard.press("End")
        page.keyboard.type("x")
        page.wait_for_selector("#act:has-text('Save and next')")
        assert page.input_value("#note") == "Asks for the large box"
        assert page.input_value("#callback-at") == "2031-01-07T11:30"
        assert page.is_checked("#result label:has-text('Call back') input")


def test_the_focus_stays_on_a_link_of_live_figures(browser: Browser, site: str, scene: Scene) -> None:
    with signed_in(browser, site, scene.cast.carol) as (context, _said):
        page = context.new_page()
        page.goto(f"/campaigns/{scene.campaign.pk}")
        page.focus("#live .lines a:has-text('In a call')")
        change(scene, page, "live")
        page.wait_for_function("() => document.activeElement.textContent.includes('In a call')")


def test_a_tab_that_is_closed_leaves_the_desk_to_the_one_that_waits(browser: Browser, site: str, scene: Scene) -> None:
    with signed_in(browser, site, scene.cast.alice) as (context, _said):
        first, second = context.new_page(), context.new_page()
        first.goto("/desk")
        first.wait_for_selector("#beat:not(:empty)")
        second.goto("/desk")
        second.wait_for_selector("#taken[open]")
        first.close()
        second.wait_for_selector("#taken:not([open])", state="attached")


def test_a_tab_that_waited_long_for_the_desk_is_a_living_desk_afterwards(
    browser: Browser, site: str, scene: Scene
) -> None:
    with signed_in(browser, site, scene.cast.alice) as (context, _said):
        first, second = context.new_page(), context.new_page()
        first.goto("/desk")
        first.wait_for_selector("#beat:not(:empty)")
        second.goto("/desk")
        second.wait_for_selector("#taken[open]")
        with second.expect_response("**/desk/console?*"):  # the page that waits asks on, and hears that it is no desk
            pass
        first.close()
        second.wait_for_selector("#taken:not([open])", state="attached")
        with second.expect_request("**/desk/beat", timeout=8_000):
            pass
