"""The HTTP servers, as granian runs them."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from granian.constants import Interfaces, Loops
from granian.http import HTTP1Settings
from granian.server import Server

TARGETS: Final = {
    "web": ("campana.config.asgi:application", Interfaces.ASGI),
    "pages": ("campana.config.wsgi:application", Interfaces.WSGI),
    "events": ("campana.config.events:application", Interfaces.ASGI),
}
"""``web`` is pages and events behind one address; the other two are for a proxy that tells them apart."""


def serve(kind: str, *, host: str, port: int, workers: int, threads: int) -> None:
    """Until SIGTERM or SIGINT. Requests under way get ten seconds to finish; open streams are cut."""
    target, interface = TARGETS[kind]
    pages = interface is Interfaces.WSGI
    Server(
        target,
        address=host,
        port=port,
        interface=interface,
        loop=Loops.asyncio,
        workers=workers,
        blocking_threads=threads if pages else None,
        backlog=4096,
        backpressure=None if pages else 8192,
        websockets=False,
        http1_settings=HTTP1Settings(header_read_timeout=15_000),
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_access=False,
        log_dictconfig=settings.LOGGING,
    ).serve()
