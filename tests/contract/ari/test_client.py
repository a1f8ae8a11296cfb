"""The ARI client against a server of its own protocol on loopback: old and new Asterisks, cut sockets."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import WSMsgType, web

from campana.telephony.asterisk import client as module
from campana.telephony.asterisk.client import Client, Reply
from campana.telephony.asterisk.commands import Call


class Server:
    """Speaks as much of ARI as the client needs. ``old``: no requests over the websocket."""

    def __init__(self, *, old: bool = False) -> None:
        self.old = old
        self.requests: list[str] = []
        self.over_http: list[str] = []
        self.sockets: list[web.WebSocketResponse] = []
        self.release = asyncio.Event()
        self.release.set()
        self.silent = False

    async def socket(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Authorization", "") != "Basic dTpw":
            raise web.HTTPUnauthorized
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets.append(socket)
        async for message in socket:
            if message.type is WSMsgType.TEXT and not self.old:
                await self._answer(socket, json.loads(message.data))
        return socket

    async def _answer(self, socket: web.WebSocketResponse, request: dict[str, Any]) -> None:
        self.requests.append(f"{request['method']} {request['uri']}")
        if self.silent and request["uri"] != "asterisk/ping":
            return
        answer = {"type": "RESTResponse", "request_id": request["request_id"], "status_code": 200}
        await socket.send_json(answer | {"message_body": json.dumps({"uri": request["uri"]})})

    async def http(self, request: web.Request) -> web.Response:
        self.over_http.append(f"{request.method} {request.path.removeprefix('/ari/')}")
        if "slow" in request.path:
            await self.release.wait()
        return web.json_response({"path": request.path})


class Told:
    def __init__(self) -> None:
        self.events: list[Mapping[str, Any]] = []
        self.ups = self.downs = 0
        self.changed = asyncio.Event()

    def hears(self, event: Mapping[str, Any]) -> None:
        self.events.append(event)
        self.changed.set()
        if event["type"] == "Nonsense":
            raise KeyError("nobody understands this")

    def up(self) -> None:
        self.ups += 1
        self.changed.set()

    def down(self) -> None:
        self.downs += 1
        self.changed.set()

    async def until(self, happened: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not happened():
                self.changed.clear()
                await self.changed.wait()


@asynccontextmanager
async def connected(server: Server) -> AsyncIterator[tuple[Client, Told]]:
    app = web.Application()
    app.router.add_get("/ari/events", server.socket)
    app.router.add_route("*", "/ari/{path:.*}", server.http)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    told = Told()
    client = Client(f"http://127.0.0.1:{port}/ari", "u", "p", "campana-1", hears=told.hears, up=told.up, down=told.down)
    running = asyncio.create_task(client.run())
    try:
        await told.until(lambda: told.ups > 0)
        yield client, told
    finally:
        running.cancel()
        server.release.set()
        for socket in server.sockets:
            await socket.close()
        await runner.cleanup()


def run(scene: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(scene())  # type: ignore[arg-type]


async def replies(client: Client, *calls: Call) -> list[Reply]:
    loop = asyncio.get_running_loop()
    waiting: list[asyncio.Future[Reply]] = [loop.create_future() for _ in calls]
    for call, future in zip(calls, waiting, strict=True):
        client.call(call, future.set_result)
    async with asyncio.timeout(10):
        return list(await asyncio.gather(*waiting))


def test_requests_travel_on_the_event_socket_in_their_order() -> None:
    async def scene() -> None:
        server = Server()
        async with connected(server) as (client, _):
            calls = [Call("POST", f"channels/{i}", lane=str(i % 3)) for i in range(100)]
            got = await replies(client, *calls)
            assert [reply.json()["uri"] for reply in got] == [call.path for call in calls]
            assert server.requests[1:] == [f"POST {call.path}" for call in calls]
            assert server.over_http == []

    run(scene)


def test_an_old_asterisk_gets_requests_over_http(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PROBE", 0.05)

    async def scene() -> None:
        server = Server(old=True)
        async with connected(server) as (client, _):
            got = await replies(client, Call("GET", "channels"), Call("GET", "bridges"))
            assert [reply.status for reply in got] == [200, 200]
            assert sorted(server.over_http) == ["GET bridges", "GET channels"]

    run(scene)


def test_over_http_one_leg_keeps_its_order_and_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PROBE", 0.05)

    async def scene() -> None:
        server = Server(old=True)
        server.release.clear()
        async with connected(server) as (client, _):
            mine: list[Reply] = []
            client.call(Call("POST", "slow/1", lane="a"), mine.append)
            client.call(Call("POST", "quick/2", lane="a"), mine.append)
            await replies(client, Call("POST", "quick/3", lane="b"))
            assert mine == []
            assert server.over_http == ["POST slow/1", "POST quick/3"]
            server.release.set()
            await replies(client, Call("POST", "quick/4", lane="a"))
            assert server.over_http == ["POST slow/1", "POST quick/3", "POST quick/2", "POST quick/4"]
            assert [reply.ok for reply in mine] == [True, True]

    run(scene)


def test_a_request_that_the_cut_overtook_is_answered_as_lost() -> None:
    async def scene() -> None:
        server = Server()
        server.silent = True
        async with connected(server) as (client, told):
            mine: list[Reply] = []
            client.call(Call("POST", "channels/create"), mine.append)
            await server.sockets[0].close()
            await told.until(lambda: told.downs == 1)
            assert [reply.lost for reply in mine] == [True]
            await told.until(lambda: told.ups == 2)

    run(scene)


def test_a_request_while_nobody_is_there_is_lost_at_once() -> None:
    async def scene() -> None:
        client = Client("http://127.0.0.1:9/ari", "u", "p", "x", hears=print, up=print, down=print)
        mine: list[Reply] = []
        client.call(Call("GET", "channels"), mine.append)
        assert [reply.lost for reply in mine] == [True]

    run(scene)


def test_an_event_nobody_understands_does_not_silence_the_next() -> None:
    async def scene() -> None:
        server = Server()
        async with connected(server) as (_, told):
            await server.sockets[0].send_str("not even json")
            await server.sockets[0].send_json({"type": "Nonsense"})
            await server.sockets[0].send_json({"type": "StasisStart"})
            await told.until(lambda: len(told.events) == 2)
            assert told.events[-1]["type"] == "StasisStart"
            assert told.downs == 0

    run(scene)


def test_a_server_that_no_longer_answers_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.2)

    async def scene() -> None:
        server = Server()
        server.silent = True
        async with connected(server) as (client, told):
            mine: list[Reply] = []
            client.call(Call("GET", "channels"), mine.append)
            await told.until(lambda: told.downs == 1)
            assert [reply.lost for reply in mine] == [True]

    run(scene)
