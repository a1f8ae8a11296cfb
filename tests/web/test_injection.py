"""Nothing anybody typed, uploaded or sent becomes markup, script, template or formula anywhere (CRM-810, CAM-215).

First every text column holds hostile words and every page is walked; then every form and every request is filled
with them, so that what comes back at once is seen too; then the pages are walked again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from campana.accounts.models import User
from campana.config.api import api
from campana.crm.models import ContactImport
from campana.tenancy import organisation_scope, system_scope
from support.api import ApiClient, make_key
from support.cast import Cast, make_cast, sign_in
from support.hostile import ADDRESS, EVIL, EVILS, LINK, MAIL, SPOKEN, address, faults, fill, formulas, read
from support.routes import Route, all_routes
from support.rows import LUMEN_ROW

pytestmark = pytest.mark.django_db

ROUTES = all_routes()
LEAVES = re.compile(r"^(session|set-up|password-reset|profile/password|people/<int:pk>/ownership|emergency-stop)")
"""Forms that end the walker's own session or stop the work of all."""


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[Cast]:
    with django_db_blocker.unblock(), transaction.atomic():
        cast = make_cast()
        fill(cast)
        yield cast
        transaction.set_rollback(True)


@pytest.fixture
def cast(world: Cast, db: None) -> Cast:
    return world


def walker() -> Client:
    client = Client()
    sign_in(client, User.objects.get(pk=LUMEN_ROW))
    return client


def test_the_reader_finds_what_it_is_for() -> None:
    """The net has no holes: each of these would be caught."""
    for page in (
        f"<p>{EVIL}</p>",
        f'<input value="{EVIL}">',
        f'<a href="{LINK}">x</a>',
        "<p onclick=z()>",
        "<p hx-on:click=z()>",
        "<p style='color:red'>",
        "<script>z()</script>",
        "<script src=https://x.example/z.js></script>",
        "<iframe src=/x></iframe>",
    ):
        assert read(page).wrong, page
    assert read('<script src="/static/ui/js/ui.js" defer></script><p>&lt;script&gt;</p><b hx-get="/x">').wrong == []
    assert formulas("a,b\r\n=1+1,x\r\n") != []
    assert formulas("a,b\r\n+A1,-2+3+cmd\r\n") != []
    assert formulas("a,b\r\n'=1+1,+420 601 123 456\r\n") == []


@pytest.mark.parametrize("route", ROUTES, ids=[route.pattern or "/" for route in ROUTES])
def test_stored_words_stay_words_on_every_page(route: Route, cast: Cast) -> None:
    client = walker()
    for where in (address(route), f"{address(route)}?seen=nothing", f"{address(route)}?state=all&page=1"):
        for headers in ({}, {"HX-Request": "true"}):
            with transaction.atomic():
                answer = client.get(where, headers=headers)
                assert answer.status_code < 500
                assert faults(answer) == [], (where, headers)


def test_hostile_words_are_shown_where_they_were_written(cast: Cast) -> None:
    """The walk means something: the pages do show them."""
    client = walker()
    shown = "&lt;script&gt;z()&lt;/script&gt;"
    for where in (
        "/contacts",
        f"/contacts/{LUMEN_ROW}",
        f"/campaigns/{LUMEN_ROW}",
        f"/calls/{LUMEN_ROW}",
        "/agents",
        "/agent-groups",
        "/hotlines",
        "/trunks",
        "/webhooks",
        "/people",
        "/roles",
        "/api-keys",
        "/audit",
        "/imports",
        "/suppressions",
        "/fields",
        "/filters",
        "/groups",
        "/holidays",
        "/working-hours",
        "/result-sets",
        "/organisation",
        "/desk",
        "/floor",
    ):
        assert shown in client.get(where).content.decode(), where


@pytest.mark.parametrize("route", ROUTES, ids=[route.pattern or "/" for route in ROUTES])
def test_words_of_the_address_stay_words(route: Route, cast: Cast) -> None:
    client = walker()
    page = client.get(address(route))
    names = {"q", "search", "next", "state", "sort", "before", "after", "view", "from", "to", "kind", "object", "type"}
    if not page.streaming:
        names |= {name for form in read(page.content.decode(errors="replace")).forms for name in form.values}
    for words in EVILS:
        with transaction.atomic():
            answer = client.get(address(route), dict.fromkeys(names, words))
            assert answer.status_code < 500, words
            assert faults(answer) == [], words


def forms_of(client: Client, route: Route) -> Iterator[tuple[str, Any]]:
    answer = client.get(address(route))
    if answer.status_code != 200 or answer.streaming or not answer["Content-Type"].startswith("text/html"):
        return
    for form in read(answer.content.decode()).forms:
        where = (form.action or address(route)).split("#")[0]
        if form.method == "post" and not LEAVES.match(where.lstrip("/")):
            yield where, form


def test_whatever_is_typed_into_any_form_stays_words(cast: Cast) -> None:
    """Each form is sent four times: hostile everywhere; only where words are meant; a link; a mail and an address."""
    client = walker()
    taken: set[str] = set()
    asked: set[str] = set()
    for route in ROUTES:
        for where, form in forms_of(client, route) if not LEAVES.match(route.pattern) else ():
            asked.add(where)
            mixed = {**form.filled(EVIL, only=SPOKEN), **dict.fromkeys(form.texts & {"email"}, MAIL)}
            mixed |= dict.fromkeys(form.texts & {"url"}, ADDRESS)
            for data in (form.filled(EVIL), form.filled(EVIL, only=SPOKEN), form.filled(LINK), mixed):
                with transaction.atomic():
                    answer = client.post(where, {name: value for name, value in data.items() if value is not None})
                assert answer.status_code < 500, (where, data)
                assert faults(answer) == [], (where, data)
                if answer.status_code in {302, 303}:
                    taken.add(where)
            sign_in(client, User.objects.get(pk=LUMEN_ROW))
    assert len(asked) >= 30, sorted(asked)
    assert len(taken) >= 15, sorted(taken)
    for route in ROUTES:
        with transaction.atomic():
            answer = client.get(address(route))
        assert answer.status_code < 500, route.pattern
        assert faults(answer) == [], route.pattern


def test_a_hostile_file_stays_a_file(cast: Cast) -> None:
    client = walker()
    cell = '"' + EVIL.replace('"', '""') + '"'
    names = ('"><img src=x onerror=z()>.csv', "../../=z().csv", "a\r\nSet-Cookie: z=1.csv")
    for n, name in enumerate(names):
        head = cell.replace("1333", f"{n}")
        content = f"{head},Phone,{head}\r\n{cell},601123456,{cell}\r\n{cell},{cell},x\r\n"
        uploaded = client.post("/imports", {"file": SimpleUploadedFile(name, content.encode())})
        assert uploaded.status_code == 303
        assert faults(client.get(uploaded.url)) == []
        start = {"column-0": "name", "column-1": "phone", "column-2": "new.text", "keep_unreadable": "yes"}
        begun = client.post(f"{uploaded.url}/run", {**start, "profile": EVIL})
        assert begun.status_code == 303, begun.content.decode()[-3000:]
        with organisation_scope(cast.lumen.pk):
            from campana.crm.imports.run import run_import
            from campana.kernel.clock import utc_now

            newest = ContactImport.objects.latest("pk")
            assert "\n" not in newest.file_name
            run_import(import_id=newest.pk, now=utc_now())
        for where in ("/imports", uploaded.url, f"{uploaded.url}/errors", "/fields", "/contacts"):
            assert faults(client.get(where)) == [], where
    exported = client.post("/contacts/ticked", {"act": "export", "ids": [LUMEN_ROW, *_newest()]})
    assert exported["Content-Type"].startswith("text/csv")
    assert "'=z()" in exported.content.decode()
    assert faults(exported) == []


def _newest() -> list[int]:
    from campana.crm.models import Contact

    with system_scope():
        return list(Contact.objects.order_by("-pk").values_list("pk", flat=True)[:5])


def test_whatever_a_program_sends_stays_words(cast: Cast, settings: Any) -> None:
    settings.API_BURST = settings.API_RATE = 1_000_000
    client = ApiClient(make_key(cast.lumen, secret="hostile"))
    schema = api.get_openapi_schema()
    taken = 0
    for path, methods in schema["paths"].items():
        where = re.sub(r"\{\w+\}", str(LUMEN_ROW), path.removeprefix("/api/v1"))
        for method, operation in methods.items():
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
            for words in EVILS if body else (EVIL,):
                given = made_of(body, schema, words) if body else None
                with transaction.atomic():
                    answer = client.call(method.upper(), where, given)
                assert answer.status_code < 500, (method, path, given)
                assert not answer["Content-Type"].startswith("text/html") if answer.content else True, path
                assert answer["X-Content-Type-Options"] == "nosniff"
                assert "unsafe" not in answer["Content-Security-Policy"]
                taken += bool(body) and answer.status_code < 300
    assert taken >= 20
    pages = walker()
    for route in ROUTES:
        with transaction.atomic():
            answer = pages.get(address(route))
        assert answer.status_code < 500, route.pattern
        assert faults(answer) == [], route.pattern


def made_of(schema: dict[str, Any], document: dict[str, Any], words: str) -> Any:
    """A body as the schema wants it, with hostile words wherever it takes any."""
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    options = [each for each in schema.get("anyOf", []) if each.get("type") != "null"]
    if options:
        return made_of({**options[0], "description": ""}, document, words)
    if "enum" in schema or "const" in schema:
        return schema.get("const", (schema.get("enum") or [None])[0])
    kind = schema.get("type")
    if kind == "object":
        known = {name: made_of(each, document, words) for name, each in schema.get("properties", {}).items()}
        known.pop("version", None)
        return known or {"key": words}
    if kind == "array":
        return [made_of(schema.get("items", {}), document, words)] if schema.get("minItems", 0) < 2 else [0, 60, 120]
    if kind == "string":
        return _text(schema, words)
    if kind == "boolean":
        return True
    return schema.get("default") or max(schema.get("minimum", 0), schema.get("exclusiveMinimum", 0) + 1, LUMEN_ROW)


def _text(schema: dict[str, Any], words: str) -> str:
    if schema.get("format") == "date-time":
        return "2031-01-07T10:00:00Z"
    if schema.get("format") == "date":
        return "2031-01-07"
    words = words[: schema.get("maxLength", 1000)]
    pattern = schema.get("pattern")
    if pattern and not re.search(pattern, words):
        return str((schema.get("examples") or [""])[0])
    return words
