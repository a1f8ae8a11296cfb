"""Every role, nobody and a stranger walk every route of the product.

The routes are found in the resolver and the objects are made from the models (``support.rows``), so a page that
is added later is walked without being named here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from django.db import connection, transaction
from django.http.response import HttpResponseBase
from django.test import Client, override_settings

from campana.accounts import permissions
from campana.accounts.access import PUBLIC, SIGNED_IN
from campana.accounts.models import Organisation, User
from campana.accounts.queries import actor_of_user
from campana.tenancy import system_scope
from support.cast import Cast, make_cast, person, sign_in
from support.routes import Route, all_routes
from support.rows import LUMEN_MARK, LUMEN_ROW, fingerprint, make_rows, strangers, tenant_models, written

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
TEXT_PARAMETERS: dict[str, str] = {"campaigns/<int:pk>/settings/<slug:step>:step": "general"}
"""Values of path parameters that are not numbers, by ``route pattern:parameter``; others get a word."""

pytestmark = pytest.mark.django_db
ROUTES = all_routes()
FIXED = [route for route in ROUTES if "<" not in route.pattern]
IDS = [route.pattern or "/" for route in ROUTES]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cast]:
    """Made once and taken back at the end: the walk changes nothing that it does not take back itself."""
    sounds = tmp_path_factory.mktemp("audio")
    with override_settings(AUDIO_ROOT=sounds), django_db_blocker.unblock(), transaction.atomic():
        cast = make_cast()
        person(cast.lumen, "Eve", "employee")
        for rows in make_rows(cast):
            (sounds / f"{rows.mark}.wav").write_bytes(b"RIFF")
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


class Walked(NamedTuple):
    """One request that was taken back."""

    method: str
    answer: HttpResponseBase
    body: str
    changed: list[str]
    """Watched tables that it changed."""
    others_changed: bool
    """Whether a row of the organisation that was asked about changed."""


def requests(client: Client, route: Route, *, others: Organisation | None = None) -> Iterator[Walked]:
    """Each method once. What changed is told by fingerprints while it stands and after it was taken back; where nothing
    was written at all there is nothing to compare."""
    for method in METHODS:
        prints = None
        try:
            with transaction.atomic():
                start = written()
                answer = ask(client, method, address_of(route))
                text = body(answer)
                if written() != start:
                    prints = fingerprint(), fingerprint(others) if others else {}
                raise Undone
        except Undone:
            pass
        if prints is None:
            yield Walked(method, answer, text, [], False)
            continue
        before = fingerprint()
        changed = sorted(table for table in prints[0] if before.get(table) != prints[0][table])
        yield Walked(method, answer, text, changed, others is not None and fingerprint(others) != prints[1])


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


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE crm_contact SET name = 'changed'",
        "DELETE FROM calls_attempt",
        "INSERT INTO crm_contactgroup (organisation_id, name, created_at) SELECT organisation_id, 'new', created_at"
        " FROM crm_contact LIMIT 1",
    ],
)
def test_whatever_a_request_writes_is_seen(cast: Cast, statement: str) -> None:
    """Also in a part of a table, and also when it is taken back."""
    start, before = written(), fingerprint(cast.lumen)
    with transaction.atomic(), system_scope(), connection.cursor() as cursor:
        cursor.execute(statement)
        assert written() > start
        assert fingerprint(cast.lumen) != before
        transaction.set_rollback(True)
    assert written() > start
    assert fingerprint(cast.lumen) == before


@pytest.mark.parametrize("route", ROUTES, ids=IDS)
def test_nobody_gets_no_further_than_the_door(route: Route, cast: Cast) -> None:
    client = Client()
    for method, answer, text, changed, _ in requests(client, route):
        if getattr(route.view, "access", None) == PUBLIC:
            assert answer.status_code < 500
        else:
            assert answer.status_code == 302, method
            assert answer["Location"].startswith("/session")
        if answer.status_code >= 400 or getattr(route.view, "access", None) != PUBLIC:
            assert changed == [], method
        assert LUMEN_MARK not in text


@pytest.mark.parametrize("route", ROUTES, ids=IDS)
def test_a_role_opens_what_its_permissions_say_and_a_refusal_writes_nothing(route: Route, cast: Cast) -> None:
    access = getattr(route.view, "access", None)
    reached: set[int] = set()
    whose_rows = User.objects.get(pk=LUMEN_ROW)
    for user in (cast.alice, User.objects.get(name="Eve"), cast.carol, cast.ada, whose_rows):
        client = Client()
        sign_in(client, user)
        allowed = access in {PUBLIC, SIGNED_IN} or may(user, str(access))
        for method, answer, _, changed, _ in requests(client, route):
            if not allowed:
                assert answer.status_code == 403, (user.name, method)
            assert answer.status_code < 500, (user.name, method)
            if answer.status_code >= 400:
                assert changed == [], (user.name, method)
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
    for method, answer, text, changed, lumens_changed in requests(client, route, others=cast.lumen):
        if "<int:" in route.pattern:
            assert answer.status_code in {403, 404, 405}, method
            assert changed == [], method
        assert answer.status_code < 500, method
        assert not lumens_changed, method
        assert LUMEN_MARK not in text, method
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
