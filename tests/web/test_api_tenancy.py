"""Nothing of another organisation is readable or changeable, whichever operation is asked (CRM-810)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from campana.config.api import api
from support.api import ApiClient
from support.fuzz import KEY, MARKER, World, make_world, rows_of_the_other, segments

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings: Any) -> World:
    settings.API_BURST = settings.API_RATE = 1_000_000
    return make_world()


@pytest.fixture
def client(world: World) -> ApiClient:
    return ApiClient(KEY)


def operations() -> Iterator[tuple[str, str]]:
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method in methods:
            yield method.upper(), path.removeprefix("/api/v1")


def filled(path: str, world: World) -> Iterator[tuple[str, bool]]:
    """The path with every mixture of our ids and theirs, and whether all of them are ours."""
    parameters = segments(path)
    for mixture in itertools.product((True, False), repeat=len(parameters)):
        address = path
        for (name, segment), ours in zip(parameters.items(), mixture, strict=True):
            ids = world.ours[segment] if ours else world.foreign[segment]
            assert ids, f"{path}: put something of {segment} into support.fuzz"
            address = address.replace(f"{{{name}}}", str(ids[0]))
        yield address, all(mixture)


@pytest.mark.parametrize(("method", "path"), [(m, p) for m, p in operations() if "{" in p])
def test_an_address_with_an_id_of_another_organisation_is_not_found(
    method: str, path: str, client: ApiClient, world: World
) -> None:
    for address, ours in filled(path, world):
        if ours:
            continue
        body = "" if method == "GET" else "{}"
        response = client.generic(method, address, body, content_type="application/json")
        assert response.status_code in ({404} if method == "GET" else {404, 422}), response.content
        assert MARKER not in response.content
    assert rows_of_the_other() == world.rows


@pytest.mark.parametrize("path", [p for m, p in operations() if m == "GET"])
def test_what_is_ours_is_shown_and_nothing_else(path: str, client: ApiClient, world: World) -> None:
    [address] = [address for address, ours in filled(path, world) if ours]
    response = client.get(address)
    if response.status_code == 404 and path.endswith(("/recording", "/errors", "/file")):
        return  # the row is ours, there is no file
    assert response.status_code == 200, response.content
    assert MARKER not in response.content
    if "{" not in path and "items" in response.json():
        assert response.json()["items"] != []
