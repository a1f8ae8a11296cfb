"""Gives every request an id, and writes one line about it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from uuid import uuid4

import structlog
from django.http import HttpRequest, HttpResponseBase

log = structlog.get_logger("campana.request")
_ACCEPTABLE = re.compile(r"[A-Za-z0-9._-]{8,64}")
QUIET = {"healthz", "readyz", "metrics"}


class RequestLog:
    """The outermost middleware. A proxy's X-Request-ID is kept when it looks like one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if _ACCEPTABLE.fullmatch(given) else uuid4().hex
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=request_id)
        request.request_id = request_id  # type: ignore[attr-defined]
        began = time.perf_counter()
        response = self.get_response(request)
        response.headers["X-Request-ID"] = request_id
        match = request.resolver_match
        route = match.route if match else None
        if route not in QUIET:
            log.info(
                "request",
                method=request.method,
                route=route,
                status=response.status_code,
                milliseconds=round((time.perf_counter() - began) * 1000, 1),
                **_who(request),
            )
        return response


def _who(request: HttpRequest) -> dict[str, int]:
    actor = getattr(request, "actor", None)
    if actor is None:
        return {}
    ids = {"organisation": actor.organisation.pk}
    if actor.user is not None:
        ids["user"] = actor.user.pk
    if actor.api_key is not None:
        ids["api_key"] = actor.api_key.pk
    return ids
