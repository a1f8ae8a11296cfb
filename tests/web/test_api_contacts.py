"""Contacts, groups, filters, suppressions and imports over the REST API."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from campana.crm.imports.run import run_import
from campana.crm.models import Contact, ContactImport, Suppression
from campana.tenancy import organisation_scope, system_scope
from support.cast import NOW, Cast, api_key

Call = Callable[..., Any]


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def call(cast: Cast, client: Client) -> Call:
    return caller(client, api_key(cast.lumen))


def caller(client: Client, key: str) -> Call:
    def call(method: str, path: str, body: Any = None, expect: int | None = None) -> Any:
        data = b"" if body is None else json.dumps(body)
        headers = {"authorization": f"Bearer {key}"}
        answer = client.generic(method, f"/api/v1{path}", data, "application/json" if data else "", headers=headers)
        if expect is not None:
            assert answer.status_code == expect, answer.content
        return json.loads(answer.content) if answer.content else None

    return call


def test_a_contact_is_made_found_changed_and_deleted(call: Call) -> None:
    body = {"name": "Nguyễn Thị Hồng", "phones": ["+84 912 345 678", "601123456"], "email": "Hong@Example.org"}
    made = call("POST", "/contacts", body, 201)
    assert [phone["number"] for phone in made["phones"]] == ["84912345678", "420601123456"]
    for query in ("?query=nguyen%20hong", "?phone=0084912345678", "?query=84912345678", "?email=HONG@example.org"):
        assert [item["id"] for item in call("GET", f"/contacts{query}", expect=200)["items"]] == [made["id"]], query
    assert call("GET", "/contacts?query=petr", expect=200)["items"] == []
    changed = call("PATCH", f"/contacts/{made['id']}", {"company": "Acme", "phones": [], "version": 1}, 200)
    assert (changed["version"], changed["phones"], changed["company"]) == (2, [], "Acme")
    assert call("PATCH", f"/contacts/{made['id']}", {"name": "x", "version": 1}, 409)["code"] == "stale"
    call("DELETE", f"/contacts/{made['id']}", expect=204)
    assert call("GET", f"/contacts/{made['id']}", expect=404)["code"] == "not_found"


def test_every_wrong_value_of_a_contact_is_named(call: Call) -> None:
    body = {"phones": ["113"], "email": "nobody", "time_zone": "Mars", "fields": {"debt": 3}}
    answer = call("POST", "/contacts", body, 422)
    assert {error["field"] for error in answer["errors"]} == {"phones", "email", "time_zone", "fields.debt"}
    with system_scope():
        assert not Contact.objects.exists()


def test_another_organisation_sees_and_changes_nothing(cast: Cast, call: Call, client: Client) -> None:
    made = call("POST", "/contacts", {"name": "Jana", "phones": ["601123456"]}, 201)
    group = call("POST", "/groups", {"name": "November"}, 201)
    dave = caller(client, api_key(cast.other))
    assert dave("GET", "/contacts", expect=200)["items"] == []
    dave("PATCH", f"/contacts/{made['id']}", {"name": "x"}, 404)
    dave("GET", f"/contacts?group={group['id']}", expect=404)
    his = dave("POST", "/groups", {"name": "His"}, 201)
    assert dave("POST", f"/groups/{his['id']}/members", {"ids": [made["id"]]}, 200) == {"changed": 0}
    dave("POST", "/suppressions", {"contact_id": made["id"]}, 404)


def test_a_group_is_filled_by_picking_and_by_condition(call: Call) -> None:
    first = call("POST", "/contacts", {"name": "Jana", "company": "Acme"}, 201)
    call("POST", "/contacts", {"name": "Petr", "company": "ACME s.r.o."}, 201)
    call("POST", "/contacts", {"name": "Eva"}, 201)
    group = call("POST", "/groups", {"name": "November"}, 201)
    assert call("POST", "/groups", {"name": "november"}, 409)["code"] == "group_taken"
    assert call("POST", f"/groups/{group['id']}/members", {"ids": [first["id"]]}, 200) == {"changed": 1}
    condition = {"all": [{"field": "company", "op": "contains", "value": "acme"}]}
    assert call("POST", f"/groups/{group['id']}/members", {"condition": condition}, 200) == {"changed": 1}
    assert call("GET", f"/groups/{group['id']}", expect=200)["size"] == 2
    assert len(call("GET", f"/contacts?group={group['id']}", expect=200)["items"]) == 2
    assert call("DELETE", f"/groups/{group['id']}/members", {"ids": [first["id"]]}, 200) == {"changed": 1}
    call("DELETE", f"/groups/{group['id']}", expect=204)
    assert len(call("GET", "/contacts", expect=200)["items"]) == 3


def test_a_filter_counts_live_and_a_broken_one_names_its_path(call: Call) -> None:
    call("POST", "/fields", {"label": "Debt", "type": "number"}, 201)
    call("POST", "/contacts", {"name": "Jana", "fields": {"debt": "1 200,5"}}, 201)
    condition = {"any": [{"field": "fields.debt", "op": "more", "value": 1000}]}
    saved = call("POST", "/filters", {"name": "Debtors", "condition": condition}, 201)
    assert call("GET", f"/filters/{saved['id']}/count", expect=200) == {"count": 1}
    assert len(call("GET", f"/contacts?filter={saved['id']}", expect=200)["items"]) == 1
    bad = {"any": [{"field": "fields.debt", "op": "more", "value": "a lot"}]}
    answer = call("POST", "/filters", {"name": "Bad", "condition": bad}, 422)
    assert (answer["code"], "any[0].value" in answer["detail"]) == ("bad_condition", True)


def test_a_suppression_holds_repeats_and_is_lifted_with_a_reason(call: Call) -> None:
    body = {"number": "601 123 456", "reason": "complaint", "note": "asked twice"}
    made = call("POST", "/suppressions", body, 201)
    assert (made["number"], made["source"]) == ("420601123456", "api")
    assert call("POST", "/suppressions", body, 201)["id"] == made["id"]
    assert len(call("GET", "/suppressions?number=%2B420601123456", expect=200)["items"]) == 1
    call("DELETE", f"/suppressions/{made['id']}", expect=422)
    call("DELETE", f"/suppressions/{made['id']}?reason=came%20back", expect=204)
    assert call("GET", "/suppressions", expect=200)["items"] == []
    assert call("POST", "/suppressions", {}, 422)["code"] == "nothing_to_suppress"


def test_an_ended_suppression_is_not_listed(cast: Cast, call: Call) -> None:
    with organisation_scope(cast.lumen.pk):
        Suppression.objects.create(
            organisation=cast.lumen,
            number="420601123456",
            source="page",
            starts_at=NOW - timedelta(days=9999),
            ends_at=NOW - timedelta(days=9998),
        )
    assert call("GET", "/suppressions", expect=200)["items"] == []
    assert len(call("GET", "/suppressions?ended=true", expect=200)["items"]) == 1


def upload(client: Client, key: str, content: bytes, **form: str) -> Any:
    data = {"file": SimpleUploadedFile("contacts.csv", content), **form}
    return client.post("/api/v1/contacts/imports", data, headers={"authorization": f"Bearer {key}"})


def test_a_file_is_imported_watched_and_its_errors_downloaded(cast: Cast, client: Client) -> None:
    key = api_key(cast.lumen)
    content = b"Full name,Phone\r\nJana,601123456\r\nBad,6.01E+08\r\nAgain,+420601123456\r\n"
    answer = upload(client, key, content, mapping=json.dumps({"Full name": "name", "Phone": "phone"}))
    assert answer.status_code == 202, answer.content
    started = answer.json()
    assert (started["state"], started["rows"]) == ("queued", 0)
    job = ProcrastinateJob.objects.get(task_name="campana.crm.run_import")
    assert job.args == {"organisation_id": cast.lumen.pk, "import_id": started["id"]}
    with organisation_scope(cast.lumen.pk):
        run_import(import_id=started["id"], now=NOW)
    call = caller(client, key)
    seen = call("GET", f"/contacts/imports/{started['id']}", expect=200)
    figures = {
        name: seen[name] for name in ("state", "rows", "added", "updated", "duplicates", "invalid", "suppressed")
    }
    assert figures == {
        "state": "finished",
        "rows": 3,
        "added": 1,
        "updated": 0,
        "duplicates": 1,
        "invalid": 1,
        "suppressed": 0,
    }
    errors = client.get(seen["error_file"], headers={"authorization": f"Bearer {key}"})
    text = b"".join(errors.streaming_content).decode("utf-8-sig")
    assert [line.split(",")[:3] for line in text.splitlines()[1:]] == [
        ["3", "Phone", "6.01E+08"],
        ["4", "Phone", "420601123456"],
    ]
    assert len(call("GET", f"/contacts?import={started['id']}", expect=200)["items"]) == 1
    assert call("DELETE", f"/contacts/imports/{started['id']}", expect=409)["code"] == "import_state"
    other = {"authorization": f"Bearer {api_key(cast.other)}"}
    assert client.get(seen["error_file"], headers=other).status_code == 404


@pytest.mark.parametrize(
    ("content", "form", "code"),
    [
        (b"A,B\r\n1,2\r\n", {}, "phone_not_mapped"),
        (b"A,B\r\n1,2\r\n", {"mapping": "{"}, "bad_mapping"),
        (b"Phone\r\n601123456\r\n", {"options": '{"existing": "maybe"}'}, "bad_value"),
        (b"Phone\r\n", {}, "bad_file"),
    ],
)
def test_a_refused_import_leaves_nothing(
    cast: Cast, client: Client, tmp_path: Path, content: bytes, form: dict[str, str], code: str
) -> None:
    answer = upload(client, api_key(cast.lumen), content, **form)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    with system_scope():
        assert not ContactImport.objects.exists()
    assert not list(tmp_path.rglob("*.upload"))
    assert not ProcrastinateJob.objects.filter(task_name="campana.crm.run_import").exists()


def test_a_queued_import_is_cancelled(cast: Cast, client: Client, call: Call) -> None:
    started = upload(client, api_key(cast.lumen), b"Phone\r\n601123456\r\n").json()
    assert call("DELETE", f"/contacts/imports/{started['id']}", expect=200)["state"] == "cancelled"


def test_nobody_picked_adds_nobody_to_a_group(call: Call) -> None:
    group = call("POST", "/groups", {"name": "Empty"}, 201)
    assert call("POST", f"/groups/{group['id']}/members", {}, 200) == {"changed": 0}
