"""A form that makes something is sent once, however quickly somebody presses Enter twice."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Request, expect

from browser.test_pages import signed_in
from campana.crm.models import Contact
from campana.tenancy import system_scope
from support.cast import Cast

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
