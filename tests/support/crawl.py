"""Every page of the product, found by following its own links: one address for each route that shows HTML."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve

if TYPE_CHECKING:
    from django.test import Client

_LINK = re.compile(r'<a\b[^>]*?\bhref="([^"]*)"')


def pages(client: Client, begin: Iterable[str] = ("/",)) -> dict[str, tuple[str, str]]:
    """Route pattern to the first address found that answers 200 with a whole page, and its HTML."""
    waiting, seen, found = deque(begin), set(), {}
    tried: dict[str, int] = {}
    while waiting:
        address = waiting.popleft()
        route = route_of(address)
        if route is None or address in seen or route in found or tried.get(route, 0) > 3:
            continue
        seen.add(address)
        tried[route] = tried.get(route, 0) + 1
        answer: Any = client.get(address, follow=True)
        arrived = answer.redirect_chain[-1][0] if answer.redirect_chain else address
        if answer.status_code != 200 or not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        html = answer.content.decode()
        if "<html" not in html:
            continue
        found.setdefault(route_of(arrived) or route, (arrived, html))
        here = urlsplit(arrived)
        for link in map(unescape, _LINK.findall(html)):
            target = f"{here.path}{link}" if link.startswith("?") else link
            if target.startswith("/") and not target.startswith("//"):
                waiting.append(target.partition("#")[0])
    return dict(sorted(found.items()))


def route_of(address: str) -> str | None:
    try:
        return str(resolve(urlsplit(address).path).route)
    except Resolver404:
        return None
