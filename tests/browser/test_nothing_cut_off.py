"""A menu in the last row of a table is read to its end, and what was changed is not left behind without a question."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from browser.test_pages import scene, signed_in  # noqa: F401
from campana.campaigns.models import Campaign
from campana.tenancy import system_scope
from support import campaigns as make
from support.cast import Cast
from support.floor_scene import Scene

pytestmark = pytest.mark.browser
INSIDE = """(list) => { const box = list.getBoundingClientRect(), wrap = list.closest(".ledger-wrap");
  const cut = getComputedStyle(wrap).overflowY !== "visible" && box.bottom > wrap.getBoundingClientRect().bottom;
  return [cut, [...list.querySelectorAll("p")].some((text) => text.scrollWidth > text.clientWidth)]; }"""


def test_the_last_menu_of_the_floor_is_whole(browser: Browser, site: str, scene: Scene) -> None:  # noqa: F811
    with system_scope():
        scene.alice("in_call", online=True, wanted="ready")
    size = {"width": 1440, "height": 900}
    with signed_in(browser, site, scene.cast.carol, viewport=size) as (context, _said):
        page = context.new_page()
        page.goto("/floor")
        page.locator("#floor summary").last.click()
        assert page.locator("details[open] .menu-list").evaluate(INSIDE) == [False, False]


def test_a_change_of_a_running_campaign_is_not_lost_by_a_click(cast: Cast, browser: Browser, site: str) -> None:
    asked: list[str] = []
    with system_scope():
        campaign = make.draft(cast)
        Campaign.objects.update(state="paused")
        with signed_in(browser, site, cast.carol, viewport={"width": 1440, "height": 900}) as (context, _said):
            page = context.new_page()
            page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
            page.goto(f"/campaigns/{campaign.pk}/settings/retries")
            page.fill("#id_gap", "45")
            with page.expect_event("dialog"):
                page.click("#steps a[href$='/hours']", no_wait_after=True)
            assert asked == ["beforeunload"]
            assert page.input_value("#id_gap") == "45"
