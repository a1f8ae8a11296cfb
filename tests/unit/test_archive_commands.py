"""What the programs of PostgreSQL are started with, and what an older server is told."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from campana.config import archive


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand-ins that write down how they were started and what they were given."""
    monkeypatch.setattr(archive, "binaries", lambda: tmp_path)
    return tmp_path


def stand_in(folder: Path, name: str, does: str) -> None:
    program = folder / name
    program.write_text(f"#!{sys.executable}\nimport os, sys\n{does}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)


NOTE = "open({0!r}, 'w').write(repr(sys.argv[1:]) + chr(10) + os.environ.get('PGPASSWORD', ''))"


def test_the_password_of_the_database_is_not_among_the_arguments(programs: Path) -> None:
    stand_in(programs, "pg_dump", NOTE.format(str(programs / "note")))
    archive._run("pg_dump", url="postgresql://campana:se%23cret@db/campana?options=-c%20jit%3Doff")
    arguments, password = (programs / "note").read_text().splitlines()
    assert "se#cret" not in arguments
    assert "se%23cret" not in arguments
    assert "jit=off" in arguments
    assert "campana.system=on" in arguments
    assert password == "se#cret"


def test_a_server_before_17_is_not_told_what_it_does_not_know(programs: Path) -> None:
    stand_in(programs, "pg_restore", "print('SET lock_timeout = 0;\\nSET transaction_timeout = 0;\\nSELECT 1;')")
    stand_in(programs, "psql", f"open({str(programs / 'heard')!r}, 'w').write(sys.stdin.read())")
    archive._pour(programs / "dump", "postgresql:///x")
    assert (programs / "heard").read_text() == "SET lock_timeout = 0;\nSELECT 1;\n"


def test_a_dump_that_can_not_be_read_to_its_end_is_not_committed(programs: Path) -> None:
    stand_in(programs, "pg_restore", "print('SELECT 1;', flush=True); sys.stderr.write('torn'); sys.exit(1)")
    stand_in(programs, "psql", f"sys.stdin.read(); open({str(programs / 'committed')!r}, 'w')")
    with pytest.raises(archive.DumpFailed, match="torn"):
        archive._pour(programs / "dump", "postgresql:///x")
    assert not (programs / "committed").exists()
