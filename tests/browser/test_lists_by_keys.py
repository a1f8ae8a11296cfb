"""A list by keys alone: search, rows, ticks, an act, and letting go."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from browser.test_pages import SIZES, shoot, sideways, signed_in
from campana.crm.models import Contact, ContactGroup, ContactNumber
from campana.tenancy import system_scope
from support.cast import NOW, Cast, make_cast

pytestmark = pytest.mark.browser


@pytest.fixture
def people(site: str) -> Cast:
    cast = make_cast()
    with system_scope():
        for n, name in enumerate(("Zdeněk Procházka", "Nguyễn Thị Hồng Nhung", "Ольга Мельникова", "Margaret Ellison")):
            row = Contact.objects.create(
                organisation=cast.lumen, name=name, search=name.lower(), created_at=NOW, updated_at=NOW
            )
            ContactNumber.objects.create(organisation=cast.lumen, contact=row, position=1, number=f"42060000010{n}")
        ContactGroup.objects.create(organisation=cast.lumen, name="VIP", created_at=NOW)
    return cast


def test_ticked_rows_turn_the_filter_into_the_action_bar_in_place(browser: Browser, site: str, people: Cast) -> None:
    with signed_in(browser, site, people.ada, viewport={"width": 1440, "height": 900}) as (context, said):
        page = context.new_page()
        page.goto("/contacts")
        bar, search = page.locator("[data-bulk]"), page.locator("[name=q]")
        top = page.locator("table").bounding_box()
        page.get_by_role("link", name="Margaret Ellison").focus()
        page.keyboard.press("Space")
        expect(bar).to_be_visible()
        expect(search).to_be_hidden()
        assert page.locator("table").bounding_box() == top
        page.keyboard.press("ArrowDown")
        expect(page.get_by_role("link", name="Ольга Мельникова")).to_be_focused()
        page.keyboard.press("Space")
        expect(bar.get_by_role("status")).to_have_text("Ticked: 2")
        shoot(page, "contacts-ticked.1440")
        page.keyboard.press("Escape")
        expect(bar).to_be_hidden()
        expect(page.get_by_role("link", name="Ольга Мельникова")).to_be_focused()
        page.keyboard.press("/")
        expect(search).to_be_focused()
        assert said == []


def test_an_act_asks_in_a_dialog_and_is_done_by_keys(browser: Browser, site: str, people: Cast) -> None:
    with signed_in(browser, site, people.ada, viewport={"width": 1440, "height": 900}) as (context, said):
        page = context.new_page()
        page.goto("/contacts?sort=name")
        page.get_by_label("Tick all on this page").focus()
        page.keyboard.press("Space")
        page.get_by_role("button", name="Add to a group…").focus()
        page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog", name="Add to a group")
        expect(dialog).to_contain_text("Ticked: 4")
        shoot(page, "contacts-dialog.1440")
        dialog.get_by_role("button", name="Add to a group", exact=True).focus()
        page.keyboard.press("Enter")
        expect(page.get_by_text("4 contacts joined VIP.")).to_be_visible()
        assert page.url.endswith("/contacts?sort=name")
        page.get_by_label("Tick Margaret Ellison").click()
        page.get_by_role("button", name="Delete…").click()
        deletes = page.get_by_role("dialog", name="Delete")
        expect(deletes).to_contain_text("go to the recycle bin")
        deletes.get_by_role("button", name="Leave it as it is").click()
        expect(page.get_by_role("button", name="Delete…")).to_be_focused()
        assert said == []


def test_columns_and_views_are_chosen_in_menus(browser: Browser, site: str, people: Cast) -> None:
    with signed_in(browser, site, people.ada, viewport={"width": 1440, "height": 900}) as (context, said):
        page = context.new_page()
        page.goto("/contacts?sort=name")
        page.get_by_text("Columns", exact=True).click()
        page.get_by_label("Time zone").check()
        page.get_by_role("checkbox", name="E-mail").uncheck()
        shoot(page, "contacts-columns.1440")
        page.get_by_role("button", name="Show these").click()
        expect(page.get_by_role("columnheader", name="Time zone")).to_be_visible()
        expect(page.get_by_role("columnheader", name="E-mail")).to_have_count(0)
        page.get_by_text("Views", exact=True).click()
        page.get_by_label("Save this filter, order and columns as").fill("By name")
        page.get_by_role("button", name="Save the view").click()
        page.wait_for_url("**/contacts?sort=name&view=*")
        page.locator("summary", has_text="Views").click()
        shoot(page, "contacts-views.1440")
        page.get_by_role("button", name="Delete the view By name").click()
        page.locator("#confirm-yes").click()
        expect(page.get_by_text("The view By name is deleted.")).to_be_visible()
        assert said == []


@pytest.mark.parametrize("address", ["/contacts", "/calls", "/imports", "/suppressions", "/groups"])
def test_lists_fit_a_phone_with_everything_ticked(browser: Browser, site: str, people: Cast, address: str) -> None:
    with signed_in(browser, site, people.ada) as (context, said):
        page = context.new_page()
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            page.goto(address)
            for box in page.locator("[data-ticks] tbody .check input").all():
                box.check()
            shoot(page, f"list{address.replace('/', '-')}.{width}")
            assert sideways(page) <= 0
        assert said == []


def test_a_search_looks_on_by_itself_until_somebody_is_found(
    browser: Browser, site: str, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One contact a page is looked through, and the one who is looked for is the oldest."""
    monkeypatch.setattr("campana.crm.web.contacts.WINDOW", 1)
    with signed_in(browser, site, people.ada, viewport={"width": 1440, "height": 900}) as (context, said):
        page = context.new_page()
        page.goto("/contacts?q=zden")
        expect(page.get_by_role("link", name="Zdeněk Procházka")).to_be_visible()
        page.goto("/contacts?q=nobody")
        expect(page.get_by_role("heading", name="Nobody found", exact=True)).to_be_visible()
        assert said == []


def test_a_condition_is_added_where_one_types(browser: Browser, site: str, people: Cast) -> None:
    with signed_in(browser, site, people.ada, viewport={"width": 390, "height": 844}) as (context, said):
        page = context.new_page()
        page.goto("/filters/new")
        page.locator("[name=value-0]").fill("Acme")
        page.get_by_role("button", name="Add a condition").focus()
        page.keyboard.press("Enter")
        expect(page.locator("[name=field-1]")).to_be_focused()
        expect(page.locator("[name=value-0]")).to_have_value("Acme")
        expect(page.locator("#conditions > tr")).to_have_count(2)
        assert not sideways(page)
        assert said == []
