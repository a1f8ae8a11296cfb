"""The NinjaAPI all routers hang from: every operation guarded, every error a problem, one OpenAPI document."""

from __future__ import annotations

import json
import math
import re
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

import structlog
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, re_path
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from ninja.parser import Parser
from ninja.router import BoundRouter

from campana.accounts.access import public
from campana.accounts.api import gate, idempotency
from campana.accounts.api.problems import (
    MEDIA_TYPE,
    MethodNotAllowed,
    NulCharacter,
    Problem,
    UnknownRoute,
    documented,
    of_exception,
    of_refusal,
)

_BAD_TEXT = re.compile("[\x00\ud800-\udfff]")


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("a number is out of range")
    return value


class StrictParser(Parser):
    """JSON as RFC 8259 has it: no NaN, no endless numbers, no text PostgreSQL can not store."""

    def parse_body(self, request: HttpRequest) -> Any:
        body = request.body
        data = json.loads(body, parse_constant=_refuse_constant, parse_float=_finite)
        lowered = body.lower()
        if b"\\u0000" in lowered or b"\\ud" in lowered:
            _refuse_bad_text(data, "")
        return data


def _refuse_bad_text(value: Any, path: str) -> None:
    if isinstance(value, str):
        if _BAD_TEXT.search(value):
            raise NulCharacter(field=path)
    elif isinstance(value, dict):
        for name, each in value.items():
            if _BAD_TEXT.search(name):
                raise NulCharacter(field=path)
            _refuse_bad_text(each, f"{path}.{name}".lstrip("."))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            _refuse_bad_text(each, f"{path}.{index}".lstrip("."))


class Api(NinjaAPI):
    def __init__(self, **options: Any) -> None:
        super().__init__(parser=StrictParser(), docs_url=None, **options)
        self._documents: dict[str, OpenAPISchema] = {}

    def operations(self) -> list[Operation]:
        """Every operation, for tests that walk them."""
        return [
            operation
            for router in self._get_bound_routers()
            for view in router.path_operations.values()
            for operation in view.operations
        ]

    def set_default_exception_handlers(self) -> None:
        self.add_exception_handler(Exception, of_exception)  # type: ignore[arg-type]

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return str(operation.view_func.__name__)

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        prefix = path_prefix if path_prefix is not None else self.get_root_path(path_params or {})
        if prefix not in self._documents:
            self._documents[prefix] = self._document(prefix)
        return self._documents[prefix]

    def _document(self, prefix: str) -> OpenAPISchema:
        document = super().get_openapi_schema(path_prefix=prefix)
        schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        components = document["components"]
        components["schemas"].update(schema.pop("$defs", {}))
        components["schemas"]["Problem"] = schema
        components["responses"] = {
            "Problem": {
                "description": "Refused; `code` says why.",
                "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
            }
        }
        components["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
        return document

    def _get_bound_routers(self) -> list[BoundRouter]:
        fresh = self._bound_routers_cache is None
        routers = super()._get_bound_routers()
        if fresh:
            for operation in self.operations():
                _describe(operation)
                operation.run = gate.guard(operation)  # type: ignore[method-assign]
        return routers

    def _get_urls(self) -> list[Any]:
        patterns: list[Any] = super()._get_urls()
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                root = pattern.name == "api-root"  # only there to be reversed
                pattern.callback = _edge(_unknown_route if root else pattern.callback)
        return [*patterns, re_path(r"^.*$", _edge(_unknown_route), name="unknown-route")]


def _describe(operation: Operation) -> None:
    """What the gate adds to an operation, told in OpenAPI."""
    method = operation.methods[0]
    sources = {str(model.__ninja_param_source__) for model in operation.models}
    own = operation.openapi_extra or {}
    problems = documented(has_body=bool(sources & {"body", "form", "file"}))
    extra: dict[str, Any] = {
        "security": [{"key": []}],
        "responses": {status: told for status, told in problems.items() if status not in operation.response_models},
        "x-permission": getattr(operation.view_func, "access", None),
    }
    extra["parameters"] = []
    if method == "POST":
        extra["parameters"] = [
            {
                "in": "header",
                "name": idempotency.HEADER,
                "required": False,
                "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
                "description": "Makes a repeated request safe for 24 hours.",
            }
        ]
    operation.openapi_extra = {
        **own,
        **extra,
        "parameters": [*extra["parameters"], *own.get("parameters", [])],
        "responses": {**extra["responses"], **own.get("responses", {})},
    }


def _edge(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Around every address of the API: a request id, and problems where Django would answer with a page."""

    @public  # to the page middleware; the gate inside asks for the key
    @wraps(view)
    def edged(request: HttpRequest, *args: Any, **values: Any) -> HttpResponseBase:
        request_id = structlog.contextvars.get_contextvars().get("request") or uuid.uuid4().hex
        request.request_id = request_id  # type: ignore[attr-defined]
        try:
            response = view(request, *args, **values)
        except Exception as exc:
            response = of_exception(request, exc)
        if response.status_code == 405 and response.get("Content-Type") != MEDIA_TYPE:
            allowed = response["Allow"]
            response = of_refusal(MethodNotAllowed())
            response["Allow"] = allowed
        response.setdefault("X-Request-Id", request_id)
        response.setdefault("Cache-Control", "no-store")
        return response

    edged.csrf_exempt = True  # type: ignore[attr-defined]  # no cookie is looked at
    return edged


def _unknown_route(request: HttpRequest, **_values: Any) -> HttpResponseBase:
    return of_refusal(UnknownRoute())
