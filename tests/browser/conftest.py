"""A browser in front of the real site. Needs Chromium: Debian's, or the one Playwright brings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from support.site import served, settle

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from pytest_django import DjangoDbBlocker


@pytest.fixture(scope="session")
def server(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    with django_db_blocker.unblock(), served() as address:
        yield address


@pytest.fixture
def site(server: str, transactional_db: None, browser: Browser) -> Iterator[str]:
    """The address of the site, with an empty database behind it."""
    yield server
    for context in browser.contexts:
        context.close()
    settle()
