"""The infrastructure of the REST API, tried on a toy API: keys, problems, paging, atomicity."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from campana.accounts import permissions
from campana.accounts.models import ApiKey, Organisation
from campana.crm.models import Contact
from campana.tenancy import organisation_scope, system_scope
from support.api import ApiClient, make_key, make_organisation

pytestmark = [pytest.mark.django_db, pytest.mark.urls("support.toy_api")]


@pytest.fixture
def lumen() -> Organisation:
    return make_organisation("lumen")


@pytest.fixture
def client(lumen: Organisation) -> ApiClient:
    return ApiClient(make_key(lumen))


def toys() -> list[str]:
    with system_scope():
        return list(Contact.objects.order_by("id").values_list("name", flat=True))


def add_toys(organisation: Organisation, *names: str) -> list[Contact]:
    now = datetime(2030, 1, 7, tzinfo=UTC)
    with organisation_scope(organisation.pk):
        return [
            Contact.objects.create(organisation=organisation, name=name, created_at=now, updated_at=now)
            for name in names
        ]


def assert_problem(response: Any, status: int, code: str) -> dict[str, Any]:
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert set(body) == {"type", "title", "status", "code", "detail", "errors"}
    assert (body["status"], body["code"]) == (status, code)
    assert response["X-Request-Id"]
    return body


# --- keys ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("header", [None, "", "Bearer ", "Bearer nobody", "Basic eDp5", "Bearer \x80", "Bearer a b"])
def test_without_a_valid_key_nothing_is_shown(header: str | None, lumen: Organisation) -> None:
    extra = {} if header is None else {"HTTP_AUTHORIZATION": header}
    response = ApiClient().get("/toys", **extra)
    assert_problem(response, 401, "unauthorised")
    assert response["WWW-Authenticate"].startswith("Bearer")


def test_an_expired_and_a_revoked_key_are_refused(lumen: Organisation) -> None:
    expired = make_key(lumen, secret="expired", expires_at=datetime(2020, 1, 1, tzinfo=UTC))
    revoked = make_key(lumen, secret="revoked", revoked_at=datetime(2020, 1, 1, tzinfo=UTC))
    valid = make_key(lumen, secret="valid", expires_at=datetime(2999, 1, 1, tzinfo=UTC))
    assert [ApiClient(key).get("/toys").status_code for key in (expired, revoked, valid)] == [401, 401, 200]


def test_a_role_without_the_permission_is_refused_by_name(lumen: Organisation) -> None:
    operator = ApiClient(make_key(lumen, role=permissions.OPERATOR))
    body = assert_problem(operator.get("/toys"), 403, "not_allowed")
    assert permissions.CONTACTS_VIEW in body["detail"]


def test_scopes_narrow_the_role_of_a_key(lumen: Organisation) -> None:
    reader = ApiClient(make_key(lumen, secret="reader", scopes=[permissions.CONTACTS_VIEW]))
    assert reader.get("/toys").status_code == 200
    assert_problem(reader.call("POST", "/toys", {"name": "duck"}), 403, "not_allowed")
    assert toys() == []


def test_scopes_do_not_widen_the_role(lumen: Organisation) -> None:
    greedy = ApiClient(make_key(lumen, role=permissions.OPERATOR, secret="greedy", scopes=[permissions.CONTACTS_VIEW]))
    assert_problem(greedy.get("/toys"), 403, "not_allowed")


def test_an_operation_that_declares_nothing_is_refused_even_to_an_administrator(client: ApiClient) -> None:
    assert_problem(client.get("/unmarked"), 403, "not_allowed")


def test_the_last_use_of_a_key_is_noted_once_a_minute(client: ApiClient) -> None:
    client.get("/toys")
    with system_scope():
        first = ApiKey.objects.get().last_used_at
    client.get("/toys")
    with system_scope():
        assert first is not None
        assert ApiKey.objects.get().last_used_at == first
        ApiKey.objects.update(last_used_at=first - timedelta(seconds=61))
    client.get("/toys")
    with system_scope():
        last = ApiKey.objects.get().last_used_at
        assert last is not None
        assert last > first - timedelta(seconds=61)


# --- tenancy -------------------------------------------------------------------------------------


def test_another_organisation_sees_nothing(client: ApiClient, lumen: Organisation) -> None:
    [duck] = add_toys(lumen, "duck")
    other = ApiClient(make_key(make_organisation("other")))
    assert other.get("/toys").json() == {"items": [], "next_cursor": None}
    assert_problem(other.get(f"/toys/{duck.pk}"), 404, "not_found")
    assert client.get(f"/toys/{duck.pk}").json() == {"id": duck.pk, "name": "duck"}


def test_the_scope_is_closed_after_the_request(client: ApiClient, lumen: Organisation) -> None:
    add_toys(lumen, "duck")
    for path in ("/toys", "/unmarked", "/toys?limit=0"):
        client.get(path)
        assert Contact.objects.count() == 0
    client.call("POST", "/toys", {"name": "crash"})
    assert Contact.objects.count() == 0


# --- problems ------------------------------------------------------------------------------------


def test_an_unknown_address_is_a_problem(client: ApiClient) -> None:
    for path in ("/nothing", "/", "/toys/1/", "/toys/1/nothing"):
        assert_problem(client.get(path), 404, "unknown_route")


def test_a_wrong_method_is_a_problem_that_names_the_right_ones(client: ApiClient) -> None:
    response = client.delete("/toys")
    assert_problem(response, 405, "method_not_allowed")
    assert set(response["Allow"].split(", ")) == {"GET", "POST"}


def test_a_missing_object_is_a_problem(client: ApiClient) -> None:
    assert_problem(client.get("/toys/9223372036854775807"), 404, "not_found")


@pytest.mark.parametrize("value", ["0", "-1", "9223372036854775808", "x", "1e5", "%00"])
def test_an_id_that_no_row_can_have_is_invalid(client: ApiClient, value: str) -> None:
    body = assert_problem(client.get(f"/toys/{value}"), 422, "invalid")
    assert body["errors"][0]["field"] == "toy_id"


@pytest.mark.parametrize(
    "body",
    [b"{", b'{"name": NaN}', b'{"name": 1e999}', b"\xff", b'{"size": ' + b"1" * 5000 + b"}", b"[" * 200_000],
    ids=["cut", "nan", "infinite", "not utf-8", "endless", "deep"],
)
def test_what_is_not_json_is_malformed(client: ApiClient, body: bytes) -> None:
    assert_problem(client.post("/toys", body, content_type="application/json"), 400, "malformed")


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({}, "name", "required"),
        ({"name": "duck", "colour": "red"}, "colour", "unknown_field"),
        ({"name": 5}, "name", "string_type"),
        ({"name": ""}, "name", "string_too_short"),
        ({"name": "d" * 121}, "name", "string_too_long"),
        ({"name": "duck", "size": "5"}, "size", "int_type"),
        ({"name": "duck", "size": 1.5}, "size", "int_type"),
        ({"name": "duck", "at": "2030-01-01T00:00:00"}, "at", "timezone_aware"),
        ({"name": "duck", "at": 1893456000}, "at", "value_error"),
        ({"name": "duck", "at": "1893456000"}, "at", "value_error"),
        ({"name": "duck", "at": "0001-01-01T00:00:00+14:00"}, "at", "value_error"),
        ([], "", "model_type"),
    ],
)
def test_a_wrong_value_is_named(client: ApiClient, body: Any, field: str, code: str) -> None:
    problem = assert_problem(client.call("POST", "/toys", body), 422, "invalid")
    assert [(error["field"], error["code"]) for error in problem["errors"]] == [(field, code)]
    assert toys() == []


@pytest.mark.parametrize("name", ["a\\u0000b", "a\\ud800b", "a\\uD800"])
def test_text_postgresql_can_not_hold_is_refused(client: ApiClient, name: str) -> None:
    body = assert_problem(
        client.post("/toys", f'{{"name": "{name}"}}'.encode(), content_type="application/json"), 422, "nul_character"
    )
    assert body["errors"][0]["field"] == "name"


def test_an_escaped_pair_of_surrogates_is_a_character(client: ApiClient) -> None:
    response = client.post("/toys", b'{"name": "\\ud83e\\udd86"}', content_type="application/json")
    assert response.json()["name"] == "\U0001f986"


def test_a_misspelt_filter_is_refused(client: ApiClient) -> None:
    body = assert_problem(client.get("/toys?nmaed=duck"), 422, "unknown_parameter")
    assert body["errors"][0]["field"] == "nmaed"


def test_a_nul_in_a_filter_is_refused(client: ApiClient) -> None:
    assert_problem(client.get("/toys?named=a%00"), 422, "nul_character")


def test_a_nul_in_a_form_is_refused(client: ApiClient) -> None:
    upload = SimpleUploadedFile("a.csv", b"x")
    assert_problem(client.post("/toys/upload", {"file": upload, "name": "a\x00"}), 422, "nul_character")
    assert toys() == []


def test_another_content_type_is_refused(client: ApiClient) -> None:
    assert_problem(client.post("/toys", b"name=duck", content_type="text/plain"), 415, "media_type")
    assert_problem(client.post("/toys/upload", b"{}", content_type="application/json"), 415, "media_type")


def test_a_body_over_the_limit_is_too_large(client: ApiClient, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = settings.API_UPLOAD_LIMIT = 1000
    big = json.dumps({"name": "d" * 2000}).encode()
    assert_problem(client.post("/toys", big, content_type="application/json"), 413, "too_large")
    upload = {"file": SimpleUploadedFile("a.csv", b"x" * 2000), "name": "duck"}
    assert_problem(client.post("/toys/upload", upload), 413, "too_large")


def test_a_broken_form_is_malformed(client: ApiClient) -> None:
    assert_problem(client.post("/toys/upload", b"x", content_type="multipart/form-data"), 400, "malformed")


def test_a_crash_tells_nothing_but_a_request_id(client: ApiClient) -> None:
    response = client.call("POST", "/toys", {"name": "crash"})
    body = assert_problem(response, 500, "internal")
    assert response["X-Request-Id"] in body["detail"]
    assert b"secret" not in response.content


# --- atomicity -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "status"), [("refuse", 422), ("conflict", 409), ("crash", 500)])
def test_after_a_refusal_the_database_is_as_it_was(client: ApiClient, name: str, status: int) -> None:
    assert client.call("POST", "/toys", {"name": name}).status_code == status
    assert toys() == []
    assert client.call("POST", "/toys", {"name": "duck"}).status_code == 201
    assert toys() == ["duck"]


# --- paging --------------------------------------------------------------------------------------


def walk(client: ApiClient, path: str) -> list[str]:
    names: list[str] = []
    cursor = ""
    while True:
        joint = "&" if "?" in path else "?"
        body = client.get(f"{path}{joint}limit=2" + (f"&cursor={cursor}" if cursor else "")).json()
        names += [item["name"] for item in body["items"]]
        cursor = body["next_cursor"]
        if cursor is None:
            return names


def test_pages_show_every_row_once_in_order(client: ApiClient, lumen: Organisation) -> None:
    add_toys(lumen, "a", "b", "c", "b", "a")
    assert walk(client, "/toys") == ["a", "b", "c", "b", "a"]
    assert walk(client, "/toys/by-name") == ["a", "a", "b", "b", "c"]
    assert walk(client, "/toys?named=a") == ["a", "a"]


def test_the_last_full_page_has_no_cursor(client: ApiClient, lumen: Organisation) -> None:
    add_toys(lumen, "a", "b")
    assert client.get("/toys?limit=2").json()["next_cursor"] is None


def test_a_cursor_of_another_query_or_organisation_is_refused(client: ApiClient, lumen: Organisation) -> None:
    add_toys(lumen, "a", "b", "c")
    cursor = client.get("/toys?limit=1").json()["next_cursor"]
    other = ApiClient(make_key(make_organisation("other")))
    for asker, path in (
        (client, f"/toys?named=a&cursor={cursor}"),
        (client, f"/toys/by-name?cursor={cursor}"),
        (client, f"/toys?cursor={cursor[:-1]}"),
        (client, "/toys?cursor=x"),
        (other, f"/toys?cursor={cursor}"),
    ):
        assert_problem(asker.get(path), 422, "bad_cursor")


@pytest.mark.parametrize("limit", ["0", "201", "x", "-1"])
def test_a_limit_out_of_range_is_refused(client: ApiClient, limit: str) -> None:
    assert_problem(client.get(f"/toys?limit={limit}"), 422, "invalid")


# --- rate ----------------------------------------------------------------------------------------


def test_a_key_that_asks_too_fast_is_told_how_long_to_wait(client: ApiClient, settings: Any) -> None:
    settings.API_RATE, settings.API_BURST = 1, 3
    assert [client.get("/toys").status_code for _ in range(3)] == [200, 200, 200]
    response = client.get("/toys")
    assert_problem(response, 429, "too_many_requests")
    assert 1 <= int(response["Retry-After"]) <= 2


def test_keys_do_not_share_their_rate(client: ApiClient, lumen: Organisation, settings: Any) -> None:
    settings.API_RATE, settings.API_BURST = 1, 1
    client.get("/toys")
    assert client.get("/toys").status_code == 429
    assert ApiClient(make_key(lumen, secret="second")).get("/toys").status_code == 200


# --- the document --------------------------------------------------------------------------------


def test_the_document_tells_what_may_go_wrong_and_how_to_sign_in(client: ApiClient) -> None:
    document = ApiClient().get("/openapi.json").json()
    post = document["paths"]["/api/v1/toys"]["post"]
    assert post["security"] == [{"key": []}]
    assert post["x-permission"] == permissions.CONTACTS_MANAGE
    assert {"201", "400", "401", "403", "409", "413", "415", "422", "429"} <= set(post["responses"])
    assert post["parameters"][0]["name"] == "Idempotency-Key"
    assert document["components"]["securitySchemes"] == {"key": {"type": "http", "scheme": "bearer"}}
    assert document["components"]["schemas"]["Problem"]["required"]
