"""Pages and text files leave compressed, so that a small installation needs no proxy for it.

A page gets some random bytes (Django's measure against guessing secrets by length); a static file is compressed once,
for its address holds the digest of its content. Streams, ranges and what is compressed already pass as they are.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable
from typing import Final, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.text import compress_string

TEXT: Final = (
    "text/html",
    "text/css",
    "text/javascript",
    "application/javascript",
    "image/svg+xml",
    "application/json",
)
SMALLEST: Final = 500
LARGEST: Final = 2_000_000
"""Of static files kept in memory."""


class Compression:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._files: dict[str, bytes] = {}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not response.headers.get("Content-Type", "").startswith(TEXT):
            return response
        patch_vary_headers(response, ("Accept-Encoding",))
        asked = request.method == "GET" and "gzip" in request.headers.get("Accept-Encoding", "")
        if not asked or response.status_code == 206 or response.has_header("Content-Encoding"):
            return response
        if isinstance(response, HttpResponse) and len(response.content) >= SMALLEST:
            return _with(response, compress_string(response.content, max_random_bytes=100))
        if isinstance(response, StreamingHttpResponse) and request.path.startswith(settings.STATIC_URL):
            return self._static(request.path, response)
        return response

    def _static(self, path: str, response: StreamingHttpResponse) -> HttpResponseBase:
        if response.status_code != 200 or int(response.headers.get("Content-Length") or LARGEST) >= LARGEST:
            return response
        if path not in self._files:
            content = b"".join(cast("Iterable[bytes]", response.streaming_content))
            self._files[path] = gzip.compress(content, 9, mtime=0)
        return _with(response, self._files[path])


def _with(response: HttpResponse | StreamingHttpResponse, content: bytes) -> HttpResponseBase:
    if isinstance(response, StreamingHttpResponse):
        response.streaming_content = (content,)  # the file behind it is closed with the response
    else:
        response.content = content
    response.headers["Content-Length"] = str(len(content))
    response.headers["Content-Encoding"] = "gzip"
    tag = response.headers.get("ETag", "")
    if tag.startswith('"'):
        response.headers["ETag"] = f"W/{tag}"
    return response
