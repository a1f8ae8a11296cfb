"""A supervisor's day on a telephone: from the list to the floor, and a line that is cut."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from browser.test_pages import culprits, present, ring, scene, sideways, signed_in
from campana.accounts.models import AuditEntry
from campana.campaigns.models import Campaign
from campana.reporting.models import Export
from campana.workforce.models import Agent
from support.cut_line import CutLine
from support.floor_scene import Scene
from support.live_regions import asked_again, hold_first, settled
from support.waiting import eventually

__all__ = ["scene"]
pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
STREAM = """window.EventSource = class extends EventTarget {
  constructor() { super(); window.stream = this; setTimeout(() => this.dispatchEvent(new Event("open"))); }
};"""
"""A stream that tells what the test lets it tell, and nothing else."""
TELL = "(told) => void stream.dispatchEvent(new MessageEvent('changed', { data: JSON.stringify(told) }))"


def fits(page: Page) -> None:
    page.evaluate("document.fonts.ready")
    assert sideways(page) <= 0, f"{page.url}: {culprits(page)}"


def alice_talks(scene: Scene) -> None:
    scene.alice("in_call", state_since=present() - timedelta(minutes=2), campaign_id=scene.campaign.pk)
    Agent.objects.filter(pk=scene.cast.alice_agent.pk).update(
        online=True, wanted="ready", dialling=True, attempt_id=scene.talk.pk
    )


def test_a_supervisors_day_on_a_telephone(browser: Browser, site: str, scene: Scene) -> None:
    alice_talks(scene)
    with signed_in(browser, site, scene.cast.carol, **PHONE) as (context, said):
        page = context.new_page()
        page.goto("/campaigns")
        fits(page)
        first = page.locator("#campaigns tbody tr").first
        assert "Stopped by a fault" in first.inner_text()
        page.click("nav.chips a:has-text('Needs you')")
        page.wait_for_url("**state=needs*")
        page.click("nav.chips a:has-text('All')")

        page.click(f"text={scene.campaign.name}")
        page.wait_for_selector("#live")
        fits(page)
        expect(page.locator("figure.chart svg")).to_have_count(1)
        page.click("#live .lines a:has-text('In a call')")
        page.wait_for_url("**/contacts?state=call")
        fits(page)
        page.click(f"text={scene.talk.contact.name}")
        page.wait_for_selector("text=Passed over:")
        fits(page)

        page.goto(f"/campaigns/{scene.campaign.pk}")
        page.click(".actions button:has-text('Pause')")
        eventually(lambda: Campaign.objects.get(pk=scene.campaign.pk).wanted == "pause")
        page.wait_for_selector("text=pausing, calls that ring ring out")

        page.click("button.menu-button")
        page.click(".side-list a:has-text('Floor')")
        page.wait_for_selector("#floor")
        fits(page)
        row = page.locator("#floor tr:has-text('Alice')")
        row.locator("summary").click()
        row.locator("button:has-text('Set not ready')").click()
        eventually(lambda: Agent.objects.get(pk=scene.cast.alice_agent.pk).wanted == "not_ready")
        page.wait_for_selector("text=It counts when this call and its wrap-up are over.")
        assert AuditEntry.objects.filter(action="agent.presence", user=scene.cast.carol).count() == 1

        page.goto("/wallboard")
        page.wait_for_selector("#wall")
        fits(page)
        assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"

        page.goto(f"/exports/new/contacts?campaign={scene.campaign.pk}")
        fits(page)
        page.click("main button:has-text('Export')")
        page.wait_for_url("**/exports")
        fits(page)
        assert Export.objects.get().author == scene.cast.carol
        assert said == []


def test_figures_say_that_they_are_late_and_are_right_again_after_the_line_was_cut(
    browser: Browser, site: str, scene: Scene
) -> None:
    with (
        CutLine(site) as line,
        signed_in(browser, line.address, scene.cast.carol, viewport={"width": 1440, "height": 900}) as (context, _said),
    ):
        page = context.new_page()
        page.goto(f"/campaigns/{scene.campaign.pk}")
        page.wait_for_selector(".live[data-fresh=live]")
        page.evaluate("window.mark = 1")
        line.cut()
        page.wait_for_selector(".live[data-fresh=late]:has-text('Last heard')", timeout=15_000)
        Campaign.objects.filter(pk=scene.campaign.pk).update(state="paused", state_reason="no_agent")
        ring(scene, campaigns=[scene.campaign.pk])  # nobody hears it
        line.mend()
        page.wait_for_selector(".live[data-fresh=live]", timeout=15_000)
        page.wait_for_selector("text=no agent available", timeout=5_000)
        assert page.evaluate("window.mark") == 1


def test_a_menu_stays_open_when_the_figures_asked_for_before_it_arrive(
    browser: Browser, site: str, scene: Scene
) -> None:
    alice_talks(scene)
    with signed_in(browser, site, scene.cast.carol, **PHONE) as (context, _said):
        page = context.new_page()
        held: list[Route] = []

        page.route("**/floor", lambda route: held.append(route) if asked_again(route) else route.continue_())
        page.goto("/floor")  # the stream of changes opens, and the floor fetches itself once
        page.wait_for_function("() => !!document.querySelector('#floor.htmx-request')")
        row = page.locator("#floor tr:has-text('Alice')")
        row.locator("summary").click()
        page.evaluate("document.getElementById('floor').dataset.mark = 'as it was'")
        with page.expect_response("**/floor"):
            held[0].continue_()
        settled(page, "floor")
        assert row.locator("details[open]").count() == 1
        page.unroute("**/floor")
        page.keyboard.press("Escape")
        page.locator("h1").click()
        page.wait_for_selector("#floor:not([data-mark])")  # what was dropped is asked for again


def test_a_link_is_not_drawn_anew_while_it_is_pressed(browser: Browser, site: str, scene: Scene) -> None:
    alice_talks(scene)
    with signed_in(browser, site, scene.cast.carol, viewport={"width": 1440, "height": 900}) as (context, _said):
        page = context.new_page()
        address = f"/campaigns/{scene.campaign.pk}"
        held = hold_first(page, address)
        page.goto(address)  # the stream of changes opens, and the figures fetch themselves once
        page.wait_for_selector("#live.htmx-request")
        page.evaluate("document.getElementById('live').dataset.mark = 'as it was'")
        page.hover("#live .lines a:has-text('In a call')")
        page.mouse.down()
        with page.expect_response(f"**{address}"):
            held[0].continue_()
        settled(page, "live")
        assert page.locator("#live[data-mark]").count() == 1
        page.mouse.move(5, 5)
        page.mouse.up()
        page.wait_for_selector("#live:not([data-mark])")  # what was dropped is asked for again
        page.click("#live .lines a:has-text('In a call')")
        page.wait_for_url("**/contacts?state=call")


def test_what_changes_while_the_figures_are_on_their_way_is_fetched_after_them(
    browser: Browser, site: str, scene: Scene
) -> None:
    with signed_in(browser, site, scene.cast.carol, viewport={"width": 1440, "height": 900}) as (context, _said):
        page = context.new_page()
        page.clock.install()
        page.add_init_script(STREAM)
        address = f"/campaigns/{scene.campaign.pk}"
        before = context.request.get(address, headers={"HX-Request": "true", "HX-Target": "live"})
        held = hold_first(page, address)
        page.goto(address)  # the stream of changes opens, and the figures fetch themselves once
        page.wait_for_selector("#live.htmx-request")
        page.evaluate(TELL, {"campaigns": [scene.campaign.pk]})
        page.clock.run_for(3000)  # longer than the figures rest
        page.evaluate("document.getElementById('live').dataset.mark = 'before the change'")
        held[0].fulfill(body=before.text().replace('id="live"', 'id="live" data-mark="before the change"'))
        page.wait_for_selector("#live:not([data-mark])", timeout=5_000)
