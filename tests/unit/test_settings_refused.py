"""A setting that can not be is refused by its name, and without telling a password."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DATABASE_URL", "postgresql://a:pa/ss@host/x", "can not be read"),
        ("DATABASE_URL", "postgresql://a@host:abc/x", "can not be read"),
        ("DATABASE_URL", "postgresql://a@host/x?colour=red", "can not be read"),
        ("DATABASE_URL", "postgresql://a@host", "names no database"),
        ("CAMPANA_LOG_LEVEL", "loud", "must be one of INFO, DEBUG"),
        ("CAMPANA_LOG_FORMAT", "xml", "must be one of json, text"),
        ("CAMPANA_SECRET_KEY", "", "is empty"),
    ],
)
def test_a_setting_that_can_not_be_is_refused_by_its_name(name: str, value: str, said: str) -> None:
    given = {"DATABASE_URL": "postgresql://a@host/x", "CAMPANA_SECRET_KEY": "x", name: value}
    done = subprocess.run(
        [sys.executable, "-c", "import campana.config.settings"], env=os.environ | given, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert done.stderr.startswith(f"campana: environment variable {name} {said}")
    assert "pa/ss" not in done.stderr
