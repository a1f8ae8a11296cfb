"""What is written about requests: ids and routes, and nothing a person typed."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from procrastinate.contrib.django import app
from procrastinate.testing import InMemoryConnector

from support.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines() -> Iterator[Any]:
    """Reads what the configured handler would have written to standard error."""
    handler = next(each for each in logging.getLogger().handlers if type(each) is logging.StreamHandler)
    before, handler.stream = handler.stream, io.StringIO()
    yield lambda: [json.loads(line) for line in handler.stream.getvalue().splitlines()]
    handler.stream = before


def test_a_request_is_one_line_with_its_route_and_id(client: Client, cast: Cast, lines: Any) -> None:
    client.force_login(cast.ada)
    response = client.get("/people?search=Alice+Secret")
    (line,) = [line for line in lines() if line["event"] == "request"]
    assert line["request"] == response.headers["X-Request-ID"]
    assert (line["route"], line["status"], line["method"]) == ("people", 200, "GET")
    assert (line["organisation"], line["user"]) == (cast.lumen.pk, cast.ada.pk)
    assert "Secret" not in json.dumps(lines())


def test_the_id_of_a_proxy_is_kept_when_it_looks_like_one(client: Client) -> None:
    assert client.get("/healthz", headers={"X-Request-ID": "abcdef-123456"}).headers["X-Request-ID"] == "abcdef-123456"
    evil = client.get("/healthz", headers={"X-Request-ID": 'x"} {"event": "forged'}).headers["X-Request-ID"]
    assert len(evil) == 32


def test_a_path_that_holds_a_secret_is_not_written(client: Client, lines: Any) -> None:
    client.get("/links/a-token-nobody-may-see")
    client.get("/nowhere/a-token-nobody-may-see")
    assert "a-token" not in json.dumps(lines())


def test_probes_are_not_written(client: Client, lines: Any) -> None:
    client.get("/healthz")
    client.get("/readyz")
    assert [line for line in lines() if line["event"] == "request"] == []


def test_tracebacks_are_written_without_the_values_in_them(lines: Any) -> None:
    number = str(420_601_234_567)
    try:
        raise ValueError("no such thing") from KeyError(len(number))
    except ValueError:
        logging.getLogger("campana.test").exception("it broke")
    (line,) = lines()
    assert "ValueError: no such thing" in line["exception"]
    assert number not in line["exception"]


def test_a_job_that_failed_is_told_without_what_it_was_called_with(lines: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_given: Any) -> None:
        raise OSError("the mail server is away")

    monkeypatch.setattr("campana.accounts.tasks.ask_for_reset", broken)
    monkeypatch.setattr(app.tasks["accounts.mail_reset"], "retry_strategy", None)
    with app.replace_connector(InMemoryConnector()) as other:
        given = {"email": "ada@lumen.example", "address": "192.0.2.9", "base": "https://x", "language": "en"}
        other.tasks["accounts.mail_reset"].defer(**given)
        other.run_worker(wait=False, install_signal_handlers=False, listen_notify=False, queues=["mail"])
    (line,) = [line for line in lines() if line["logger"].startswith("procrastinate")]
    assert (line["event"], line["task"]) == ("job error", "accounts.mail_reset")
    assert "ada@lumen" not in json.dumps(lines())
    assert "192.0.2.9" not in json.dumps(lines())
