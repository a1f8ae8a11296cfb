"""``bin/bench fanout``: one change told to many open pages by the event server, once a second."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Any

from bench._base import NOW, fresh_organisation, own_database, percentile, present
from campana.sim.arguments import some


def main(arguments: Sequence[str] | None = None) -> dict[str, Any]:
    parser = argparse.ArgumentParser(prog="bin/bench fanout")
    parser.add_argument("--clients", type=some, default=2_000)
    parser.add_argument("--bells", type=some, default=20)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    with own_database():
        return asyncio.run(stream(_viewer(), options.clients, options.bells))


def _viewer() -> Any:
    from campana.accounts.operations.create_organisation import create_organisation

    fresh_organisation("emptied").delete()
    _, owner = create_organisation(
        slug="fanout", name="Fan-out", owner_email="owner@fanout.invalid", owner_name="Owner",
        owner_password="only-for-benchmarks-1", time_zone="UTC", default_country="US", now=NOW,
    )  # fmt: skip
    return owner


async def stream(viewer: Any, clients: int, bells: int) -> dict[str, Any]:
    """Delay from the bell to each of many pages, one bell a second."""
    from asgiref.sync import sync_to_async

    key = await sync_to_async(_session)(viewer)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "campana.config.child", "events", "--port", str(port), "--supervised"]
    process = subprocess.Popen(command, env={**os.environ, "CAMPANA_LOG_LEVEL": "ERROR"})
    heard: dict[int, list[float]] = {}
    opened: list[asyncio.StreamWriter] = []
    listening: set[asyncio.Task[None]] = set()
    try:
        await _until_open(port)
        began = time.perf_counter()
        for start in range(0, clients, 100):
            made = await asyncio.gather(*(_open(port, key) for _ in range(min(100, clients - start))))
            for reader, writer in made:
                opened.append(writer)
                listening.add(asyncio.create_task(_listen(reader, heard)))
        connected = time.perf_counter() - began
        await asyncio.sleep(3)
        heard.clear()
        rung: dict[int, float] = {}
        for bell in range(1, bells + 1):
            rung[bell] = time.perf_counter()
            await sync_to_async(_ring)(viewer.organisation_id, bell)
            await asyncio.sleep(1.3)
        await asyncio.sleep(2)
        memory = _memory(process.pid)
    finally:
        for task in listening:
            task.cancel()
        for writer in opened:
            writer.close()
        await asyncio.sleep(1)
        process.terminate()
        await asyncio.to_thread(process.wait, 30)
    delays = [moment - rung[bell] for bell, moments in heard.items() if bell in rung for moment in moments]
    return {
        "clients": len(opened),
        "bells": bells,
        "delivered": len(delays),
        "expected": len(opened) * bells,
        "delay_p50_ms": round(percentile(delays, 0.5) * 1000, 1),
        "delay_p99_ms": round(percentile(delays, 0.99) * 1000, 1),
        "connect_seconds": round(connected, 1),
        "server_megabytes": memory,
    }


def _session(viewer: Any) -> str:
    from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from campana.tenancy import system_scope

    with system_scope():
        store = SessionStore()
        store[SESSION_KEY], store[HASH_SESSION_KEY] = str(viewer.pk), viewer.get_session_auth_hash()
        store.create()
    return str(store.session_key)


def _ring(organisation: int, campaign: int) -> None:
    from django.db import connection

    from campana.relay.mailbox import SCREEN_BELL

    with connection.cursor() as cursor:
        told = json.dumps({"organisation": organisation, "campaigns": [campaign], "agents": []})
        cursor.execute("SELECT pg_notify(%s, %s)", [SCREEN_BELL, told])


async def _until_open(port: int) -> None:
    for _ in range(300):
        try:
            _reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            writer.close()
            return
    raise RuntimeError("the stream did not open")


async def _open(port: int, key: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET /events HTTP/1.1\r\nHost: localhost\r\nCookie: sessionid={key}\r\n\r\n".encode())
    await writer.drain()
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 60)
    if b" 200 " not in head.split(b"\r\n", 1)[0]:
        raise RuntimeError(head.decode())
    return reader, writer


async def _listen(reader: asyncio.StreamReader, heard: dict[int, list[float]]) -> None:
    """Each line of data tells which bell it was by its campaign."""
    while line := await reader.readline():
        if line.startswith(b'data: {"campaigns"'):
            moment = time.perf_counter()
            for bell in json.loads(line[6:])["campaigns"]:
                heard.setdefault(bell, []).append(moment)


def _memory(pid: int) -> float:
    """Resident memory of the server and its worker."""
    pids = [pid]
    children = f"/proc/{pid}/task/{pid}/children"
    with open(children) as file:
        pids += [int(child) for child in file.read().split()]
    total = 0
    for each in pids:
        with open(f"/proc/{each}/status") as file:
            total += next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))
    return round(total / 1024, 1)


if __name__ == "__main__":
    present(main())
