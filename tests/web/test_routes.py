"""Every role, nobody and a stranger walk every route of the product.

The routes are found in the resolver and the objects are made from the models (``support.rows``), so a page that
is added later is walked without being named here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from django.http.response import HttpResponseBase
from django.test import Client

from campana.accounts import permissions
from campana.accounts.access import PUBLIC, SIGNED_IN
from campana.accounts.models import User
from campana.accounts.queries import actor_of_user
from support.cast import Cast, make_cast, person, sign_in
from support.routes import Route, all_routes
from support.rows import LUMEN_MARK, LUMEN_ROW, fingerprint, make_rows, strangers, tenant_models

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
TEXT_PARAMETERS: dict[str, str] = {"campaigns/<int:pk>/settings/<slug:step>:step": "general"}
"""Values of path parameters that are not numbers, by ``route pattern:parameter``; others get a word."""

pytestmark = pytest.mark.django_db
ROUTES = all_routes()
FIXED = [route for route in ROUTES if "<" not in route.pattern]
IDS = [route.pattern or "/" for route in ROUTES]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[Cast]:
    """Made once and taken back at the end: the walk changes nothing that it does not take back itself."""
    with django_db_blocker.unblock(), transaction.atomic():
        cast = make_cast()
        person(cast.lumen, "Eve", "employee")
        make_rows(cast)
        yield cast
        transaction.set_rollback(True)


@pytest.fixture
def cast(world: Cast, db: None) -> Cast:
    return world


class Undone(Exception):
    """Takes back what a request did, so that the next one finds the same world."""


def ask(client: Client, method: str, address: str, data: dict[str, str] | None = None) -> HttpResponseBase:
    return client.generic(
        method,
        address,
        "&".join(f"{key}={value}" for key, value in (data or {}).items()),
        content_type="application/x-www-form-urlencoded",
    )


def address_of(route: Route, key: int = LUMEN_ROW) -> str:
    def fill(match: re.Match[str]) -> str:
        kind, name = match.group(1) or "str", match.group(2)
        return str(key) if kind == "int" else TEXT_PARAMETERS.get(f"{route.pattern}:{name}", "word")

    return "/" + re.sub(r"<(?:(\w+):)?(\w+)>", fill, route.pattern)


def requests(client: Client, route: Route) -> Iterator[tuple[str, HttpResponseBase, Callable[[], list[str]]]]:
    """Each method once, each taken back: method, answer, and which watched tables it changed."""
    before = fingerprint()

    def changes() -> list[str]:
        after = fingerprint()
        return sorted(table for table in after if before.get(table) != after[table])

    for method in METHODS:
        try:
            with transaction.atomic():
                yield method, ask(client, method, address_of(route)), changes
                raise Undone
        except Undone:
            pass


def body(answer: HttpResponseBase) -> str:
    if getattr(answer, "streaming", False):
        return b"".join(answer.streaming_content).decode(errors="replace")  # type: ignore[attr-defined]
    return answer.content.decode(errors="replace")  # type: ignore[attr-defined]


def test_every_route_says_who_may_use_it() -> None:
    known = {PUBLIC, SIGNED_IN, *permissions.ALL}
    assert [route.pattern for route in ROUTES if getattr(route.view, "access", None) not in known] == []


def test_no_page_does_without_the_token_against_forged_requests() -> None:
    assert [route.pattern for route in ROUTES if getattr(route.view, "csrf_exempt", False)] == []


def test_every_tenant_table_has_a_row_to_be_looked_for() -> None:
    lumen, _other = make_rows(make_cast())
    assert lumen.failed == {}, "give the values of these models in support.rows.GIVEN"
    assert set(lumen.made) == set(tenant_models())


@pytest.mark.parametrize("route", ROUTES, ids=IDS)
def test_nobody_gets_no_further_than_the_door(route: Route, cast: Cast) -> None:
    client = Client()
    for method, answer, changes in requests(client, route):
        if getattr(route.view, "access", None) == PUBLIC:
            assert answer.status_code < 500
        else:
            assert answer.status_code == 302, method
            assert answer["Location"].startswith("/session")
        if answer.status_code >= 400 or getattr(route.view, "access", None) != PUBLIC:
            assert changes() == [], method
        assert LUMEN_MARK not in body(answer)


@pytest.mark.parametrize("route", ROUTES, ids=IDS)
def test_a_role_opens_what_its_permissions_say_and_a_refusal_writes_nothing(route: Route, cast: Cast) -> None:
    access = getattr(route.view, "access", None)
    reached: set[int] = set()
    whose_rows = User.objects.get(pk=LUMEN_ROW)
    for user in (cast.alice, User.objects.get(name="Eve"), cast.carol, cast.ada, whose_rows):
        client = Client()
        sign_in(client, user)
        for method, answer, changes in requests(client, route):
            if access not in {PUBLIC, SIGNED_IN} and not may(user, access):
                assert answer.status_code == 403, (user.name, method)
            assert answer.status_code < 500, (user.name, method)
            if answer.status_code >= 400:
                assert changes() == [], (user.name, method)
            reached.add(answer.status_code)
            if method == "POST" and answer.status_code == 302:  # signed out, perhaps
                sign_in(client, user)
    if "<int:" in route.pattern:
        assert reached - {403, 404, 405}, "nobody of Lumen reaches the object, so the stranger's walk says nothing"


def may(user: User, access: str) -> bool:
    actor = actor_of_user(user, None)
    return actor is not None and actor.can(access)


@pytest.mark.parametrize("route", ROUTES, ids=IDS)
def test_a_stranger_finds_nothing_of_lumen(route: Route, cast: Cast) -> None:
    client = Client()
    sign_in(client, cast.dave)
    lumens = fingerprint(cast.lumen)
    for method, answer, changes in requests(client, route):
        if "<int:" in route.pattern:
            assert answer.status_code in {403, 404, 405}, method
            assert changes() == [], method
        assert answer.status_code < 500, method
        assert fingerprint(cast.lumen) == lumens, method
        assert LUMEN_MARK not in body(answer), method
        if method == "POST":
            sign_in(client, cast.dave)


@pytest.mark.parametrize("route", FIXED, ids=[route.pattern or "/" for route in FIXED])
def test_a_stranger_can_not_hang_his_things_on_lumens(route: Route, cast: Cast) -> None:
    """Every field of the page's forms is filled with the key of Lumen's rows."""
    client = Client()
    sign_in(client, cast.dave)
    page = ask(client, "GET", address_of(route))
    names = fields_of(body(page))
    if not names:
        return
    lumens = fingerprint(cast.lumen)
    for fill in (str(LUMEN_ROW), LUMEN_MARK):
        data = dict.fromkeys(names, fill)
        for method in ("POST", "PUT"):
            answer = ask(client, method, address_of(route), data)
            assert answer.status_code < 500, method
        ask(client, "GET", address_of(route) + "?" + "&".join(f"{name}={LUMEN_ROW}" for name in names))
    assert fingerprint(cast.lumen) == lumens
    assert strangers() == []


MIXED = "'\"><script>alert(1)</script>; DROP TABLE accounts_user; -- %s {0} \U0010ffff"
NASTY = {"get": (MIXED, "9" * 30, "\x00"), "post": (MIXED, "9" * 30)}


@pytest.mark.parametrize("route", ROUTES, ids=IDS)
def test_nothing_typed_anywhere_breaks_a_page_or_comes_back_as_markup(route: Route, cast: Cast) -> None:
    client = Client()
    sign_in(client, User.objects.get(pk=LUMEN_ROW))
    page = body(ask(client, "GET", address_of(route)))
    names = fields_of(page) | {"q", "search", "before", "after", "state", "next", "order", "sort"}
    for method, values in NASTY.items():
        for value in values:
            answer = taken_back(getattr(client, method), address_of(route), dict.fromkeys(names, value))
            assert answer.status_code < 500, (method, value)
            assert "<script>alert(1)" not in body(answer)
    assert ask(client, "GET", address_of(route, 10**30)).status_code < 500
    sign_in(client, User.objects.get(pk=LUMEN_ROW))


def fields_of(page: str) -> set[str]:
    names = set(re.findall(r'<(?:input|select|textarea|button)[^>]*\bname="([^"]+)"', page))
    return names - {"csrfmiddlewaretoken"}


def taken_back(act: Callable[..., HttpResponseBase], *arguments: Any) -> HttpResponseBase:
    try:
        with transaction.atomic():
            answer = act(*arguments)
            raise Undone
    except Undone:
        return answer
