"""Every operation of the API against generated requests, good and bad ones, in a seeded organisation.

Schemathesis fails on an answer of 500, an undocumented status or content type, an answer that is not as its schema
says, bad input that is taken, and a request without a key that is answered. Ids are mostly real ones, a part of
them of another organisation, whose marker must never be shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from hypothesis import HealthCheck, Phase, settings

from campana.config.api import api
from campana.config.wsgi import application
from support.fuzz import KEY, MARKER, World, make_world, point_at, rows_of_the_other

schema = schemathesis.openapi.from_dict(api.get_openapi_schema())
schema.app = application


@schema.auth(refresh_interval=None)
class WithKey:
    def get(self, case: Any, context: Any) -> str:
        return KEY

    def set(self, case: Any, data: str, context: Any) -> None:
        case.headers["Authorization"] = f"Bearer {data}"


@pytest.fixture
def world(db: None, settings: Any) -> Iterator[World]:
    settings.API_BURST = settings.API_RATE = 1_000_000
    for signal in (request_started, request_finished):  # as Django's own test client does inside a transaction
        signal.disconnect(close_old_connections)
    made = make_world()
    yield made
    assert rows_of_the_other() == made.rows
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@schema.parametrize()
@settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_generated_requests_are_answered_as_documented(case: Any, world: World) -> None:
    point_at(case, world)
    response = case.call(headers={"Accept-Encoding": "identity"})  # nothing here would unpack it
    connection.check_constraints()  # references are checked at the commit that never comes here
    assert MARKER not in response.content
    case.validate_response(response)
