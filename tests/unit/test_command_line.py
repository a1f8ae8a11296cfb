"""What an operator reads when a command can not do its work: a sentence, and never a traceback."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

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
