"""A press counts, and counts once: however quickly Enter is pressed twice, whatever arrives while a button is down."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Request, expect

from browser.test_pages import present, signed_in
from campana.crm.models import Contact
from campana.reporting.models import Export
from campana.tenancy import system_scope
from support.cast import Cast
from support.live_regions import hold_first, settled

pytestmark = pytest.mark.browser
TWICE = """() => {
  const form = document.querySelector("[name=name]").form;
  form.requestSubmit();
  setTimeout(() => form.requestSubmit(), 20);
}"""


def test_two_quick_enters_make_one_contact(browser: Browser, site: str, cast: Cast) -> None:
    with system_scope(), signed_in(browser, site, cast.carol) as (context, _said):
        page = context.new_page()
        page.goto("/contacts/new")
        sent: list[Request] = []
        page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
        page.fill("[name=name]", "Anna")
        page.evaluate(TWICE)
        expect(page).to_have_url(re.compile(r"/contacts/\d+$"))
        assert len(sent) == 1
        assert Contact.objects.filter(organisation=cast.lumen, name="Anna").count() == 1


def test_a_button_is_not_drawn_anew_while_it_is_pressed(browser: Browser, site: str, cast: Cast) -> None:
    with system_scope(), signed_in(browser, site, cast.carol) as (context, _said):
        Export.objects.create(
            organisation=cast.lumen, author=cast.carol, kind="contacts", format="csv", language="en",
            time_zone="UTC", state="running", created_at=present(),
        )  # fmt: skip
        page = context.new_page()
        polls = hold_first(page, "/exports")
        page.goto("/exports")
        page.wait_for_selector("#exports.htmx-request")
        page.hover("#exports button")
        page.mouse.down()
        with page.expect_response("**/exports"):
            polls[0].continue_()
        settled(page, "exports")
        page.mouse.up()
        page.wait_for_selector("#confirm[open]")
