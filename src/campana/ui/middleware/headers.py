"""The content security policy: nothing inline, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase


def policy(*, connect: str = "") -> str:
    """``connect``: the origin of one more server that the page's scripts may talk to."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "worker-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            f"connect-src 'self' {connect}".rstrip(),
            "media-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


POLICY = policy()
BOUND_BY_THEIR_PAGE = ("text/css", "font/")
"""What runs nothing and is no document of its own. A first visit fetches a dozen, and headers are not packed."""


class SecurityHeaders:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        kind = response.headers.get("Content-Type", "")
        if not kind.startswith(BOUND_BY_THEIR_PAGE):
            response.headers.setdefault("Content-Security-Policy", POLICY)
        if kind.startswith("text/html"):
            response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(self)")
            response.headers.setdefault("Cache-Control", "no-store")
        return response
