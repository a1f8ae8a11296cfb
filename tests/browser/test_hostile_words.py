"""Hostile words in every text, on every page of a real browser: nothing runs, nothing asks, nothing is refused.

A browser that had met a script of theirs would say so: the policy refuses it aloud, and what it let through would
fail, for ``z`` is not there.
"""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser

from campana.accounts.models import User
from support.cast import make_cast, sign_in
from support.hostile import address, fill
from support.routes import all_routes
from support.rows import LUMEN_ROW

pytestmark = pytest.mark.browser

TOLD = ("policy", "refused to", "is not defined", "unsafe")


def test_no_page_runs_or_refuses_what_somebody_typed(browser: Browser, site: str) -> None:
    cast = make_cast()
    fill(cast)
    client = Client()
    sign_in(client, User.objects.get(pk=LUMEN_ROW))
    said: list[str] = []
    asked: list[str] = []
    context = browser.new_context(base_url=site, reduced_motion="reduce")
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": site}])
    context.on("console", lambda message: said.append(message.text))
    context.on("weberror", lambda error: said.append(str(error.error)))
    page = context.new_page()
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    seen = 0
    for route in all_routes():
        if "links/" in route.pattern or getattr(route.view, "access", None) == "public":
            continue
        found = client.get(address(route))
        if found.status_code != 200 or not found["Content-Type"].startswith("text/html") or found.streaming:
            continue
        page.goto(address(route), wait_until="load")
        seen += 1
        wrong = [text for text in said if any(word in text.lower() for word in TOLD)]
        assert (wrong, asked) == ([], []), route.pattern
    context.close()
    assert seen >= 50
