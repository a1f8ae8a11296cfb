"""Reading what a request for a page says."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest


def number_in(request: HttpRequest, name: str) -> int | None:
    """A row's id in the query; what is no number asks for nothing."""
    written = request.GET.get(name, "")
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 19 else None


def address(request: HttpRequest, **changed: object) -> str:
    """This page with other parameters; keys of paging are dropped unless given, and those that are given blank."""
    dropped = {"after", "before", *changed}
    kept = {key: value for key, value in request.GET.items() if key not in dropped and value}
    kept |= {key: str(value) for key, value in changed.items() if value not in (None, "")}
    return "?" + urlencode(kept)


def refreshes(request: HttpRequest, *regions: str) -> bool:
    """Whether only one of these live regions of the page is fetched again."""
    return request.headers.get("HX-Target") in regions
