"""A backup of a living database, read into an empty one, is the same organisation."""

from __future__ import annotations

import contextlib
import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import psycopg
import pytest

from support.migrated import url_of

pytestmark = pytest.mark.slow

Run: TypeAlias = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def server() -> Iterator[psycopg.Connection]:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        yield connection


@contextlib.contextmanager
def a_database(server: psycopg.Connection, template: str = "template1") -> Iterator[str]:
    name = f"backup_{secrets.token_hex(4)}"
    server.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    yield url_of(server, name)
    server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def migrated(server: psycopg.Connection) -> Iterator[str]:
    """The name of a migrated database with one organisation, to copy from."""
    with a_database(server, os.environ.get("CAMPANA_TEST_TEMPLATE", "template1")) as url:
        run_campana(url, Path("/nonexistent"), "migrate")
        fill(url)
        yield url.rpartition("/")[2].partition("?")[0]


@pytest.fixture
def old(server: psycopg.Connection, migrated: str) -> Iterator[str]:
    with a_database(server, migrated) as url:
        yield url


@pytest.fixture
def new(server: psycopg.Connection) -> Iterator[str]:
    with a_database(server) as url:
        yield url


@pytest.fixture
def campana(tmp_path: Path) -> Run:
    """``bin/campana`` on a database, with a folder of files that belongs to it."""

    def run(url: str, *arguments: str, good: bool = True) -> subprocess.CompletedProcess[str]:
        return run_campana(url, folder_of(tmp_path, url), *arguments, good=good)

    return run


def run_campana(url: str, folder: Path, *arguments: str, good: bool = True) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DATABASE_URL": url, "CAMPANA_DATA": str(folder)}
    code = "import sys; from campana.config.cli.main import main; sys.exit(main(sys.argv[1:]))"
    done = subprocess.run([sys.executable, "-c", code, *arguments], env=environment, capture_output=True, text=True)
    assert (done.returncode == 0) is good, done.stderr + done.stdout
    return done


def folder_of(tmp_path: Path, url: str) -> Path:
    return tmp_path / url.rpartition("/")[2].partition("?")[0]


def query(url: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url, options="-c campana.system=on") as connection:
        return list(connection.execute(statement).fetchall())


FILL = """
import django; django.setup()
from datetime import UTC, datetime
from campana.accounts.operations.create_organisation import create_organisation
create_organisation(slug="lumen", name="Žluťoučký kůň", owner_email="olga@lumen.example", owner_name="Olga",
    owner_password="a bell rings in lumen", time_zone="Europe/Prague", language="cs",
    now=datetime(2030, 1, 7, tzinfo=UTC))
"""


def fill(url: str) -> None:
    """One organisation with its owner."""
    environment = {**os.environ, "DATABASE_URL": url}
    subprocess.run([sys.executable, "-c", FILL], env=environment, check=True)


def test_a_restored_database_holds_the_same_rows_behind_the_same_walls(
    old: str, new: str, campana: Run, tmp_path: Path
) -> None:
    recording = folder_of(tmp_path, old) / "files" / "recordings" / "1.wav"
    recording.parent.mkdir(parents=True)
    recording.write_bytes(b"RIFF")

    campana(old, "backup", str(tmp_path / "backup"))
    assert "complete" in campana(new, "restore", "--check", str(tmp_path / "backup")).stdout
    campana(new, "restore", str(tmp_path / "backup"))

    tables = (
        "SELECT slug, name, language FROM accounts_organisation",
        "SELECT key, name, permissions FROM accounts_role",
    )
    for table in tables:
        assert query(new, table) == query(old, table) != []
    walls = "SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class WHERE relkind = 'r' ORDER BY 1"
    assert query(new, walls) == query(old, walls)
    assert (folder_of(tmp_path, new) / "files" / "recordings" / "1.wav").read_bytes() == b"RIFF"
    assert campana(new, "migrate", "--check").stdout == "nothing is missing\n"


def test_a_backup_that_was_changed_is_not_restored(old: str, new: str, campana: Run, tmp_path: Path) -> None:
    campana(old, "backup", str(tmp_path / "backup"))
    with (tmp_path / "backup" / "database.dump").open("r+b") as dump:
        dump.seek(500)
        dump.write(b"x")
    assert "differs" in campana(new, "restore", str(tmp_path / "backup"), good=False).stderr
    assert query(new, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]


def test_a_database_with_something_in_it_is_not_restored_into(old: str, new: str, campana: Run, tmp_path: Path) -> None:
    campana(old, "backup", str(tmp_path / "backup"))
    with psycopg.connect(new) as connection:
        connection.execute("CREATE TABLE precious (id int)")
    assert "not empty" in campana(new, "restore", str(tmp_path / "backup"), good=False).stderr


def test_the_command_line_makes_people_and_keys_and_opens_locked_doors(old: str, campana: Run) -> None:
    made = campana(
        old, "user", "create", "--organisation", "lumen", "--email", "eve@lumen.example", "--name", "Eve",
        "--role", "administrator",
    )  # fmt: skip
    assert len(made.stdout.split()) == 1, "the generated password alone"
    again = campana(old, "user", "reset-password", "--email", "EVE@lumen.example").stdout
    assert again != made.stdout
    key = campana(old, "apikey", "create", "--organisation", "lumen", "--role", "administrator").stdout
    assert key.count("\n") == 1
    assert key.startswith("cmp_")
    listed = campana(old, "apikey", "list", "--organisation", "lumen").stdout
    campana(old, "apikey", "revoke", "--organisation", "lumen", listed.split()[0])
    assert campana(old, "apikey", "list", "--organisation", "lumen").stdout == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("apikey", "create", "--organisation", "nobody", "--role", "administrator"), "there are: lumen"),
        (("apikey", "create", "--organisation", "lumen", "--role", "king"), "there are: administrator"),
        (("user", "reset-password", "--email", "nobody@lumen.example"), "nobody has the address"),
    ],
)
def test_a_command_that_can_not_be_done_says_why(
    server: psycopg.Connection, migrated: str, campana: Run, arguments: tuple[str, ...], words: str
) -> None:
    assert words in campana(url_of(server, migrated), *arguments, good=False).stderr


def test_doctor_names_what_is_wrong_and_the_remedy(new: str, old: str, campana: Run) -> None:
    before = campana(new, "doctor", good=False).stdout
    assert "WRONG  migrations" in before
    assert "remedy: run bin/campana migrate" in before
    after = campana(old, "doctor", good=False).stdout
    assert [line for line in after.splitlines() if "WRONG" in line] == [
        "WRONG  engine: none has ever taken an organisation"
    ]
    assert "row-level security binds it" in after


def test_nothing_is_served_from_a_database_older_than_the_code(new: str, campana: Run) -> None:
    assert "run bin/campana migrate" in campana(new, "serve", good=False).stderr


def test_recordings_that_asterisk_leaves_elsewhere_are_in_the_backup(
    old: str, new: str, campana: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asterisks, files = tmp_path / "spool", folder_of(tmp_path, old) / "files"
    (asterisks / "2a").mkdir(parents=True)
    (asterisks / "2a" / "1.wav").write_bytes(b"RIFF")
    files.mkdir(parents=True)
    (files / "recordings").symlink_to(asterisks)
    monkeypatch.setenv("CAMPANA_AUDIO", str(tmp_path / "sounds"))
    (tmp_path / "sounds").mkdir()
    (tmp_path / "sounds" / "x.wav").write_bytes(b"RIFFx")
    campana(old, "backup", str(tmp_path / "backup"))
    assert "is not empty" in campana(new, "restore", str(tmp_path / "backup"), good=False).stderr

    monkeypatch.setenv("CAMPANA_RECORDINGS", str(tmp_path / "new"))
    monkeypatch.delenv("CAMPANA_AUDIO")
    campana(new, "restore", str(tmp_path / "backup"))
    assert (tmp_path / "new" / "2a" / "1.wav").read_bytes() == b"RIFF"
    assert (folder_of(tmp_path, new) / "files" / "audio" / "x.wav").read_bytes() == b"RIFFx"


def test_a_backup_through_an_address_with_options_is_no_empty_one(
    old: str, new: str, campana: Run, tmp_path: Path
) -> None:
    with_options = f"{old}&options=-c%20statement_timeout%3D60s"
    run_campana(with_options, folder_of(tmp_path, old), "backup", str(tmp_path / "backup"))
    campana(new, "restore", str(tmp_path / "backup"))
    slugs = "SELECT slug FROM accounts_organisation"
    assert query(new, slugs) == query(old, slugs) != []


def test_a_backup_is_its_makers_alone_also_in_a_folder_that_was_there(old: str, campana: Run, tmp_path: Path) -> None:
    (tmp_path / "backup").mkdir(mode=0o755)
    campana(old, "backup", str(tmp_path / "backup"))
    assert {part: (tmp_path / "backup" / part).stat().st_mode & 0o077 for part in ("database.dump", "files.tar")} == {
        "database.dump": 0,
        "files.tar": 0,
    }
