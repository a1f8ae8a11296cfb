"""What is typed while a session ends comes back after the sign-in: to whom it belongs, and against what he saw."""

from __future__ import annotations

import re

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Browser, expect

from browser.test_pages import present, signed_in, signs_in
from campana.crm.models import Contact, ContactGroup
from campana.tenancy import system_scope
from support.cast import Cast

pytestmark = pytest.mark.browser
BACK = re.compile("What you typed before you signed in is here again")


def test_a_form_that_met_the_sign_in_is_filled_again_and_saved_once(browser: Browser, site: str, cast: Cast) -> None:
    with system_scope(), signed_in(browser, site, cast.carol) as (context, said):
        page = context.new_page()
        page.goto("/contacts/new")
        page.fill("[name=name]", "Anna Nováková")
        page.fill("[name=additional_info]", "Two\nlines")
        Session.objects.all().delete()
        page.click("main [type=submit]:has-text('Save')")
        page.wait_for_url("**/session?*")
        signs_in(page, cast.carol, "not hers")
        page.wait_for_selector("input[type=password][aria-invalid=true]")
        signs_in(page, cast.carol)
        expect(page).to_have_url(re.compile("/contacts/new$"))
        expect(page.locator("#says")).to_have_text(BACK)
        assert page.input_value("[name=name]") == "Anna Nováková"
        assert page.input_value("[name=additional_info]") == "Two\nlines"
        page.click("main [type=submit]:has-text('Save')")
        expect(page).to_have_url(re.compile(r"/contacts/\d+$"))
        assert Contact.objects.get(organisation=cast.lumen).name == "Anna Nováková"
        page.goto("/contacts/new")
        assert page.input_value("[name=name]") == ""
        expect(page.locator("#says")).to_be_empty()
        assert [word for word in said if "422" not in word and "401" not in word] == []


def test_a_form_older_than_the_session_is_filled_again(browser: Browser, site: str, cast: Cast) -> None:
    with system_scope(), signed_in(browser, site, cast.carol) as (context, _said):
        page, other = context.new_page(), context.new_page()
        page.goto("/contacts/new")
        page.fill("[name=name]", "Anna Nováková")
        Session.objects.all().delete()
        other.goto("/contacts")
        signs_in(other, cast.carol)
        expect(other).to_have_url(re.compile("/contacts$"))
        page.click("main [type=submit]:has-text('Save')")
        expect(page.locator("h1")).to_have_text("This form is too old")
        page.click("a:has-text('Open the page again')")
        expect(page.locator("#says")).to_have_text(BACK)
        page.click("main [type=submit]:has-text('Save')")
        expect(page).to_have_url(re.compile(r"/contacts/\d+$"))
        assert Contact.objects.get(organisation=cast.lumen).name == "Anna Nováková"


def test_nobody_else_sees_what_was_typed(browser: Browser, site: str, cast: Cast) -> None:
    with system_scope(), signed_in(browser, site, cast.carol) as (context, _said):
        page = context.new_page()
        page.goto("/contacts/new")
        page.fill("[name=name]", "Anna Nováková")
        Session.objects.all().delete()
        page.click("main [type=submit]:has-text('Save')")
        page.wait_for_url("**/session?*")
        signs_in(page, cast.ada)
        expect(page).to_have_url(re.compile("/contacts/new$"))
        assert page.input_value("[name=name]") == ""
        assert page.evaluate("sessionStorage.getItem('typed')") is None


def test_what_comes_back_does_not_undo_what_a_colleague_saved_meanwhile(
    browser: Browser, site: str, cast: Cast
) -> None:
    with system_scope(), signed_in(browser, site, cast.carol) as (context, _said):
        group = ContactGroup.objects.create(organisation=cast.lumen, name="Movers", created_at=present())
        page = context.new_page()
        page.goto(f"/groups/{group.pk}")
        page.fill("[name=name]", "People who move")
        Session.objects.all().delete()
        ContactGroup.objects.filter(pk=group.pk).update(name="Movers of March")
        page.press("[name=name]", "Enter")
        page.wait_for_url("**/session?*")
        signs_in(page, cast.carol)
        expect(page.locator("#says")).to_have_text(BACK)
        assert page.input_value("[name=name]") == "People who move"
        page.press("[name=name]", "Enter")
        page.wait_for_selector("text=Somebody else changed this after you opened it.")
        assert ContactGroup.objects.get(pk=group.pk).name == "Movers of March"
