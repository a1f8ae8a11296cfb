"""The one way into an operation: key, rate, permission, scope, transaction, idempotency. In this order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, cast

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja.operation import Operation

from campana.accounts import queries
from campana.accounts.access import PUBLIC, SIGNED_IN, address_of
from campana.accounts.actors import Actor
from campana.accounts.api import idempotency
from campana.accounts.api.problems import (
    MediaTypeRefused,
    NulCharacter,
    TooLarge,
    Unauthorised,
    UnknownParameter,
    of_exception,
)
from campana.accounts.api.rate import take_token
from campana.accounts.api.request import ApiRequest
from campana.kernel.clock import Instant, utc_now
from campana.kernel.refusals import NotAllowed
from campana.tenancy import organisation_scope

Run = Callable[..., HttpResponseBase]
UNDECLARED: Final = "an operation that declares its permission"


def guard(operation: Operation) -> Run:
    """``operation.run`` behind the gate. An operation that declares no access is refused to everybody."""
    inner: Run = operation.run
    access: str | None = getattr(operation.view_func, "access", None)
    parameters = frozenset(
        name
        for model in operation.models
        if model.__ninja_param_source__ == "query"
        for name in getattr(model, "__ninja_flatten_map__", {})
    )
    sources = {str(model.__ninja_param_source__) for model in operation.models}

    def run(request: HttpRequest, **values: Any) -> HttpResponseBase:
        api_request = cast(ApiRequest, request)
        try:
            api_request.now = utc_now()
            _let_in(api_request, access)
            _check_query(api_request, parameters)
            _read_body(api_request, sources)
            with organisation_scope(api_request.actor.organisation.pk), transaction.atomic():
                return _in_transaction(api_request, inner, values)
        except Exception as exc:
            return of_exception(request, exc)

    return run


def _in_transaction(request: ApiRequest, inner: Run, values: dict[str, Any]) -> HttpResponseBase:
    key = idempotency.key_of(request)
    stored = idempotency.begin(request, key) if key else None
    if stored is not None:
        return stored
    response = inner(request, **values)
    if response.status_code >= 400:
        transaction.set_rollback(True)
    elif key:
        idempotency.finish(request, key, response)
    return response


def _let_in(request: ApiRequest, access: str | None) -> None:
    actor = _actor(request, request.now)
    if actor is None or actor.api_key is None:
        raise Unauthorised()
    request.actor = actor
    take_token(actor.api_key.pk, request.now)
    if access is None:
        raise NotAllowed(permission=UNDECLARED)
    if access not in {PUBLIC, SIGNED_IN}:
        actor.require(access)


def _actor(request: HttpRequest, now: Instant) -> Actor | None:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        return None
    return queries.actor_of_key(key.strip(), now=now, address=address_of(request))


def _check_query(request: ApiRequest, known: frozenset[str]) -> None:
    """A misspelt filter must not silently return everything."""
    for name, values in request.GET.lists():
        if name not in known:
            raise UnknownParameter(field=name[:100])
        if any("\x00" in value for value in values):
            raise NulCharacter(field=name)


def _read_body(request: ApiRequest, sources: set[str]) -> None:
    """Take the whole body in before the transaction begins: a slow sender must not hold one open."""
    length = int(request.META.get("CONTENT_LENGTH") or 0)
    form = bool(sources & {"form", "file"})
    if length > (settings.API_UPLOAD_LIMIT if form else settings.DATA_UPLOAD_MAX_MEMORY_SIZE):
        raise TooLarge()
    if form:
        if length and request.content_type != "multipart/form-data":
            raise MediaTypeRefused(expected="multipart/form-data")
        for name, values in request.POST.lists():  # parses the stream, files go to disk
            if any("\x00" in value for value in values):
                raise NulCharacter(field=name)
    elif request.body and "body" in sources and request.content_type != "application/json":
        raise MediaTypeRefused(expected="application/json")
