"""Downloading recordings, whole or a range of bytes, so that a player can jump."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from campana.accounts import permissions
from campana.accounts.api import ApiRequest, Id, requires
from campana.accounts.api.problems import problem
from campana.calls import queries
from campana.calls.api.router import router

MEDIA_TYPE: Final = "audio/wav"
_RANGE: Final = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_CHUNK: Final = 64 * 1024
_AUDIO: Final[dict[str, Any]] = {"content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}}


@router.get(
    "/attempts/{attempt_id}/recording",
    summary="Download a recording",
    openapi_extra={
        "parameters": [{"in": "header", "name": "Range", "schema": {"type": "string"}, "example": "bytes=0-65535"}],
        "responses": {
            200: {"description": "The whole recording.", **_AUDIO},
            206: {"description": "The bytes asked for.", **_AUDIO},
            416: {"$ref": "#/components/responses/Problem"},
        },
    },
)
@requires(permissions.CAMPAIGNS_LISTEN)
def get_recording(request: ApiRequest, attempt_id: Id) -> HttpResponseBase:
    """The recording of an attempt as a WAV file; one range of bytes may be asked for."""
    path = queries.recording_file(queries.attempt(request.actor, attempt_id).recording)
    return range_response(path, f"attempt-{attempt_id}.wav", request.headers.get("Range", ""))


def range_response(path: Path, name: str, asked: str) -> HttpResponseBase:
    """The file, or the range of it (RFC 9110). What is no single range of bytes is ignored, as the standard says."""
    size = path.stat().st_size
    match = _RANGE.fullmatch(asked.strip())
    if match is None or match.groups() == ("", "") or (match[1] and match[2] and int(match[1]) > int(match[2])):
        whole = FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type=MEDIA_TYPE)
        whole["Accept-Ranges"] = "bytes"
        return whole
    first, last = _bounds(match[1], match[2], size)
    if first >= size:
        refused: HttpResponse = problem(416, "range", f"The recording has {size} bytes.")
        refused["Content-Range"] = f"bytes */{size}"
        return refused
    part = StreamingHttpResponse(_read(path, first, last - first + 1), status=206, content_type=MEDIA_TYPE)
    part["Content-Range"] = f"bytes {first}-{last}/{size}"
    part["Content-Length"] = str(last - first + 1)
    part["Content-Disposition"] = f'attachment; filename="{name}"'
    part["Accept-Ranges"] = "bytes"
    return part


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    if first == "":
        return max(0, size - int(last)) if int(last) else size, size - 1
    return int(first), min(int(last), size - 1) if last else size - 1


def _read(path: Path, start: int, length: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(start)
        while length > 0 and (chunk := file.read(min(_CHUNK, length))):
            length -= len(chunk)
            yield chunk
