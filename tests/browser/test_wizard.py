"""The stepper in a browser: it saves itself, tells the second tab, and loses no entry."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from browser.test_pages import signed_in
from campana.campaigns.models import Campaign
from campana.tenancy import system_scope
from support import campaigns as make
from support.cast import PASSWORD, Cast
from support.waiting import eventually

pytestmark = pytest.mark.browser


@pytest.fixture
def carol(browser: Browser, site: str, cast: Cast) -> Iterator[BrowserContext]:
    with (
        system_scope(),
        signed_in(browser, site, cast.carol, viewport={"width": 1440, "height": 900}) as (context, said),
    ):
        yield context
        assert [text for text in said if "409" not in text and "401" not in text and "ERR_" not in text] == []


@pytest.fixture
def draft(cast: Cast, carol: BrowserContext) -> Campaign:
    return make.draft(cast)


def opened(context: BrowserContext, path: str) -> Page:
    page = context.new_page()
    page.goto(path)
    return page


def is_saved(page: Page) -> None:
    expect(page.locator("#saved")).to_have_text(re.compile("^saved "))


def of(campaign: Campaign) -> Campaign:
    return Campaign.objects.get(pk=campaign.pk)


def test_a_name_is_enough_for_a_draft_and_pressing_next_makes_no_second(carol: BrowserContext) -> None:
    page = opened(carol, "/campaigns/new")
    page.fill("#id_description", "For those who move")
    page.fill("#id_name", "December move-in")
    is_saved(page)
    draft = Campaign.objects.get()
    assert page.url.endswith(f"/campaigns/{draft.pk}/settings/mode")
    assert (draft.name, draft.description) == ("December move-in", "For those who move")
    page.check("[name=mode][value=preview]")
    page.click("#next")
    page.wait_for_url("**/settings/general")
    assert Campaign.objects.get().mode == "preview"
    page.go_back()
    expect(page.locator("#id_name")).to_have_value("December move-in")
    expect(page.locator("[name=mode][value=preview]")).to_be_checked()
    page.go_forward()
    page.wait_for_url("**/settings/general")
    assert Campaign.objects.count() == 1


def test_what_is_not_right_is_kept_as_typed_and_every_step_stays_open(draft: Campaign, carol: BrowserContext) -> None:
    page = opened(carol, f"/campaigns/{draft.pk}/settings/retries")
    page.fill("#id_max_attempts", "99")
    page.fill("#id_gap", "45")
    expect(page.locator("#id_max_attempts-wrong")).to_contain_text("from 1 to 50")
    expect(page.locator("#id_max_attempts")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#steps [aria-current]")).to_have_attribute("data-state", "wrong")
    eventually(lambda: (of(draft).gap, of(draft).max_attempts) == (2700, 3))
    page.click("#steps a[href$='/results']")
    page.wait_for_url("**/results")
    page.click("#steps a[href$='/retries']")
    expect(page.locator("#id_max_attempts")).to_have_value("99")
    page.fill("#id_max_attempts", "9")
    expect(page.locator("#id_max_attempts-wrong")).to_be_empty()
    eventually(lambda: of(draft).max_attempts == 9)


def test_the_second_tab_is_told_and_nothing_is_lost(draft: Campaign, carol: BrowserContext) -> None:
    first, second = (opened(carol, f"/campaigns/{draft.pk}/settings/results") for _ in range(2))
    first.fill("#id_wrap_up", "20")
    is_saved(first)
    second.fill("#id_wrap_up", "30")
    expect(second.locator("#clash")).to_contain_text("saved in another tab")
    assert of(draft).wrap_up == 20
    expect(second.locator("#id_wrap_up")).to_have_value("30")
    second.click("[data-mine]")
    is_saved(second)
    assert of(draft).wrap_up == 30
    expect(second.locator("#clash")).to_be_empty()
    first.fill("#id_wrap_up", "40")
    first.click("#clash [data-theirs]")
    expect(first.locator("#id_wrap_up")).to_have_value("30")


def test_another_step_in_another_tab_is_no_clash(draft: Campaign, carol: BrowserContext) -> None:
    results = opened(carol, f"/campaigns/{draft.pk}/settings/results")
    retries = opened(carol, f"/campaigns/{draft.pk}/settings/retries")
    results.fill("#id_wrap_up", "20")
    is_saved(results)
    retries.fill("#id_gap", "10")
    is_saved(retries)
    assert (of(draft).wrap_up, of(draft).gap) == (20, 600)


def test_what_was_typed_outlives_the_end_of_the_session(cast: Cast, draft: Campaign, carol: BrowserContext) -> None:
    path = f"/campaigns/{draft.pk}/settings/mode"
    page = opened(carol, path)
    cookies = [cookie for cookie in carol.cookies() if "session" in cookie.get("name", "")]
    assert cookies
    carol.clear_cookies(name=cookies[0]["name"])
    page.fill("#id_description", "Half a thought")
    expect(page.locator("#saved")).to_contain_text("signed out")
    assert of(draft).description == ""
    page.goto(path)
    page.fill("input[type=email]", cast.carol.email)
    page.fill("input[type=password]", PASSWORD)
    page.click("form:not(.langs) button[type=submit]")
    page.wait_for_url(f"**{path}")
    expect(page.locator("#id_description")).to_have_value("Half a thought")
    eventually(lambda: of(draft).description == "Half a thought")


def test_a_lost_connection_is_said_and_made_good(draft: Campaign, carol: BrowserContext) -> None:
    page = opened(carol, f"/campaigns/{draft.pk}/settings/results")
    carol.set_offline(True)
    page.fill("#id_wrap_up", "25")
    expect(page.locator("#saved")).to_contain_text("does not answer")
    carol.set_offline(False)
    is_saved(page)
    assert of(draft).wrap_up == 25


def test_the_agents_lists_and_the_hours_are_saved_as_they_are_clicked(
    cast: Cast, draft: Campaign, carol: BrowserContext
) -> None:
    page = opened(carol, f"/campaigns/{draft.pk}/settings/agents")
    page.check(f"[name=agents][value='{cast.bob_agent.pk}']")
    eventually(lambda: draft.agents.count() == 2)
    page.goto(f"/campaigns/{draft.pk}/settings/hours")
    page.locator(".hour-grid tr").nth(7).locator("th").click()
    eventually(lambda: len(of(draft).hours) == 6)
    expect(page.locator("#means")).to_contain_text("144")


def test_two_presses_of_create_make_one_campaign(cast: Cast, draft: Campaign, carol: BrowserContext) -> None:
    people = make.group_of(cast.lumen, "Everybody", make.contacts(cast.lumen, 3))
    page = opened(carol, f"/campaigns/{draft.pk}/settings/contacts")
    page.select_option("#source-group", str(people.pk))
    page.click("form:has(#source-group) button")
    expect(page.locator(".sources")).to_contain_text("Everybody")
    page.goto(f"/campaigns/{draft.pk}/settings/review")
    page.dblclick("#create")
    page.wait_for_url(lambda url: "/settings" not in url)
    assert Campaign.objects.get().state == "processing"


def test_without_a_script_every_step_does_its_work(cast: Cast, browser: Browser, site: str) -> None:
    plain = {"java_script_enabled": False, "viewport": {"width": 1440, "height": 900}}
    with system_scope(), signed_in(browser, site, cast.carol, **plain) as (context, _said):
        line = make.hotline(cast.lumen)
        people = make.group_of(cast.lumen, "Everybody", make.contacts(cast.lumen, 2))
        page = opened(context, "/campaigns/new")
        page.fill("#id_name", "Plain")
        page.click("#next")
        page.click("#next")
        page.select_option("#source-group", str(people.pk))
        page.click("form:has(#source-group) button")
        page.click("#next")
        page.click("#next")
        page.check(f"[name=agents][value='{cast.alice_agent.pk}']")
        page.click("#next")
        for day in range(1, 7):
            page.fill(f"#hours_{day}", "")
        page.fill("#hours_0", "nine")
        page.click("#next")
        assert page.url.endswith("/settings/hours")
        expect(page.locator("#hours_0")).to_have_value("nine")
        page.fill("#hours_0", "9-12, 13:30–18")
        page.click("#next")
        page.check(f"[name=hotlines][value='{line.pk}']")
        page.click("#next")
        page.click("#next")
        assert page.url.endswith("/settings/review")
        page.click("#create")
        made = Campaign.objects.get()
        assert (made.state, made.hours) == ("processing", [[0, 540, 720], [0, 810, 1080]])
