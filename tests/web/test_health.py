"""Health, readiness and figures, as a probe and Prometheus see them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client

from campana.config import health
from campana.kernel.clock import utc_now
from campana.runtime.models import EngineLease
from campana.tenancy import system_scope
from support.cast import Cast

pytestmark = pytest.mark.django_db


def lease(organisation_id: int, seconds: float) -> None:
    now = utc_now()
    with system_scope():
        EngineLease.objects.create(
            organisation_id=organisation_id,
            holder="somebody",
            fencing=1,
            taken_at=now,
            expires_at=now + timedelta(seconds=seconds),
            switch_connected=True,
        )


def ready(client: Client) -> tuple[int, dict[str, Any]]:
    response = client.get("/readyz")
    return response.status_code, json.loads(response.content)


def test_a_process_that_answers_is_healthy_without_asking_anybody(
    client: Client, django_assert_num_queries: Callable[[int], Any]
) -> None:
    with django_assert_num_queries(0):
        response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


def test_an_installation_without_organisations_is_ready_without_an_engine(client: Client) -> None:
    assert ready(client) == (200, {"ready": True, "database": "ok", "migrations": "ok", "engine": "ok"})


def test_with_an_organisation_it_is_ready_only_while_an_engine_holds_it(client: Client, cast: Cast) -> None:
    assert ready(client) == (503, {"ready": False, "database": "ok", "migrations": "ok", "engine": "none"})
    lease(cast.lumen.pk, 5)
    assert ready(client)[0] == 200
    lease(cast.other.pk, -1)
    assert ready(client) == (503, {"ready": False, "database": "ok", "migrations": "ok", "engine": "late"})


def test_a_database_that_is_away_is_named(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> list[str]:
        raise DatabaseError("connection refused")

    monkeypatch.setattr(health, "unapplied_migrations", away)
    status, found = ready(client)
    assert status == 503
    assert found["database"] == "unreachable"


def test_figures_are_for_this_machine_only_unless_there_is_a_token(client: Client, settings: Any) -> None:
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="192.0.2.7").status_code == 403
    assert client.get("/metrics", headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 403, (
        "a proxy is not a person"
    )
    settings.METRICS_TOKEN = "open sesame"
    assert client.get("/metrics").status_code == 403
    good = {"Authorization": "Bearer open sesame"}
    assert client.get("/metrics", headers=good, REMOTE_ADDR="192.0.2.7").status_code == 200


def test_figures_tell_of_leases_campaigns_and_jobs_over_all_organisations(client: Client, cast: Cast) -> None:
    lease(cast.lumen.pk, 5)
    lease(cast.other.pk, -60)
    text = client.get("/metrics").content.decode()
    values = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert float(values[f'campana_engine_lease_seconds{{organisation="{cast.lumen.pk}"}}']) > 0
    assert float(values[f'campana_engine_lease_seconds{{organisation="{cast.other.pk}"}}']) < -50
    assert values[f'campana_switch_connected{{organisation="{cast.lumen.pk}"}}'] == "1.0"
    assert {"campana_live_attempts", "campana_mailbox_messages", "campana_webhooks_due"} <= values.keys()
    assert 'campana_rows_written_total{what="attempts"}' in values


def test_figures_name_nobody(client: Client, cast: Cast) -> None:
    text = client.get("/metrics").content.decode()
    for word in (cast.lumen.slug, cast.alice.email, cast.alice.name):
        assert word not in text
