"""The living style page in a browser: it fits, keeps the policy, and its components do what they promise."""

from __future__ import annotations

from itertools import product

import pytest
from playwright.sync_api import Browser, Page, expect

from browser.test_pages import SIZES, culprits, shoot, sideways, signed_in
from support.cast import Cast, make_cast

pytestmark = pytest.mark.browser


@pytest.fixture
def people(site: str) -> Cast:
    return make_cast()


def test_the_style_page_fits_in_both_themes(browser: Browser, site: str, people: Cast) -> None:
    wrong = []
    with signed_in(browser, site, people.ada) as (context, said):
        page = context.new_page()
        for (width, height), theme in product(SIZES, ("light", "dark")):
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            page.goto("/style")
            page.evaluate("document.fonts.ready")
            shoot(page, f"style.{width}.{theme}")
            if sideways(page) > 0:
                wrong.append(f"at {width} it scrolls sideways by {sideways(page)}: {culprits(page)}")
            wrong += said
            said.clear()
    assert not wrong, "\n".join(wrong)


def test_a_dangerous_act_asks_first_and_the_safe_answer_has_the_focus(
    browser: Browser, site: str, people: Cast
) -> None:
    with signed_in(browser, site, people.ada) as (context, said):
        page = context.new_page()
        page.goto("/style")
        finish = page.get_by_role("button", name="Finish…")
        finish.click()
        dialog = page.get_by_role("dialog", name="Finish")
        expect(dialog).to_contain_text("The campaign ends for good")
        expect(page.get_by_role("button", name="Leave it as it is").locator("visible=true").last).to_be_focused()
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        expect(finish).to_be_focused()
        assert page.url.endswith("/style")
        finish.click()
        page.locator("#confirm-yes").click()
        page.wait_for_url("**/style?*")
        assert said == []


def test_a_tick_moves_a_line_to_the_other_list(browser: Browser, site: str, people: Cast) -> None:
    with signed_in(browser, site, people.ada) as (context, _said):
        page = context.new_page()
        page.goto("/style")
        picker = page.locator("[data-picker]")
        free, chosen = picker.locator("[data-list=free]"), picker.locator("[data-list=chosen]")
        free.get_by_label("Marek Dušek").focus()
        page.keyboard.press("Space")
        expect(chosen).to_contain_text("Marek Dušek")
        expect(free.get_by_label("Anna Vetrova")).to_be_focused()
        expect(picker.get_by_role("status")).to_have_text("2 chosen")
        assert free.get_by_label("Lê Thu Hà").is_disabled()
        picker.get_by_role("button", name="Take all out").click()
        expect(chosen).not_to_contain_text("Petra")
        assert [box.get_attribute("value") for box in free.locator("input").all()] == ["1", "2", "3", "4"]
        picker.get_by_label("Narrow the list").fill("ha")
        expect(free.locator("li").locator("visible=true")).to_have_count(1)


def test_a_chart_is_drawn_from_its_table(browser: Browser, site: str, people: Cast) -> None:
    with signed_in(browser, site, people.ada) as (context, _said):
        page = context.new_page()
        page.goto("/style")
        bars = page.locator("figure[data-chart=bars]")
        expect(bars.locator(".series rect")).to_have_count(6)
        expect(bars.locator("table")).to_be_hidden()
        heights = [float(bar.get_attribute("height") or 0) for bar in bars.locator(".series rect").all()]
        assert heights.index(max(heights)) == 4
        assert abs(heights[0] / heights[4] - 71 / 86) < 0.001
        expect(page.locator("figure[data-chart=lines] polyline")).to_have_count(2)
        bars.locator("summary").click()
        expect(bars.locator("table")).to_be_visible()


def test_the_keys_of_a_page_are_listed_by_a_question_mark(browser: Browser, site: str, people: Cast) -> None:
    with signed_in(browser, site, people.ada) as (context, _said):
        page = context.new_page()
        page.goto("/contacts")
        page.keyboard.press("?")
        sheet = page.get_by_role("dialog", name="Keys of this page")
        expect(sheet).to_contain_text("New contact")
        page.keyboard.press("n")
        expect(sheet).to_be_visible()
        page.keyboard.press("Escape")
        _typed_without_effect(page)
        page.keyboard.press("n")
        page.wait_for_url("**/contacts/new")


def _typed_without_effect(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("n?")
    assert page.input_value("[name=q]") == "n?"
    page.evaluate("document.activeElement.blur()")
