"""What bin/screens complains of by itself."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from campana.config.screens.faults import faults

pytestmark = pytest.mark.browser
FINE = '<p>Whole words.</p><p>Below them others.</p><p hidden style="width: 20px; overflow: hidden">Not shown</p>'


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (FINE, ""),
        ('<p style="width: 30px; overflow: hidden; white-space: nowrap">Cut in the middle</p>', "is cut off"),
        ('<p>Under</p><p style="position: absolute; top: 12px; left: 8px; margin: 0">Above</p>', "stand on each other"),
        ('<p style="width: 3000px">Wide</p>', "scrolls sideways by"),
    ],
)
def test_a_fault_that_a_machine_can_see_is_told(browser: Browser, body: str, told: str) -> None:
    page = browser.new_page(viewport={"width": 400, "height": 400})
    page.set_content(f"<!doctype html><body>{body}</body>")
    found = faults(page)
    page.close()
    assert (told in " ".join(found)) if told else found == []
