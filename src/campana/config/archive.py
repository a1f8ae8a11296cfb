"""A backup: a folder with the database, the files, and what is needed to trust both.

``pg_dump`` is not bound to a superuser: it runs as the product's own role inside the system scope, since
row-level security binds the owner of the tables too.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from campana import __version__
from campana.config.home import migrations_digest
from campana.config.postgres import binaries
from campana.kernel.clock import Instant

DATABASE, FILES, MANIFEST = "database.dump", "files.tar", "manifest.json"
_SYSTEM_SCOPE = "-c campana.system=on"
_NEW = b"SET transaction_timeout = 0;\n"
"""pg_restore says it to every server; those before PostgreSQL 17 do not know it."""


class BadArchive(Exception):
    """The backup is incomplete or was changed."""


class DumpFailed(Exception):
    """pg_dump or pg_restore ended with an error; the message is theirs."""


@dataclass(frozen=True)
class Archive:
    folder: Path

    def write(self, *, url: str, folders: Mapping[str, Path], now: Instant) -> dict[str, Any]:
        """Everything of the database at one instant, then the files of all folders, each under its name. Returns the
        manifest."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(self.folder.iterdir()):
            raise BadArchive(f"{self.folder} is not empty")
        dump = self.folder / DATABASE
        dump.touch(mode=0o600)
        _run(
            "pg_dump",
            "--format=custom",
            "--no-comments",  # those on extensions belong to a superuser; there are no others
            "--enable-row-security",
            "--no-owner",
            "--no-privileges",
            "-f",
            str(dump),
            url=url,
        )
        (self.folder / FILES).touch(mode=0o600)
        with tarfile.open(self.folder / FILES, "w", dereference=True) as tar:
            for name, root in folders.items():
                _put(tar, root, name)
        manifest = {
            "campana": __version__,
            "migrations": migrations_digest(),
            "made_at": now.isoformat(),
            "sha256": {name: _sha256(self.folder / name) for name in (DATABASE, FILES)},
        }
        (self.folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n")
        return manifest

    def manifest(self) -> dict[str, Any]:
        """Checked: every part is there as it was written. Raises BadArchive."""
        try:
            manifest: dict[str, Any] = json.loads((self.folder / MANIFEST).read_text())
            wanted = dict(manifest["sha256"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BadArchive(f"{self.folder} holds no complete backup") from error
        for name in (DATABASE, FILES):
            if not (self.folder / name).exists() or _sha256(self.folder / name) != wanted.get(name):
                raise BadArchive(f"{name} is missing or differs from what was written")
        return manifest

    def names(self) -> set[str]:
        """The names of the folders it holds files of."""
        with tarfile.open(self.folder / FILES) as tar:
            return {member.name.partition("/")[0] for member in tar}

    def read(self, *, url: str, folders: Mapping[str, Path]) -> None:
        """Into an empty database and folders: all of it or nothing of the database."""
        self.manifest()
        _pour(self.folder / DATABASE, url)
        with tarfile.open(self.folder / FILES) as tar:
            for name, root in folders.items():
                root.parent.mkdir(parents=True, exist_ok=True)
                tar.extractall(root.parent, filter="data", members=list(_renamed(tar, name, root.name)))


def _put(tar: tarfile.TarFile, root: Path, name: str) -> None:
    """Links are left out: what they lead to has a name of its own, or is not ours. What goes while we read, as an
    imported file whose time is over, is left out too."""
    for folder, folders, files in os.walk(root):
        for path in (Path(folder), *(Path(folder, one) for one in sorted(files))):
            with suppress(FileNotFoundError):
                if path == root or not path.is_symlink():
                    tar.add(path, arcname=str(name / path.relative_to(root)), recursive=False)
        folders.sort()


def _renamed(tar: tarfile.TarFile, name: str, new: str) -> Iterator[tarfile.TarInfo]:
    for member in tar.getmembers():
        if member.name.partition("/")[0] == name and not member.issym():
            yield member.replace(name=new + member.name.removeprefix(name), deep=False)


def _run(program: str, *arguments: str, url: str) -> None:
    place, environment = _connection(url)
    command = [str(binaries() / program), *arguments, "-d", place]
    done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        raise DumpFailed(done.stderr.strip() or f"{program} ended with code {done.returncode}")


def _pour(dump: Path, url: str) -> None:
    """All of it in one transaction, or nothing."""
    place, environment = _connection(url)
    ours = ["--no-owner", "--no-privileges", "--enable-row-security", "--file=-"]
    theirs = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "-d", place]
    with (
        tempfile.TemporaryFile("w+") as said,
        subprocess.Popen(
            [str(binaries() / "pg_restore"), *ours, str(dump)], stdout=subprocess.PIPE, stderr=said
        ) as out,
        subprocess.Popen(
            [str(binaries() / "psql"), *theirs],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=said,
        ) as into,
    ):
        assert out.stdout is not None
        assert into.stdin is not None
        whole = False
        try:
            for line in out.stdout:
                if line == _NEW:
                    break
                into.stdin.write(line)
            shutil.copyfileobj(out.stdout, into.stdin, 1 << 20)
            whole = out.wait() == 0
            into.stdin.flush()
        except BrokenPipeError:  # psql ended first, and said why
            into.wait()
        finally:
            if not whole:  # before its input ends, at which it would commit
                into.kill()
                out.kill()
            with suppress(BrokenPipeError):
                into.stdin.close()
        if into.wait() or not whole:
            said.seek(0)
            raise DumpFailed(said.read().strip() or f"psql ended with code {into.returncode}")


def _connection(url: str) -> tuple[str, dict[str, str]]:
    """Where the database is, and the environment to go there with: the password is not for the list of processes,
    and options of the URL would take the place of PGOPTIONS."""
    told = {name: str(value) for name, value in conninfo_to_dict(url).items() if value is not None}
    password = told.pop("password", "")
    options = f"{told.pop('options', '')} {_SYSTEM_SCOPE}".strip()
    secret = {"PGPASSWORD": password} if password else {}
    return make_conninfo(**told, options=options), {**os.environ, **secret}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
