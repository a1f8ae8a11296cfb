"""``GET /events``: one stream of server-sent events a page. A small ASGI application of its own, without views.

Events carry ids and no data: ``changed`` with ``{"campaigns": [3], "agents": [7]}`` (or ``{"all": true}``), at most
once a second a stream, and ``beat`` every three seconds. The page fetches the fragments again with its own rights.
The cookie of the session says who listens, or the token of a link to the wallboard (``?wall=``); he hears of his
organisation and of what his role may see, which is looked at again every minute. One connection LISTENs for all
streams of the process; when the database restarts, it comes back by itself and every page is told to look again.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

import psycopg
from django.conf import settings
from django.db import Error as DatabaseError

from campana.kernel.clock import utc_now
from campana.relay.connections import parameters
from campana.relay.mailbox import SCREEN_BELL
from campana.supervision.listening import WALL, Change, Listener, listener_of

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

SPACING, BEAT, LOOK_AGAIN = 1.0, 3.0, 60.0
"""Seconds: between two events of a stream, between beats, between looks at the session."""
PATIENCE = (0.1, 0.2, 0.5, 1.0, 2.0)
"""Seconds before each next try to reach the database; the last one repeats."""

log = logging.getLogger("campana.events")
_lookups = ThreadPoolExecutor(max_workers=1, thread_name_prefix="session")


class Stream:
    """What one page has not been told yet."""

    def __init__(self, listener: Listener) -> None:
        self.listener = listener
        self.pending = Change()
        self.since = 0.0
        """When the oldest of what is pending was heard."""
        self._sleeper: asyncio.Future[None] | None = None

    def tell(self, change: Change) -> None:
        heard = self.listener.hears(change)
        if heard:
            if not self.pending:
                self.since = time.monotonic()
            self.pending = self.pending.merged(heard)
            self.wake()

    def take(self) -> Change:
        change, self.pending = self.pending, Change()
        return change

    def wake(self, _why: object = None) -> None:
        if self._sleeper is not None and not self._sleeper.done():
            self._sleeper.set_result(None)

    async def sleep(self, seconds: float) -> None:
        """Until somebody wakes it, or so long. One future and one timer: thousands of streams do this all the time."""
        loop = asyncio.get_running_loop()
        self._sleeper = loop.create_future()
        timer = loop.call_later(seconds, self.wake)
        try:
            await self._sleeper
        finally:
            timer.cancel()


class Hub:
    """The one listening connection and the streams it serves. Starts with the first stream."""

    def __init__(self) -> None:
        self.streams: set[Stream] = set()
        self._task: asyncio.Task[None] | None = None
        self.listening = asyncio.Event()

    def join(self, stream: Stream) -> None:
        self.streams.add(stream)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run())

    def leave(self, stream: Stream) -> None:
        self.streams.discard(stream)

    def ring(self, change: Change) -> None:
        for stream in tuple(self.streams):
            stream.tell(change)

    async def _run(self) -> None:
        tries = 0
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(_conninfo(), autocommit=True) as connection:
                    await connection.execute(f"LISTEN {SCREEN_BELL}")
                    tries = 0
                    self.listening.set()
                    self.ring(Change(everything=True))
                    async for note in connection.notifies():
                        self.ring(Change.read(note.payload))
            except (psycopg.Error, OSError) as error:
                self.listening.clear()
                wait = PATIENCE[min(tries, len(PATIENCE) - 1)]
                tries += 1
                log.warning("events: the database is away (%s), trying again in %s s", type(error).__name__, wait)
                await asyncio.sleep(wait)

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)


def _conninfo() -> str:
    return psycopg.conninfo.make_conninfo("", **parameters("campana-events"))


_hubs: dict[int, Hub] = {}


def _hub() -> Hub:
    return _hubs.setdefault(id(asyncio.get_running_loop()), Hub())


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """The ASGI callable: ``granian --interface asgi campana.config.events:application``."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http":
        await _answer(scope, receive, send)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.shutdown":
            hub = _hubs.pop(id(asyncio.get_running_loop()), None)
            if hub is not None:
                await hub.close()
            await send({"type": "lifespan.shutdown.complete"})
            return
        await send({"type": "lifespan.startup.complete"})


async def _answer(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["path"] != "/events" or scope["method"] != "GET":
        await _refuse(send, 404)
        return
    key = _key(scope)
    try:
        listener = await _look_up(key)
    except DatabaseError:
        await _refuse(send, 503)
        return
    if listener is None:
        await _refuse(send, 401)
        return
    headers = [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    stream, hub = Stream(listener), _hub()
    hub.join(stream)
    gone = asyncio.ensure_future(_gone(receive))
    try:
        await _serve(stream, key, send, gone)
    finally:
        hub.leave(stream)
        gone.cancel()


async def _serve(stream: Stream, key: str, send: Send, gone: asyncio.Future[None]) -> None:
    gone.add_done_callback(stream.wake)
    await _say(send, b"retry: 2000\nevent: beat\ndata: {}\n\n")
    last_look, told = time.monotonic(), time.monotonic() - SPACING
    looking: asyncio.Future[Listener | None] | None = None
    while not gone.done():
        # Spaced by when changes were heard, not by when they were told: who was told late once is not late for ever.
        left = told + SPACING - time.monotonic()
        if left > 0:
            await stream.sleep(left)
            continue
        if not stream.pending:
            await stream.sleep(BEAT)
        if gone.done():
            return
        if looking is not None and looking.done():
            listener, looking = looking.result(), None
            if listener is None:
                return
            stream.listener = listener
        elif looking is None and time.monotonic() - last_look >= LOOK_AGAIN:
            # Thousands look at about the same time and one thread looks for them: what is pending does not wait for it.
            last_look = time.monotonic()
            looking = asyncio.ensure_future(_look_again(key, stream.listener))
            looking.add_done_callback(stream.wake)
        change = stream.take()
        if not change:
            await _say(send, b"event: beat\ndata: {}\n\n")
            continue
        told = stream.since
        await _say(send, b"event: changed\ndata: " + json.dumps(change.told()).encode() + b"\n\n")


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _say(send: Send, data: bytes) -> None:
    await send({"type": "http.response.body", "body": data, "more_body": True})


async def _refuse(send: Send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


async def _look_up(key: str) -> Listener | None:
    if not key:
        return None
    loop = asyncio.get_running_loop()
    try:
        return await loop.run_in_executor(_lookups, listener_of, key, utc_now())
    except DatabaseError:  # the connection of the thread may have died with a restart: once more on a new one
        return await loop.run_in_executor(_lookups, listener_of, key, utc_now())


async def _look_again(key: str, known: Listener) -> Listener | None:
    """A database that is away for a moment ends no stream."""
    try:
        return await _look_up(key)
    except DatabaseError:
        return known


def _header(scope: Scope, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


def _key(scope: Scope) -> str:
    """Of the session, or for a screen with a link its token."""
    token = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("wall")
    return WALL + token[0] if token else _session_key(scope)


def _session_key(scope: Scope) -> str:
    try:
        cookie = SimpleCookie(_header(scope, b"cookie")).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return ""
    return cookie.value if cookie else ""
