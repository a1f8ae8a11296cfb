"""A POST repeated with the same Idempotency-Key has its effect once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction

from campana.accounts.api import idempotency
from campana.accounts.models import ApiKey, IdempotencyKey
from campana.crm.models import Contact
from campana.tenancy import system_scope
from support.api import ApiClient, make_key, make_organisation

pytestmark = pytest.mark.urls("support.toy_api")


@pytest.fixture
def client(db: None) -> ApiClient:
    return ApiClient(make_key(make_organisation("lumen")))


def toys() -> list[str]:
    with system_scope():
        return list(Contact.objects.order_by("id").values_list("name", flat=True))


def add(client: ApiClient, name: str, key: str) -> Any:
    return client.call("POST", "/toys", {"name": name}, HTTP_IDEMPOTENCY_KEY=key)


def test_a_repeated_request_gets_the_first_answer(client: ApiClient) -> None:
    first, second = add(client, "duck", "k1"), add(client, "duck", "k1")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert second["Content-Type"] == first["Content-Type"]
    assert second["Idempotent-Replayed"] == "true"
    assert toys() == ["duck"]


def test_another_body_with_the_same_key_is_a_mismatch(client: ApiClient) -> None:
    add(client, "duck", "k1")
    response = add(client, "drake", "k1")
    assert (response.status_code, response.json()["code"]) == (422, "idempotency_mismatch")
    assert toys() == ["duck"]


def test_a_kept_answer_can_not_be_read_in_the_database(client: ApiClient, settings: Any) -> None:
    add(client, "duck", "k1")
    with system_scope():
        assert b"duck" not in bytes(IdempotencyKey.objects.get().body)
    settings.SEALING_KEYS = ["another"]
    response = add(client, "duck", "k1")
    assert (response.status_code, response.json()["code"]) == (409, "answer_lost")
    assert toys() == ["duck"]


def test_a_refused_request_may_be_repeated_with_its_key(client: ApiClient) -> None:
    assert add(client, "refuse", "k1").status_code == 422
    assert add(client, "duck", "k1").status_code == 201
    assert toys() == ["duck"]


def test_different_keys_and_no_key_are_different_requests(client: ApiClient) -> None:
    add(client, "duck", "k1")
    add(client, "duck", "k2")
    client.call("POST", "/toys", {"name": "duck"})
    assert toys() == ["duck"] * 3


def test_two_api_keys_may_choose_the_same_words(client: ApiClient) -> None:
    other = ApiClient(make_key(make_organisation("other")))
    assert add(client, "duck", "k1").json()["id"] != add(other, "duck", "k1").json()["id"]


@pytest.mark.parametrize("key", ["", "a" * 256, "k\xe9", "a\tb"])
def test_a_key_that_can_not_be_kept_is_refused(client: ApiClient, key: str) -> None:
    response = add(client, "duck", key)
    assert (response.status_code, response.json()["code"]) == (422, "bad_idempotency_key")
    assert toys() == []


def test_an_answer_older_than_a_day_is_forgotten(client: ApiClient) -> None:
    add(client, "duck", "k1")
    with system_scope():
        row = IdempotencyKey.objects.get()
        IdempotencyKey.objects.update(created_at=row.created_at - timedelta(hours=24, seconds=1))
    assert add(client, "drake", "k1").status_code == 201
    assert toys() == ["duck", "drake"]
    with system_scope():
        assert idempotency.forget_old(now=row.created_at + timedelta(hours=23)) == 0
        assert idempotency.forget_old(now=row.created_at + timedelta(hours=25)) == 1


def test_a_form_is_the_same_whatever_its_boundary(client: ApiClient) -> None:
    def upload(content: bytes, boundary: str) -> Any:
        body = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="name"\r\n\r\nduck\r\n'
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
        ).encode() + content
        return client.post(
            "/toys/upload",
            body + f"\r\n--{boundary}--\r\n".encode(),
            content_type=f"multipart/form-data; boundary={boundary}",
            HTTP_IDEMPOTENCY_KEY="k1",
        )

    first = upload(b"abc", "one")
    assert first.status_code == 200, first.content
    assert upload(b"abc", "two").json() == first.json()
    assert upload(b"abd", "one").json()["code"] == "idempotency_mismatch"
    assert toys() == ["duck 3"]


def test_an_upload_is_read_whole_after_it_was_fingerprinted(client: ApiClient) -> None:
    upload = SimpleUploadedFile("a.csv", b"x" * 300_000)
    response = client.post("/toys/upload", {"file": upload, "name": "duck"}, HTTP_IDEMPOTENCY_KEY="k1")
    assert response.json()["name"] == "duck 300000"


@pytest.mark.django_db(transaction=True)
def test_requests_at_the_same_moment_have_one_effect() -> None:
    key = make_key(make_organisation("lumen"))
    together = threading.Barrier(6)

    def ask(_: int) -> tuple[int, bytes]:
        client = ApiClient(key)
        try:
            together.wait(10)
            response = add(client, "duck", "k1")
            return response.status_code, response.content
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        answers = set(pool.map(ask, range(6)))
    assert len(answers) == 1
    assert answers.pop()[0] == 201
    assert toys() == ["duck"]


@pytest.mark.django_db(transaction=True)
def test_a_request_that_waits_too_long_is_told_it_is_in_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    key = make_key(make_organisation("lumen"))
    monkeypatch.setattr(idempotency, "_WAIT_MS", 50)

    def ask() -> Any:
        try:
            return add(ApiClient(key), "duck", "k1")
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, transaction.atomic(), system_scope():
        api_key = ApiKey.objects.get()
        IdempotencyKey.objects.create(
            organisation_id=api_key.organisation_id,
            api_key=api_key,
            key="k1",
            fingerprint=b"",
            created_at=api_key.created_at + timedelta(days=10_000),
        )
        response = pool.submit(ask).result(20)
        transaction.set_rollback(True)
    assert (response.status_code, response.json()["code"]) == (409, "in_progress")
    assert toys() == []
    assert ask().status_code == 201
