"""The real site on a port of its own: pages and events as granian serves them, on the test's database."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

from support.waiting import eventually


@contextmanager
def served(**settings: str) -> Iterator[str]:
    """The address of the site, until the block ends; ``settings`` are variables of its environment."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "DATABASE_URL": database_url(), "CAMPANA_LOG_LEVEL": "ERROR", **settings}
    command = [sys.executable, "-m", "campana.config.child", "web", "--port", str(port), "--supervised"]
    process = subprocess.Popen(command, env=environment)
    address = f"http://127.0.0.1:{port}"
    try:
        eventually(lambda: _answers(address, process), within=120)
        yield address
    finally:
        process.terminate()
        process.wait(20)


def _answers(address: str, process: subprocess.Popen[bytes]) -> bool:
    assert process.poll() is None, "the site did not start"
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def settle() -> None:
    """Until no page is being answered any more. After a test its database is emptied, table by table; with a request
    that is half done that would be a deadlock."""
    from django.db import connection

    rest = """SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()
              AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND state <> 'idle')"""

    def at_rest() -> bool:
        with connection.cursor() as cursor:
            cursor.execute(rest)
            return bool(cursor.fetchone()[0])

    eventually(at_rest)


def database_url() -> str:
    """The test's database as a libpq URL."""
    from django.db import connection

    given = connection.settings_dict
    account = quote(given["USER"], safe="")
    host = quote(given["HOST"], safe="")
    return f"postgresql://{account}@/{given['NAME']}?host={host}" + (f"&port={given['PORT']}" if given["PORT"] else "")
