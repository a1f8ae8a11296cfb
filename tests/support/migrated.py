"""A migrated database to copy from. For every step of a migration Django renders half of all models anew, so it
takes twenty times as long as PostgreSQL would: it is done once, and a backup of it serves the other servers."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg

SHELF = Path(__file__).resolve().parents[2] / "var" / "test" / "migrated"


def template(url: str) -> str:
    """The name of the migrated database beside that of ``url``; made where it is not there yet."""
    name = _name()
    with _alone(), psycopg.connect(url, autocommit=True) as server:
        others = "SELECT datname FROM pg_database WHERE datname LIKE 'migrated%%' AND datname <> %s"
        for (other,) in server.execute(others, [name]).fetchall():
            server.execute(f"DROP DATABASE {other}")
        if not server.execute("SELECT FROM pg_database WHERE datname = %s", [name]).rowcount:
            server.execute(f"CREATE DATABASE {name}_begun")
            _fill(url_of(server, f"{name}_begun"))
            server.execute(f"ALTER DATABASE {name}_begun RENAME TO {name}")
    return name


def url_of(server: psycopg.Connection, name: str) -> str:
    """Of another database of the same server."""
    return f"postgresql://{server.info.user}@/{name}?host={quote(server.info.host, safe='')}"


def fill(url: str) -> None:
    """Bring the empty database of ``url`` to the state of the code."""
    with _alone():
        _fill(url)


def _fill(url: str) -> None:
    from campana.config.archive import MANIFEST, Archive
    from campana.kernel.clock import utc_now

    kept = Archive(SHELF / _name())
    if (kept.folder / MANIFEST).exists():
        kept.read(url=url, folders={})
        return
    for folder in SHELF.glob("migrated_*"):
        shutil.rmtree(folder)
    migrate = [sys.executable, "-m", "django", "migrate", "--verbosity=0"]
    subprocess.run(migrate, env={**os.environ, "DATABASE_URL": url}, check=True)
    kept.write(url=url, folders={}, now=utc_now())


@contextmanager
def _alone() -> Iterator[None]:
    SHELF.mkdir(parents=True, exist_ok=True)
    with (SHELF / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _name() -> str:
    from campana.config.home import migrations_digest

    return f"migrated_{migrations_digest()}"
