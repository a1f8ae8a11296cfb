"""bin/asterisk says what it can not do, and what to do instead."""

from __future__ import annotations

import importlib.util
import os
import shutil
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

import pytest

COMMAND = Path(__file__).resolve().parents[3] / "bin" / "asterisk"


@pytest.fixture
def command() -> ModuleType:
    loader = SourceFileLoader("asterisk_command", str(COMMAND))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def test_it_asks_for_root_and_names_the_other_way(command: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(SystemExit, match=r"must be root.*CAMPANA_ARI_URL"):
        command.refuse_where_impossible()


def test_it_says_when_this_is_not_debian(command: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(SystemExit, match=r"not Debian or Ubuntu.*CAMPANA_ARI_URL"):
        command.refuse_where_impossible()


def test_secrets_are_generated_kept_and_readable_by_nobody_else(
    command: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(command, "HOME", tmp_path)
    first = command.agents_conf(2)
    password = command.ari_password()
    assert command.agents_conf(2) == first
    assert command.ari_password() == password
    assert len(password) >= 24
    assert first.count("password = ") == len({line for line in first.splitlines() if "password" in line}) == 2
    for name in ("agents.json", "ari.env"):
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
