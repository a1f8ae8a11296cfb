"""The index of the administration: everything the reader may set up, and what is missing."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from campana.onboarding.web.places import SECTIONS
from campana.tenancy import organisation_scope
from campana.ui.navigation import ENTRIES
from support import campaigns as make
from support.cast import Cast, sign_in

pytestmark = pytest.mark.django_db


def links(page: str) -> set[str]:
    main = page[page.index("<main") :]
    return set(re.findall(r'<a href="([^"]+)"', main))


def test_an_administrator_finds_every_place_and_each_of_them_opens(cast: Cast, client: Client) -> None:
    sign_in(client, cast.ada)
    page = client.get("/settings").content.decode()
    found = links(page)
    assert len(found) == sum(len(places) for _word, places in SECTIONS)
    for address in sorted(found):
        assert client.get(address).status_code == 200, address


def test_others_see_only_what_they_may_open(cast: Cast, client: Client) -> None:
    sign_in(client, cast.carol)
    found = links(client.get("/settings").content.decode())
    assert "/trunks" in found
    assert not found & {"/organisation", "/people", "/api-keys", "/webhooks", "/audit"}
    for address in sorted(found):
        assert client.get(address).status_code == 200, address
    sign_in(client, cast.alice)
    assert "Your role sets nothing up." in client.get("/settings").content.decode()


def test_what_is_missing_is_named_until_it_is_there(cast: Cast, client: Client) -> None:
    sign_in(client, cast.ada)
    assert "No hotline: there is no number to show." in client.get("/settings").content.decode()
    with organisation_scope(cast.lumen.pk):
        make.hotline(cast.lumen)
    page = client.get("/settings").content.decode()
    assert "No hotline" not in page
    assert "1 hotline" in page


def test_a_page_without_an_entry_of_its_own_marks_the_settings(cast: Cast, client: Client) -> None:
    sign_in(client, cast.ada)
    for address in ("/settings", "/people", "/webhooks", "/fields", "/audit"):
        side = client.get(address).content.decode()
        assert re.search(r'<a href="/settings" aria-current="page">', side), address


def test_the_navigation_names_only_pages_that_exist() -> None:
    from django.urls import NoReverseMatch, reverse

    for _title, entries in ENTRIES:
        for entry in entries:
            for route in entry.routes[:1]:
                try:
                    reverse(route)
                except NoReverseMatch:
                    pytest.fail(route)
