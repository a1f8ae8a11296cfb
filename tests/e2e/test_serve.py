"""bin/campana serve: production's processes, as an operator starts and stops them."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from support.migrated import url_of
from support.waiting import eventually

pytestmark = pytest.mark.slow

CODE = "import sys; from campana.config.cli.main import main; sys.exit(main())"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A migrated database of its own."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        name = f"serve_{secrets.token_hex(4)}"
        server.execute(f"CREATE DATABASE {name} TEMPLATE {os.environ.get('CAMPANA_TEST_TEMPLATE', 'template1')}")
        url = url_of(server, name)
        subprocess.run([sys.executable, "-c", CODE, "migrate"], env=environment(url), check=True, capture_output=True)
        yield url
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def environment(url: str) -> dict[str, str]:
    return {**os.environ, "DATABASE_URL": url, "CAMPANA_SECRET_KEY": "only-for-this-test"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def served(url: str, log: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    port = free_port()
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-c", CODE, "serve", *arguments, "--port", str(port)],
            env=environment(url),
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        eventually(lambda: answers(port) or process.poll() is not None, within=60)
        assert process.poll() is None, log.read_text()
        yield process, port
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()


def answers(port: int) -> bool:
    try:
        return get(port, "/healthz")[0] == 200
    except OSError:
        return False


def get(port: int, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path)
    response = connection.getresponse()
    return response.status, response.read().decode()


@pytest.mark.parametrize("arguments", [(), ("pages", "--workers", "2"), ("web",)])
def test_it_serves_pages_and_stops_well_at_a_signal(url: str, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    with served(url, tmp_path / "log", *arguments) as (process, port):
        assert "Campana" in get(port, "/set-up")[1]
        assert json.loads(get(port, "/readyz")[1])["ready"]
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert time.monotonic() - began < 20
    with psycopg.connect(url) as connection:
        left = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchone()
    assert left == (0,), "no connection is left behind"


def test_every_line_of_its_log_is_json(url: str, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with served(url, log, "pages") as (process, port):
        get(port, "/session")
        process.send_signal(signal.SIGTERM)
        process.wait(30)
    events = [json.loads(line)["event"] for line in log.read_text().splitlines()]
    assert "request" in events


def test_it_refuses_a_superuser(url: str, tmp_path: Path) -> None:
    as_superuser = url.replace("postgresql://campana@", "postgresql://postgres@")
    done = subprocess.run(
        [sys.executable, "-c", CODE, "serve"], env=environment(as_superuser), capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "the role postgres is a superuser" in done.stderr


def test_it_says_that_its_port_is_taken(url: str) -> None:
    with socket.socket() as somebody:
        somebody.bind(("127.0.0.1", 0))
        somebody.listen()
        port = somebody.getsockname()[1]
        order = [sys.executable, "-c", CODE, "serve", "--port", str(port)]
        done = subprocess.run(order, env=environment(url), capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert f"port {port} of 127.0.0.1 is taken" in done.stderr
    assert "serves" not in done.stderr
