"""The connections that listen keep to DATABASE_URL as all others do."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from django.conf import settings
from psycopg.conninfo import conninfo_to_dict

from campana.config.settings import _database
from campana.runtime import bells
from campana.supervision import events

URL = "postgresql://campana:secret@db.example/campana?sslmode=verify-full&sslrootcert=%2Fetc%2Fca.pem"


def test_the_connections_that_listen_ask_for_tls_where_the_address_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.DATABASES, "default", _database(URL))
    asked: dict[str, Any] = {}
    monkeypatch.setattr(psycopg, "connect", lambda **given: asked.update(given))
    bells.connect()
    for given in (asked, conninfo_to_dict(events._conninfo())):
        assert (given["sslmode"], given["sslrootcert"]) == ("verify-full", "/etc/ca.pem")
        assert (given["host"], given["password"]) == ("db.example", "secret")
        assert given["application_name"] in {"campana-bell", "campana-events"}


def test_every_agent_of_a_large_floor_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from campana.supervision.listening import Change

    told: list[str] = []

    class Cursor:
        def __enter__(self) -> Cursor:
            return self

        def __exit__(self, *_: object) -> None: ...

        def execute(self, statement: str, values: list[str]) -> None:
            told.append(values[1])

    monkeypatch.setattr(bells, "connection", type("C", (), {"cursor": Cursor}))
    agents, campaigns = set(range(10**9, 10**9 + 1000)), set(range(10**9, 10**9 + 700))
    bells.ring_screens(7, campaigns, agents)
    changes = [Change.read(payload) for payload in told]
    assert set().union(*(change.agents for change in changes)) == agents
    assert set().union(*(change.campaigns for change in changes)) == campaigns
    assert max(map(len, told)) < 8000
