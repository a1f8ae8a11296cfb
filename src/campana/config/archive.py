"""A backup: a folder with the database, the files, and what is needed to trust both.

``pg_dump`` is not bound to a superuser: it runs as the product's own role inside the system scope, since
row-level security binds the owner of the tables too.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from campana import __version__
from campana.config.home import migrations_digest
from campana.config.postgres import binaries
from campana.kernel.clock import Instant

DATABASE, FILES, MANIFEST = "database.dump", "files.tar", "manifest.json"
_SYSTEM_SCOPE = {"PGOPTIONS": "-c campana.system=on"}


class BadArchive(Exception):
    """The backup is incomplete or was changed."""


class DumpFailed(Exception):
    """pg_dump or pg_restore ended with an error; the message is theirs."""


@dataclass(frozen=True)
class Archive:
    folder: Path

    def write(self, *, url: str, files: Path, now: Instant) -> dict[str, Any]:
        """Everything of the database at one instant, then the files. Returns the manifest."""
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
            url,
        )
        with tarfile.open(self.folder / FILES, "w") as tar:
            if files.exists():
                tar.add(files, arcname="files")
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

    def read(self, *, url: str, files: Path) -> None:
        """Into an empty database and folder: all of it or nothing of the database."""
        self.manifest()
        _run(
            "pg_restore",
            "--single-transaction",
            "--exit-on-error",
            "--no-owner",
            "--no-privileges",
            "--enable-row-security",
            "-d",
            url,
            str(self.folder / DATABASE),
        )
        files.parent.mkdir(parents=True, exist_ok=True)
        with tarfile.open(self.folder / FILES) as tar:
            tar.extractall(files.parent, filter="data", members=_renamed(tar, files.name))


def _renamed(tar: tarfile.TarFile, name: str) -> list[tarfile.TarInfo]:
    members = tar.getmembers()
    for member in members:
        member.name = name + member.name.removeprefix("files")
    return members


def _run(program: str, *arguments: str) -> None:
    done = subprocess.run(
        [str(binaries() / program), *arguments],
        env={**os.environ, **_SYSTEM_SCOPE},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise DumpFailed(done.stderr.strip() or f"{program} ended with code {done.returncode}")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
