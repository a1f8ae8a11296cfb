"""Idempotency keys: a POST repeated with the same ``Idempotency-Key`` has its effect once.

The key's row is inserted first and the answer stored in it last, in the transaction of the effect. A second
request with the key waits at the unique index until the first has ended: then it finds the stored answer, or,
when the first failed and left nothing, goes on itself. Answers are kept for 24 hours, sealed: some hold secrets.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Final

from cryptography.fernet import InvalidToken
from django.db import OperationalError, connection, transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from psycopg import errors as postgres

from campana.accounts.api.request import ApiRequest
from campana.accounts.models import IdempotencyKey
from campana.accounts.sealing import seal_bytes, unseal_bytes
from campana.kernel.clock import Instant
from campana.kernel.refusals import Invalid, Refused

HEADER: Final = "Idempotency-Key"
KEPT: Final = timedelta(hours=24)
LONGEST: Final = 255
_WAIT_MS: Final = 10_000
_HEADERS: Final = ("Location",)


class BadKey(Invalid):
    code = "bad_idempotency_key"
    detail = "An Idempotency-Key has 1 to 255 printable ASCII characters."


class Mismatch(Refused):
    code = "idempotency_mismatch"
    status = 422
    detail = "This Idempotency-Key was used for another request."


class AnswerLost(Refused):
    code = "answer_lost"
    detail = "This request was done before, but its answer can not be read any more."


class InProgress(Refused):
    code = "in_progress"
    detail = "A request with this Idempotency-Key is still being worked on."


def key_of(request: ApiRequest) -> str | None:
    """The key of a POST, or None. Raises BadKey."""
    key = request.headers.get(HEADER)
    if request.method != "POST" or key is None:
        return None
    if not (1 <= len(key) <= LONGEST and key.isascii() and key.isprintable()):
        raise BadKey(field=HEADER)
    return key


def begin(request: ApiRequest, key: str) -> HttpResponse | None:
    """The stored answer, or None: then the caller must do the work and ``finish`` in the same transaction.

    Raises Mismatch, InProgress and AnswerLost.
    """
    api_key = request.actor.api_key
    if api_key is None:
        raise InProgress()
    fingerprint = _fingerprint(request)
    if _claim(request, key, fingerprint):
        return None
    stored = IdempotencyKey.objects.get(api_key=api_key, key=key)
    if bytes(stored.fingerprint) != fingerprint:
        raise Mismatch(field=HEADER)
    try:
        body = unseal_bytes(bytes(stored.body))
    except InvalidToken:
        raise AnswerLost from None
    response = HttpResponse(body, status=stored.status, content_type=stored.content_type)
    for name, value in stored.headers.items():
        response[name] = value
    response["Idempotent-Replayed"] = "true"
    return response


def finish(request: ApiRequest, key: str, response: HttpResponseBase) -> None:
    """Keep a good answer for the next asker."""
    if not isinstance(response, HttpResponse):
        raise TypeError("a streamed answer can not be kept")
    IdempotencyKey.objects.filter(api_key=request.actor.api_key, key=key).update(
        status=response.status_code,
        content_type=response.get("Content-Type", ""),
        headers={name: response[name] for name in _HEADERS if name in response},
        body=seal_bytes(response.content),
    )


def forget_old(*, now: Instant) -> int:
    """Delete what nobody may ask for any more; returns how many."""
    return IdempotencyKey.objects.filter(created_at__lt=now - KEPT).delete()[0]


def _claim(request: ApiRequest, key: str, fingerprint: bytes) -> bool:
    """Whether the row is ours now. Waits while another transaction holds it."""
    IdempotencyKey.objects.filter(api_key=request.actor.api_key, key=key, created_at__lt=request.now - KEPT).delete()
    row = IdempotencyKey(
        organisation=request.actor.organisation,
        api_key=request.actor.api_key,
        key=key,
        fingerprint=fingerprint,
        created_at=request.now,
    )
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = {_WAIT_MS}")
            cursor.execute(
                "INSERT INTO accounts_idempotencykey"
                " (organisation_id, api_key_id, key, fingerprint, created_at, content_type, headers, body)"
                " VALUES (%s, %s, %s, %s, %s, '', '{}', '') ON CONFLICT (api_key_id, key) DO NOTHING",
                [row.organisation_id, row.api_key_id, key, fingerprint, request.now],
            )
            claimed = bool(cursor.rowcount == 1)
            cursor.execute("SET LOCAL lock_timeout = DEFAULT")
    except OperationalError as exc:
        if isinstance(exc.__cause__, postgres.LockNotAvailable):
            raise InProgress() from None
        raise
    return claimed


def _fingerprint(request: ApiRequest) -> bytes:
    """What makes two requests the same: method, address and body; of a form its parts, not its boundary."""
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if request.content_type != "multipart/form-data":
        digest.update(request.body)
        return digest.digest()
    for name in sorted(request.POST):
        for value in request.POST.getlist(name):
            digest.update(f"{len(name)}:{name}{len(value)}:{value}".encode("utf-8", "surrogatepass"))
    for name in sorted(request.FILES):
        for upload in request.FILES.getlist(name):
            digest.update(f"{name}\n{upload.name}\n{upload.size}\n".encode("utf-8", "surrogatepass"))
            for chunk in upload.chunks():
                digest.update(chunk)
            upload.seek(0)
    return digest.digest()
