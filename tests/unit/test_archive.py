"""What goes into the files of a backup while the house is at work."""

from __future__ import annotations

import tarfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from campana.config import archive


def test_a_file_that_goes_while_the_backup_is_made_does_not_spoil_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "files"
    root.mkdir()
    for name in "abc":
        (root / name).write_bytes(b"x")
    add = tarfile.TarFile.add

    def housekeeping(self: tarfile.TarFile, name: Path, **options: object) -> None:
        if Path(name).name == "a":
            (root / "b").unlink()
        add(self, name, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(tarfile.TarFile, "add", housekeeping)
    monkeypatch.setattr(archive, "_run", lambda *order, url: None)
    made = archive.Archive(tmp_path / "backup")
    made.write(url="", folders={"files": root}, now=datetime(2030, 1, 7, tzinfo=UTC))
    with tarfile.open(tmp_path / "backup" / "files.tar") as tar:
        assert sorted(tar.getnames()) == ["files", "files/a", "files/c"]
