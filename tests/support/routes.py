"""All routes of the product, found by walking the resolver: a later route is tested without being named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from django.urls import URLPattern, URLResolver, get_resolver

OTHERS_BUSINESS = ("api/", "static/")
"""The API has keys and a test of its own; static files are nobody's."""


class Route(NamedTuple):
    pattern: str
    """As written: ``people/<int:pk>/state``."""
    view: Callable[..., Any]
    parameters: frozenset[str]


def all_routes() -> list[Route]:
    """The page routes of ``config.urls``, sorted."""
    resolver = get_resolver("campana.config.urls")
    return sorted(
        (route for route in _walk(resolver, "") if not route.pattern.startswith(OTHERS_BUSINESS)),
        key=lambda route: route.pattern,
    )


def _walk(resolver: URLResolver, prefix: str) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield Route(pattern, entry.callback, frozenset(entry.pattern.regex.groupindex))
        else:
            yield from _walk(entry, pattern)
