"""The wrapper around the embedded server: where it may live, and whose socket it trusts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from campana.config import postgres
from campana.config.postgres import Postgres, PostgresError

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")


@as_root
def test_a_folder_the_account_can_not_reach_is_left_for_another_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "SHELTER", tmp_path / "shelter")
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    server = Postgres.at(closed / "demo" / "postgres")
    assert server.moved_from == closed / "demo" / "postgres"
    assert server.data.is_relative_to(tmp_path / "shelter")
    assert Postgres.at(closed / "other" / "postgres").data != server.data


@as_root
def test_a_server_that_had_to_move_runs_with_programs_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    import shutil
    import tempfile

    shelter = Path(tempfile.mkdtemp(prefix="campana-shelter-"))
    shelter.chmod(0o755)
    monkeypatch.setattr(postgres, "SHELTER", shelter)
    monkeypatch.setattr(postgres, "_reachable", lambda path, account: path.is_relative_to(shelter))
    server = Postgres.at(Path("/nowhere/postgres"))
    try:
        assert server.programs.is_relative_to(shelter)
        server.start()
        assert server.answers()
    finally:
        server.stop("immediate")
        server.tidy()
        shutil.rmtree(shelter)


@as_root
def test_an_ordinary_folder_is_used_as_it_is(tmp_path_factory: pytest.TempPathFactory) -> None:
    root = Path(os.environ["CAMPANA_DATA"])
    assert Postgres.at(root / "postgres").account
    assert postgres._reachable(Path("/tmp/anything"), "nobody")


def test_a_socket_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    server = Postgres(tmp_path / "data")
    server.socket_dir.mkdir(mode=0o755)
    try:
        with pytest.raises(PostgresError, match="belongs to somebody else"):
            server._make_socket_dir()
    finally:
        server.socket_dir.rmdir()


def test_a_socket_folder_that_is_a_link_is_refused(tmp_path: Path) -> None:
    server = Postgres(tmp_path / "data")
    (tmp_path / "target").mkdir(mode=0o700)
    server.socket_dir.symlink_to(tmp_path / "target")
    try:
        with pytest.raises(PostgresError, match="belongs to somebody else"):
            server._make_socket_dir()
    finally:
        server.socket_dir.unlink()


def test_an_older_cluster_gets_the_settings_of_today_at_its_next_start() -> None:
    import shutil
    import tempfile

    home = Path(tempfile.mkdtemp(prefix="campana-older-"))
    home.chmod(0o755)
    server = Postgres.at(home / "postgres")
    try:
        server.prepare()
        main = server.data / "postgresql.conf"
        ours = server.data / postgres.SETTINGS_FILE
        assert _told(server, "max_connections") == "500"
        main.write_text(main.read_text().replace(f"include_if_exists = '{postgres.SETTINGS_FILE}'", ""))
        ours.unlink()
        with main.open("a") as conf:
            conf.write("max_connections = 200\nunix_socket_directories = '/somewhere/else'\n")
        assert _told(server, "max_connections") == "200"

        server.prepare()
        server.prepare()
        assert _told(server, "max_connections") == "500"
        assert _told(server, "unix_socket_directories") == str(server.socket_dir)
        assert sum(line.startswith("include_if_exists") for line in main.read_text().splitlines()) == 1

        (server.data / "postgresql.auto.conf").write_text("max_connections = '900'\n")
        server.prepare()
        assert _told(server, "max_connections") == "900"
    finally:
        server.tidy()
        shutil.rmtree(home)


def _told(server: Postgres, setting: str) -> str:
    """What the server itself would run with."""
    return server._run("postgres", "-D", str(server.data), "-C", setting).stdout.strip()
