"""The hour grid: pointer, keys and typed lines are one value, to the minute."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from browser.test_pages import signed_in
from campana.tenancy import system_scope
from campana.workforce.models import WorkingHours
from support.cast import Cast

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Browser, site: str, cast: Cast) -> Iterator[Page]:
    with system_scope():
        day = WorkingHours.objects.create(
            organisation=cast.lumen, name="Day", periods=[[0, 9 * 60, 12 * 60], [1, 9 * 60 + 15, 10 * 60 + 30]]
        )
    with signed_in(browser, site, cast.ada, viewport={"width": 1440, "height": 900}) as (context, said):
        shown = context.new_page()
        shown.goto(f"/working-hours/{day.pk}")
        yield shown
        assert said == []


def grid(page: Page, row: int, column: int) -> Any:
    return page.locator(".hour-grid tr").nth(row).locator("> *").nth(column)


def line(page: Page, day: int) -> str:
    return page.input_value(f"#hours_{day}")


def test_a_click_takes_one_hour_and_a_head_its_line(page: Page) -> None:
    grid(page, 1, 13).click()
    assert line(page, 0) == "09:00–13:00"
    grid(page, 1, 10).click()
    assert line(page, 0) == "10:00–13:00"
    grid(page, 7, 0).click()
    assert line(page, 6) == "00:00–24:00"
    grid(page, 0, 9).click()
    assert [line(page, day) for day in (0, 2)] == ["08:00–09:00, 10:00–13:00", "08:00–09:00"]
    assert line(page, 1) == "08:00–09:00, 09:15–10:30", "the minutes beside the clicked hour stay"


def test_a_drag_paints_what_the_first_hour_became(page: Page) -> None:
    grid(page, 3, 9).hover()
    page.mouse.down()
    grid(page, 3, 11).hover()
    grid(page, 4, 11).hover()
    page.mouse.up()
    grid(page, 4, 14).hover()
    assert "08:00–09:00" in line(page, 2)
    assert "10:00–11:00" in line(page, 2)
    assert line(page, 3) == "10:00–11:00"


def test_arrows_and_space_are_enough(page: Page) -> None:
    page.locator(".hour-grid [tabindex='0']").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    assert line(page, 2) == "09:00–11:00"
    assert page.locator(".hour-grid [tabindex='0']").count() == 1
    for _ in range(11):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    assert line(page, 2) == "00:00–24:00", "the day's head"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "hours_0"


def test_typed_periods_show_as_cells_and_half_cells(page: Page) -> None:
    page.fill("#hours_4", "8:30-11:30; 14–16")
    page.keyboard.press("Tab")
    shown = [grid(page, 5, hour + 1) for hour in (7, 8, 9, 11, 12, 14, 16)]
    assert [cell.get_attribute("aria-selected") for cell in shown] == [
        "false",
        "true",
        "true",
        "true",
        "false",
        "true",
        "false",
    ]
    assert [cell.get_attribute("data-part") for cell in shown[1:4]] == ["late", "", "early"]
    assert page.locator("[data-sum]").nth(4).inner_text().startswith("5")
    page.fill("#hours_4", "nine to five")
    page.keyboard.press("Tab")
    assert page.get_attribute("#hours_4", "aria-invalid") == "true"
    grid(page, 1, 20).click()
    assert line(page, 4) == "nine to five", "what was typed stays"
    page.fill("#hours_4", "")
    page.keyboard.press("Tab")
    assert page.get_attribute("#hours_4", "aria-invalid") is None


def test_what_the_grid_shows_is_what_is_saved(page: Page) -> None:
    grid(page, 6, 10).click()
    page.click("main form button[type=submit]")
    page.wait_for_url("**/working-hours")
    with system_scope():
        assert WorkingHours.objects.get().periods == [[0, 540, 720], [1, 555, 630], [5, 540, 600]]
