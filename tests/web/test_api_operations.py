"""What holds for every operation of the product's API, whoever wrote it."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest

from campana.accounts import permissions
from campana.accounts.access import SIGNED_IN
from campana.config.api import api
from support.api import ApiClient, make_key, make_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def document() -> dict[str, Any]:
    result: dict[str, Any] = ApiClient().get("/openapi.json").json()
    return result


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method.upper(), path.removeprefix("/api/v1"), operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def test_every_operation_declares_a_permission_that_exists() -> None:
    declared = {op.view_func.__name__: getattr(op.view_func, "access", None) for op in api.operations()}
    assert {name: access for name, access in declared.items() if access not in {*permissions.ALL, SIGNED_IN}} == {}


def test_every_operation_is_refused_without_a_key(document: dict[str, Any]) -> None:
    for method, path, _ in operations(document):
        response = ApiClient().generic(method, re.sub(r"{[^}]+}", "1", path))
        assert (response.status_code, response.json()["code"]) == (401, "unauthorised"), (method, path)


@pytest.mark.parametrize("role", sorted(permissions.PRESETS))
def test_every_role_reaches_exactly_what_it_may(role: str, document: dict[str, Any], settings: Any) -> None:
    settings.API_BURST = 10_000
    client = ApiClient(make_key(make_organisation("lumen"), role=role))
    for method, path, operation in operations(document):
        response = client.generic(method, re.sub(r"{[^}]+}", "1", path))
        permission = operation["x-permission"]
        may = permission == SIGNED_IN or permission in permissions.PRESETS[role]
        assert (response.status_code != 403) == may, (method, path, response.content)


def test_names_of_operations_are_unique(document: dict[str, Any]) -> None:
    names = Counter(operation["operationId"] for _, _, operation in operations(document))
    assert [name for name, times in names.items() if times > 1] == []


def test_every_list_is_paged_and_every_input_strict(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    loose = []
    for _, path, operation in operations(document):
        content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        reference = content.get("schema", {}).get("$ref", "")
        if reference and schemas[reference.rsplit("/", 1)[1]].get("additionalProperties") is not False:
            loose.append((path, reference))
        for status, answer in operation["responses"].items():
            schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
            if status == "200" and schema.get("type") == "array":
                loose.append((path, "a bare list"))
    assert loose == []
