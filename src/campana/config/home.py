"""Where an installation with the embedded PostgreSQL lives: one folder with everything in it.

Starting here must be quick, so nothing imports Django.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import psycopg.sql

from campana.config import env
from campana.config.postgres import Postgres

SOURCE = Path(__file__).resolve().parents[1]
ROOT = SOURCE.parents[1]
DEMO = env.path("CAMPANA_DEMO_DATA", ROOT / "var" / "demo")
HEADLESS = DEMO.with_name(DEMO.name + "-headless")


class Busy(RuntimeError):
    """Another command has the installation; the message names it."""


class NoFolder(RuntimeError):
    """The installation can not be where it is told to be."""


@dataclass(frozen=True)
class Home:
    folder: Path

    @property
    def postgres(self) -> Postgres:
        return Postgres.at(self.folder / "postgres")

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def sign_ins(self) -> Path:
        """Addresses and generated passwords of the demo, readable by the owner only."""
        return self.folder / "sign-ins.json"

    def make(self) -> None:
        self.logs.mkdir(parents=True, exist_ok=True)

    def environment(self) -> dict[str, str]:
        """What every process of this installation gets."""
        return {
            **os.environ,
            "CAMPANA_DATA": str(self.folder),
            "CAMPANA_SECRET_KEY": self._secret_key(),
            "DATABASE_URL": self.postgres.url(),
            "DJANGO_SETTINGS_MODULE": "campana.config.settings",
            "PYTHONUNBUFFERED": "1",
        }

    def reset(self) -> None:
        """Forget everything. The caller holds the installation and no server runs."""
        postgres = self.postgres
        postgres.stop("immediate")
        shutil.rmtree(postgres.data, ignore_errors=True)
        for path in self.folder.iterdir() if self.folder.exists() else ():
            if path.name == GUARD:
                continue
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink()

    @contextlib.contextmanager
    def held(self, who: str) -> Iterator[None]:
        """Only one command at a time has the installation. The kernel lets go when the command dies."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            raise NoFolder(f"{self.folder} can not be made: {problem.strerror}; name another folder") from problem
        path = self.folder / GUARD
        with contextlib.ExitStack() as stack:
            while True:
                file = stack.enter_context(path.open("a+"))
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    file.seek(0)
                    raise Busy(file.read().strip() or "another command") from None
                # the holder before us may have removed the file between our opening and locking it
                if path.exists() and os.path.samestat(os.fstat(file.fileno()), path.stat()):
                    break
            file.truncate(0)
            file.write(f"{who} (process {os.getpid()})\n")
            file.flush()
            try:
                yield
            finally:
                path.unlink(missing_ok=True)

    def _secret_key(self) -> str:
        path = self.folder / "secret-key"
        with contextlib.suppress(FileNotFoundError):
            return path.read_text()
        key = secrets.token_urlsafe(48)
        write_private(path, key)
        return key


GUARD = "in-use"


def write_private(path: Path, text: str) -> None:
    """A file that never was readable by others, complete or absent."""
    unfinished = path.with_name(path.name + ".new")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    unfinished.replace(path)


def migrations_digest() -> str:
    """Changes when any migration, ours or of a library, does."""
    told = hashlib.sha256()
    for file in sorted(SOURCE.glob("*/migrations/*.py")):
        told.update(str(file.relative_to(SOURCE)).encode() + b"\0" + file.read_bytes())
    told.update((ROOT / "requirements.lock").read_bytes())
    return told.hexdigest()[:16]


def mark(url: str, words: str) -> None:
    """Note on the database itself what was done to it, so that the note goes where the database goes."""
    with psycopg.connect(url, autocommit=True) as connection:
        name = psycopg.sql.Identifier(connection.info.dbname)
        connection.execute(psycopg.sql.SQL("COMMENT ON DATABASE {} IS {}").format(name, psycopg.sql.Literal(words)))


def marked(url: str) -> str:
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
        ).fetchone()
    return str(row[0]) if row and row[0] else ""
