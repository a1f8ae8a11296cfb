"""Every error is one shape, ``application/problem+json`` (RFC 9457), with a stable ``code``."""

from __future__ import annotations

import json
import logging
from http import HTTPStatus
from typing import Any, Final

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from ninja.errors import HttpError, ValidationError
from psycopg import errors as postgres
from pydantic import BaseModel

from campana.kernel.refusals import Invalid, Invalids, NotAllowed, NotFound, Refused

log = logging.getLogger("campana.api")

MEDIA_TYPE: Final = "application/problem+json"
Errors = list[dict[str, str]]


class ProblemError(BaseModel):
    field: str
    code: str
    detail: str


class Problem(BaseModel):
    """The body of every answer of 400 and more."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[ProblemError]


class Unauthorised(Refused):
    code = "unauthorised"
    status = 401
    detail = "Send a valid API key: Authorization: Bearer KEY."


class Malformed(Refused):
    code = "malformed"
    status = 400
    detail = "The request can not be read."


class UnknownRoute(Refused):
    code = "unknown_route"
    status = 404
    detail = "There is no such address in this API."


class MethodNotAllowed(Refused):
    code = "method_not_allowed"
    status = 405
    detail = "This address does not answer that method."


class TooLarge(Refused):
    code = "too_large"
    status = 413
    detail = "The request is larger than this address takes."


class MediaTypeRefused(Refused):
    code = "media_type"
    status = 415
    detail = "Send the content type {expected}."


class UnknownParameter(Invalid):
    code = "unknown_parameter"
    detail = "There is no such query parameter here."


class NulCharacter(Invalid):
    code = "nul_character"
    detail = "Text can not hold NUL characters or lone surrogates."


class TooManyRequests(Refused):
    code = "too_many_requests"
    status = 429
    detail = "Too many requests with this key; wait {wait} s."


class Conflict(Refused):
    code = "conflict"
    detail = "Another request has just changed the same thing; look again."


class Crashed(Refused):
    code = "internal"
    status = 500
    detail = "Something went wrong on our side. Quote the request id {request_id}."


_RACES: Final = (
    postgres.UniqueViolation,
    postgres.ForeignKeyViolation,
    postgres.DeadlockDetected,
    postgres.LockNotAvailable,
    postgres.SerializationFailure,
)
"""How PostgreSQL says that somebody was faster. Operations check first, so only a race comes this far."""
_CODES: Final = {"missing": "required", "extra_forbidden": "unknown_field"}


def problem(
    status: int, code: str, detail: str, *, errors: Errors | None = None, headers: dict[str, str] | None = None
) -> HttpResponse:
    body = {
        "type": f"urn:campana:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        "errors": errors or [],
    }
    return HttpResponse(json.dumps(body), status=status, content_type=MEDIA_TYPE, headers=headers)


def of_refusal(refused: Refused) -> HttpResponse:
    errors: Errors = []
    if isinstance(refused, Invalids):
        errors = [_field_error(each) for each in refused.problems]
    elif refused.field:
        errors = [_field_error(refused)]
    headers = {}
    if refused.status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="campana"'
    if refused.status == 429:
        headers["Retry-After"] = str(refused.facts.get("wait", 1))
    return problem(refused.status, refused.code, str(refused), errors=errors, headers=headers)


def _field_error(refused: Refused) -> dict[str, str]:
    return {"field": str(refused.field or ""), "code": str(refused.code), "detail": str(refused)}


def of_validation(exc: ValidationError) -> HttpResponse:
    """Pydantic's complaints with paths such as ``items.0.phones``, without the input they complain of."""
    errors: Errors = []
    for error in exc.errors[:100]:
        source, *path = error["loc"]
        if source == "body" and path:
            path = path[1:]  # the name of the operation's parameter is ours, not the caller's
        kind = str(error["type"])
        errors.append({"field": ".".join(map(str, path)), "code": _CODES.get(kind, kind), "detail": error["msg"]})
    return problem(422, "invalid", "Some values are not valid.", errors=errors)


def of_exception(request: HttpRequest, exc: Exception) -> HttpResponse:
    """The one place that turns whatever was raised into an answer."""
    known = _known(exc)
    if isinstance(known, HttpResponse):
        return known
    if known is not None:
        return of_refusal(known)
    request_id = getattr(request, "request_id", "")
    log.error("api request failed", exc_info=exc, extra={"request_id": request_id, "path": request.path})
    return of_refusal(Crashed(request_id=request_id))


def _known(exc: Exception) -> Refused | HttpResponse | None:
    if isinstance(exc, Refused):
        return exc
    if isinstance(exc, ValidationError):
        return of_validation(exc)
    if isinstance(exc, Http404):
        return NotFound(kind="object")
    if isinstance(exc, RequestDataTooBig):
        return TooLarge()
    if isinstance(exc, MultiPartParserError | UnreadablePostError | BadRequest | SuspiciousOperation):
        return Malformed()
    if isinstance(exc, HttpError):
        return _of_http_error(exc)
    if isinstance(exc, DatabaseError) and isinstance(exc.__cause__, _RACES):
        log.warning("a race ended at a constraint", exc_info=exc)
        return Conflict()
    return None


def _of_http_error(exc: HttpError) -> Refused | HttpResponse:
    if isinstance(exc.__cause__, Refused):
        return exc.__cause__
    if isinstance(exc.__cause__, RequestDataTooBig):
        return TooLarge()
    if exc.status_code == 400:
        return Malformed()
    if exc.status_code == 403:
        return NotAllowed(permission="")
    return problem(exc.status_code, "refused", str(exc))


def documented(*, has_body: bool) -> dict[int, Any]:
    """The problem answers of one operation, for its OpenAPI description. Filters may name what is not there (404)."""
    statuses = [400, 401, 403, 404, 409, 413, 422, 429]
    if has_body:
        statuses.append(415)
    reference = {"$ref": "#/components/responses/Problem"}
    return dict.fromkeys(sorted(statuses), reference)
