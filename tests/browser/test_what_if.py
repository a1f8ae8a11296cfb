"""The form of "what if" stays whoever types in it, while an answer is worked out."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from browser.test_pages import signed_in
from campana.engine.words import CampaignState
from campana.tenancy import system_scope
from support.campaigns import approved, contacts, in_state
from support.cast import Cast

pytestmark = pytest.mark.browser


def test_what_is_typed_while_an_answer_is_worked_out_stays(browser: Browser, site: str, cast: Cast) -> None:
    with system_scope(), signed_in(browser, site, cast.carol) as (context, _said):
        campaign = in_state(approved(cast, contacts(cast.lumen, 5)), CampaignState.RUNNING)
        page = context.new_page()
        page.goto(f"/campaigns/{campaign.pk}/forecast")
        page.fill("#what-if-agents", "4")
        page.click("#question button[type=submit]")
        expect(page.locator("#question [role=status]")).to_contain_text("Simulating")
        page.fill("#what-if-answered", "45")
        for _ in range(3):  # what came with the last one but one is in its place
            with page.expect_response("**/question?*"):
                pass
        expect(page.locator("#what-if-answered")).to_have_value("45")
        expect(page.locator("#what-if-answered")).to_be_focused()
