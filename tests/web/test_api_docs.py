"""The examples of docs/api/README.md, run in their order against a served product."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from campana.tenancy import organisation_scope
from support.campaigns import hotline
from support.cast import api_key, make_cast
from support.jobs import do_waiting
from support.receiver import Receiver, receiver

PAGE = Path(__file__).resolve().parents[2] / "docs" / "api" / "README.md"
BLOCK = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
ANY = "…"


class Block(NamedTuple):
    language: str
    words: str
    text: str


def blocks() -> list[Block]:
    return [Block(*match.groups()) for match in BLOCK.finditer(PAGE.read_text())]


def assert_like(shown: Any, real: Any, path: str = "") -> None:
    """``…`` stands for any text, for the rest of a text, and as a key for further keys. Ids and times may differ."""
    if isinstance(shown, dict):
        assert isinstance(real, dict), path
        names = set(shown) - {ANY}
        assert names == set(real) or (ANY in shown and names <= set(real)), (path, sorted(real))
        for name in names:
            if name not in {"id", "created_at"}:
                assert_like(shown[name], real[name], f"{path}.{name}")
    elif isinstance(shown, list):
        assert len(shown) == len(real), (path, real)
        for index, (one, other) in enumerate(zip(shown, real, strict=True)):
            assert_like(one, other, f"{path}.{index}")
    elif isinstance(shown, str) and shown.endswith(ANY):
        assert str(real).startswith(shown.removesuffix(ANY)), (path, real)
    else:
        assert shown == real, (path, real)


@pytest.fixture
def hook() -> Iterator[Receiver]:
    with receiver() as it:
        yield it


@pytest.fixture
def environment(live_server: Any, hook: Receiver, settings: Any, tmp_path: Path) -> dict[str, str]:
    settings.WEBHOOKS_PRIVATE, settings.MEDIA_ROOT = True, tmp_path
    cast = make_cast()
    with organisation_scope(cast.lumen.pk):
        line = hotline(cast.lumen)
    return {
        **os.environ,
        "CAMPANA": live_server.url,
        "KEY": api_key(cast.lumen),
        "HOTLINE": str(line.pk),
        "AGENT": str(cast.alice_agent.pk),
        "RECEIVER": hook.url,
    }


@pytest.mark.django_db(transaction=True)
def test_every_example_of_the_api_page_does_what_it_says(environment: dict[str, str], hook: Receiver) -> None:
    output, ran = "", 0
    for block in blocks():
        match block.language:
            case "sh":
                command = ["bash", "-euo", "pipefail", "-c", block.text]
                done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
                assert done.returncode == 0, (block.text, done.stderr)
                output, ran = done.stdout, ran + 1
                for name, key in re.findall(r"(\w+)=(\w+)", block.words):
                    environment[name] = str(json.loads(output)[key])
                do_waiting()
            case "json" if "delivered" in block.words:
                assert_like(json.loads(block.text), hook.received[-1].content)
            case "json":
                assert_like(json.loads(block.text), json.loads(output))
            case "text":
                assert output.strip().lower() == block.text.strip().lower()
            case "python":
                page: dict[str, Any] = {}
                exec(block.text, page)  # noqa: S102 - our own page
                got = hook.received[-1]
                signature, is_ours = got.headers["Campana-Signature"], page["is_ours"]
                assert is_ours(environment["SECRET"], signature, got.body)
                assert not is_ours(environment["SECRET"], signature, got.body + b" ")
                assert not is_ours(environment["SECRET"], signature, got.body, now=1.0)
    assert ran >= 9
