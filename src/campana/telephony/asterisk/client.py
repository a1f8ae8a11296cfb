"""A thin ARI client on aiohttp: one websocket for events, requests over the same socket.

* Requests are pipelined in the order in which they were given. An Asterisk too old for REST over the
  websocket (before 20.14 and 22.4) gets them over HTTP, still in order within each lane.
* The reader calls ``hears`` and never waits: a slow socket would be closed by Asterisk.
* When the socket is lost every open request is answered with ``Reply.lost``, ``down`` is called, and the
  client connects again by itself, with a jittered, growing pause.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any, TypeAlias

import aiohttp
import structlog

from campana.telephony.asterisk.commands import Call

log = structlog.get_logger("campana.telephony")

HEARTBEAT = 5.0
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0
REPLACED_PAUSE = 15.0
"""Another engine took our application. Two that keep taking it from each other would hear nothing."""
PROBE = 2.0
PATIENCE = 10.0
"""A request that is not answered for so long means that Asterisk hangs."""


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    text: str = ""

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def lost(self) -> bool:
        """The connection broke first: it may have been carried out or not."""
        return self.status == 0

    def json(self) -> Any:
        return json.loads(self.text)


Then: TypeAlias = Callable[[Reply], None]


class Client:
    def __init__(
        self,
        url: str,
        user: str,
        password: str,
        app: str,
        *,
        hears: Callable[[Mapping[str, Any]], None],
        up: Callable[[], None],
        down: Callable[[], None],
    ) -> None:
        self._url = url.rstrip("/")
        self._auth = {"Authorization": aiohttp.encode_basic_auth(user, password)}
        self._app = app
        self._hears, self._up, self._down = hears, up, down
        self._ids = count(1)
        self._pending: dict[str, tuple[float, Then]] = {}
        self._out: asyncio.Queue[str] = asyncio.Queue()
        self._lanes: dict[str, deque[tuple[Call, Then]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._over_socket = True
        self._replaced = False

    # --- the connection -----------------------------------------------------------------------------

    async def run(self) -> None:
        """Stay connected until cancelled."""
        pause = FIRST_PAUSE
        timeout = aiohttp.ClientTimeout(total=PATIENCE, connect=3)
        connector = aiohttp.TCPConnector(limit=32, keepalive_timeout=15)
        async with aiohttp.ClientSession(headers=self._auth, timeout=timeout, connector=connector) as self._session:
            try:
                while True:
                    if await self._connect_once():
                        pause = FIRST_PAUSE
                    if self._replaced:
                        self._replaced, pause = False, REPLACED_PAUSE
                    await asyncio.sleep(pause * (0.5 + random.random()))
                    pause = min(pause * 2, LONGEST_PAUSE)
            finally:
                for task in self._tasks:
                    task.cancel()

    async def _connect_once(self) -> bool:
        """One connection from its beginning to its end. Whether it ever was usable."""
        assert self._session is not None
        usable = False
        try:
            async with self._session.ws_connect(
                f"{self._url}/events",
                params={"app": self._app, "subscribeAll": "false"},
                heartbeat=HEARTBEAT,
                max_msg_size=0,
                timeout=aiohttp.ClientWSTimeout(ws_close=1.0),
            ) as socket:
                self._socket, self._out, self._over_socket = socket, asyncio.Queue(), True
                helpers = [asyncio.create_task(self._write(socket)), asyncio.create_task(self._watch())]
                try:
                    usable = await self._probe(socket)
                    async for message in socket:
                        if message.type is aiohttp.WSMsgType.TEXT:
                            self._read(message.data)
                finally:
                    for helper in helpers:
                        helper.cancel()
        except aiohttp.WSServerHandshakeError as error:
            log.warning("ari.refused", status=error.status)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            log.info("ari.unreachable", error=repr(error))
        finally:
            self._socket = None
            self._forget_requests()
            self._down()
        return usable

    async def _probe(self, socket: aiohttp.ClientWebSocketResponse) -> bool:
        """Learn whether requests may travel on the socket, then say that we are up."""
        answered = asyncio.Event()
        self.call(Call("GET", "asterisk/ping"), lambda reply: answered.set())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PROBE):
                while not answered.is_set():
                    message = await socket.receive()
                    if message.type is not aiohttp.WSMsgType.TEXT:
                        return False
                    self._read(message.data)
        if not answered.is_set():
            log.warning("ari.no_rest_over_websocket")
            self._pending.clear()
            self._over_socket = False
        self._up()
        return True

    def drop(self) -> None:
        """Give the connection up; a new one follows."""
        if self._socket is not None:
            self._start(self._close(self._socket))

    def was_replaced(self) -> None:
        self._replaced = True
        self.drop()

    async def _close(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        await socket.close()

    async def _write(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        with contextlib.suppress(ConnectionError, aiohttp.ClientError):
            while True:
                await socket.send_str(await self._out.get())

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(PATIENCE / 5)
            oldest = next(iter(self._pending.values()), None)
            if oldest is not None and loop.time() - oldest[0] > PATIENCE:
                log.warning("ari.silent")
                self.drop()

    def _read(self, text: str) -> None:
        try:
            event = json.loads(text)
            if event.get("type") == "RESTResponse":
                entry = self._pending.pop(event.get("request_id", ""), None)
                if entry is not None:
                    entry[1](Reply(event["status_code"], event.get("message_body") or ""))
            else:
                self._hears(event)
        except Exception:
            # One event that nobody understood must not silence all others.
            log.exception("ari.event_failed")

    def _forget_requests(self) -> None:
        waiting = [then for _, then in self._pending.values()]
        waiting += [then for lane in self._lanes.values() for _, then in lane]
        self._pending.clear()
        self._lanes.clear()
        for then in waiting:
            then(Reply(0))

    # --- requests -----------------------------------------------------------------------------------

    def call(self, call: Call, then: Then) -> None:
        """Send a request; ``then`` is called with its reply, always and once."""
        if self._socket is None:
            then(Reply(0))
        elif self._over_socket:
            request = {
                "type": "RESTRequest",
                "request_id": (request_id := str(next(self._ids))),
                "method": call.method,
                "uri": call.path,
                "query_strings": [{"name": name, "value": value} for name, value in call.query.items()],
            }
            if call.body is not None:
                request |= {"content_type": "application/json", "message_body": json.dumps(call.body)}
            self._pending[request_id] = (asyncio.get_running_loop().time(), then)
            self._out.put_nowait(json.dumps(request))
        else:
            self._by_http(call, then)

    def _by_http(self, call: Call, then: Then) -> None:
        name = call.lane or f"#{next(self._ids)}"
        lane = self._lanes.get(name)
        if lane is not None:
            lane.append((call, then))
            return
        lane = self._lanes[name] = deque([(call, then)])
        self._start(self._run_lane(name, lane))

    async def _run_lane(self, name: str, lane: deque[tuple[Call, Then]]) -> None:
        while lane and self._lanes.get(name) is lane:
            call, then = lane[0]
            reply = await self._http(call)
            if self._lanes.get(name) is not lane:
                return  # the connection was lost meanwhile and the request answered so
            lane.popleft()
            then(reply)
        if self._lanes.get(name) is lane:
            del self._lanes[name]

    async def _http(self, call: Call) -> Reply:
        assert self._session is not None
        url = f"{self._url}/{call.path}"
        try:
            async with self._session.request(call.method, url, params=dict(call.query), json=call.body) as answer:
                return Reply(answer.status, await answer.text())
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            log.warning("ari.request_failed", method=call.method, error=repr(error))
            return Reply(0)

    def _start(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
