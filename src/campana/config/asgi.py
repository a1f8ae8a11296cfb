"""Everything behind one address: the event streams, and the pages in a pool of threads.

For the demo and small installations. A large one serves ``config.wsgi`` (pages, many workers) and
``config.events`` (streams, one process) apart, and its proxy sends ``/events`` to the second.
"""

from __future__ import annotations

from typing import Any, cast

from a2wsgi import WSGIMiddleware

from campana.config import env
from campana.config.events import application as events
from campana.config.wsgi import application as pages

EVENTS = "/events"
_threaded_pages: Any = WSGIMiddleware(cast("Any", pages), workers=env.integer("CAMPANA_PAGE_THREADS", 8))


async def application(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "http" and not is_stream(scope["path"]):
        await _threaded_pages(scope, _coroutine(receive), send)
    else:
        await events(scope, receive, send)


def _coroutine(receive: Any) -> Any:
    """granian's ``receive`` gives a future, and threads can only wait for coroutines."""

    async def again() -> Any:
        return await receive()

    return again


def is_stream(path: str) -> bool:
    return path == EVENTS or path.startswith(EVENTS + "/")
