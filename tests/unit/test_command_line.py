"""What an operator reads when a command can not do its work: a sentence, and never a traceback."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

import pytest

from campana.config.home import Home, NoFolder
from campana.config.ports import port
from campana.sim.arguments import hours_of_a_shift

CODE = "import sys; from campana.config.cli.main import main; sys.exit(main())"
NOWHERE = "postgresql://nobody@127.0.0.1:1/none"


@pytest.mark.parametrize(
    "words", ["migrate", "user list --organisation lumen", "apikey list --organisation lumen"], ids=lambda words: words
)
def test_a_database_that_is_away_is_said_in_a_sentence(words: str) -> None:
    environment = {**os.environ, "DATABASE_URL": NOWHERE, "CAMPANA_SECRET_KEY": "only-for-this-test"}
    done = subprocess.run(
        [sys.executable, "-c", CODE, *words.split()], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith("campana: the database does not answer: ")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("written", ["0", "-1", "65536", "99999", "abc", ""])
def test_a_port_that_can_not_be_is_refused(written: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="name one from 1 to 65535"):
        port(written)


@pytest.mark.parametrize("written", ["0.1", "0", "25", "nan"])
def test_a_shift_has_room_for_a_break_and_ends_within_a_day(written: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        hours_of_a_shift(written)


def test_a_folder_that_can_not_be_made_is_said_in_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(NoFolder, match="can not be made"), Home(file / "inside").held("a test"):
        pass
