"""From the door to a new contact and out again without a mouse, and every stop of the focus can be seen."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from browser.test_pages import present, signed_in
from campana.crm.models import Contact
from campana.tenancy import system_scope
from support.cast import PASSWORD, Cast, make_cast
from support.floor_scene import make_scene
from support.live_regions import fetch_again

pytestmark = pytest.mark.browser
SEEN = """() => {
  const el = document.activeElement, box = el.getBoundingClientRect(), label = el.closest("label");
  const looks = [el, ...(label ? [label] : [])].map((each) => getComputedStyle(each));
  const ring = looks.some((look) => look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2);
  const word = (el.getAttribute("aria-label") || el.textContent || el.name || "").trim();
  return { name: `${el.tagName} ${word.slice(0, 40)}`, body: el === document.body, size: box.width * box.height, ring };
}"""


@pytest.fixture
def people(site: str) -> Cast:
    return make_cast()


def press_until(page: Page, key: str, name: str, most: int = 80) -> None:
    """Press the key until the focus is on what is called so."""
    for _ in range(most):
        page.keyboard.press(key)
        if name in page.evaluate(SEEN)["name"]:
            return
    raise AssertionError(f"{most} times {key} did not lead to {name}")


def test_a_contact_is_made_from_the_door_on_by_keys_alone(browser: Browser, site: str, people: Cast) -> None:
    context = browser.new_context(base_url=site, reduced_motion="reduce", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto("/session")
    for _ in range(6):
        if page.evaluate("document.activeElement.type") == "email":
            break
        page.keyboard.press("Tab")
    page.keyboard.type(people.ada.email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/session" not in url)
    press_until(page, "Tab", "Contacts")
    page.keyboard.press("Enter")
    page.wait_for_url("**/contacts")
    page.keyboard.press("Tab")
    assert page.evaluate(SEEN)["name"].startswith("A Skip to content")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("n")
    page.wait_for_url("**/contacts/new")
    page.get_by_label("Full name").focus()
    page.keyboard.type("Margaret Ellison")
    page.keyboard.press("Enter")
    page.wait_for_url("**/contacts/*")
    expect(page.get_by_role("heading", level=1)).to_have_text("Margaret Ellison")
    with system_scope():
        assert Contact.objects.filter(name="Margaret Ellison").count() == 1
    context.close()


@pytest.mark.parametrize("address", ["/contacts", "/suppressions", "/people", "/style"])
def test_every_stop_of_the_focus_can_be_seen(browser: Browser, site: str, people: Cast, address: str) -> None:
    with signed_in(browser, site, people.ada, viewport={"width": 1440, "height": 900}) as (context, _said):
        page = context.new_page()
        page.goto(address)
        page.evaluate("document.activeElement.blur()")
        wrong, stops = [], 0
        for _ in range(150):
            page.keyboard.press("Tab")
            stop = page.evaluate(SEEN)
            if stop["body"]:
                break
            stops += 1
            if not stop["ring"] or stop["size"] < 1:
                wrong.append(stop["name"])
        assert stops > 15
        assert not wrong, wrong


def test_the_focus_stays_where_it_was_when_a_live_region_is_swapped(browser: Browser, site: str) -> None:
    with system_scope():
        scene = make_scene(present())
    with signed_in(browser, site, scene.cast.carol, viewport={"width": 1440, "height": 900}) as (context, said):
        page = context.new_page()
        page.goto(f"/campaigns/{scene.campaign.pk}")
        page.wait_for_selector(".live[data-fresh=live]")
        link = page.locator("#live a[href]").first
        link.focus()
        address = link.get_attribute("href")
        page.evaluate("document.activeElement.dataset.old = ''")
        fetch_again(page, "live")
        expect(page.locator("#live [data-old]")).to_have_count(0)
        expect(page.locator(f'#live a[href="{address}"]').first).to_be_focused()
        assert said == []


def test_a_menu_is_walked_by_arrows_and_gives_the_focus_back(browser: Browser, site: str, people: Cast) -> None:
    with signed_in(browser, site, people.ada, viewport={"width": 1440, "height": 900}) as (context, _said):
        page = context.new_page()
        page.goto("/contacts")
        summary = page.locator("details.menu > summary", has_text="Columns")
        summary.focus()
        page.keyboard.press("ArrowDown")
        first = page.evaluate(SEEN)["name"]
        assert first.startswith("INPUT"), first
        page.keyboard.press("ArrowUp")
        assert "Show these" in page.evaluate(SEEN)["name"]
        page.keyboard.press("ArrowDown")
        assert page.evaluate(SEEN)["name"] == first
        page.keyboard.press("Escape")
        expect(summary).to_be_focused()
        assert page.locator("details.menu[open]").count() == 0


def test_a_dialog_keeps_the_focus_inside_and_gives_it_back(browser: Browser, site: str, people: Cast) -> None:
    with signed_in(browser, site, people.ada, viewport={"width": 1440, "height": 900}) as (context, _said):
        page = context.new_page()
        page.goto("/suppressions")
        opener = page.locator("[data-dialog=new-suppression]").first
        opener.focus()
        page.keyboard.press("Enter")
        expect(page.locator("#new-suppression")).to_be_visible()
        for _ in range(14):
            page.keyboard.press("Tab")
            assert page.evaluate(
                "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
            )
        page.keyboard.press("Escape")
        expect(page.locator("#new-suppression")).to_be_hidden()
        expect(opener).to_be_focused()
