"""Before any package is there: what bin/_bootstrap.py says and does, on copies of the checkout."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
LOCK = "# nothing is needed\n"
PROBE = """
import sys, _bootstrap
_bootstrap.enter("run")
import campana_probe
print(sys.prefix, campana_probe.WORDS, *sys.argv[1:])
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A checkout with the real bootstrap, an empty lock and one module."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "src").mkdir()
    shutil.copy(ROOT / "bin" / "_bootstrap.py", tmp_path / "bin")
    (tmp_path / "bin" / "probe").write_text(PROBE)
    (tmp_path / "src" / "campana_probe.py").write_text("WORDS = 'found'\n")
    for name in ("requirements.lock", "requirements-dev.lock"):
        (tmp_path / name).write_text(LOCK)
    return tmp_path


def base_python() -> str:
    """The interpreter outside of any environment."""
    return os.path.realpath(Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}")


def probe(copy: Path, *arguments: str, path: str = "/usr/bin:/bin", more: str = "") -> subprocess.CompletedProcess[str]:
    environment = {"PATH": path, "HOME": str(copy), "PYTHONPATH": more}
    command = [base_python(), str(copy / "bin" / "probe"), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True)


def test_the_first_start_makes_the_environment_and_the_second_only_enters_it(copy: Path) -> None:
    first = probe(copy, "a", "b c")
    assert first.stdout == f"{copy}/.venv found a b c\n", first.stderr
    assert "preparing .venv" in first.stderr
    second = probe(copy)
    assert (second.stdout, second.stderr) == (f"{copy}/.venv found\n", "")


def test_a_changed_lock_brings_the_environment_up_to_date(copy: Path) -> None:
    probe(copy)
    (copy / "requirements.lock").write_text(LOCK + "# changed\n")
    assert "preparing .venv" in probe(copy).stderr
    assert probe(copy).stderr == ""


def test_a_checkout_that_was_moved_makes_its_environment_anew(
    copy: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    probe(copy)
    moved = tmp_path_factory.mktemp("elsewhere") / "campana"
    copy.rename(moved)
    assert probe(moved).stdout == f"{moved}/.venv found\n"
    assert json.loads((moved / ".venv" / "campana.json").read_text())["root"] == str(moved)


def test_two_that_start_at_once_prepare_it_once(copy: Path) -> None:
    command = [base_python(), str(copy / "bin" / "probe")]
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(copy)}
    both = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [process.communicate(timeout=120) for process in both]
    assert [out for out, _ in said] == [f"{copy}/.venv found\n"] * 2
    assert sum("preparing .venv from" in err for _, err in said) == 1


def test_a_python_without_ensurepip_is_told_the_package(copy: Path) -> None:
    (copy / "blocked").mkdir()
    (copy / "blocked" / "ensurepip.py").write_text("raise ImportError('no ensurepip')\n")
    done = probe(copy, more=str(copy / "blocked"))
    assert done.returncode == 1
    assert "sudo apt-get install python3-venv" in done.stderr


def test_an_interrupted_installation_is_done_again(copy: Path) -> None:
    (copy / "requirements.lock").write_text("no-such-package-anywhere==1 --hash=sha256:" + "0" * 64 + "\n")
    broken = probe(copy)
    assert broken.returncode == 1
    assert "this step failed" in broken.stderr
    (copy / "requirements.lock").write_text(LOCK)
    assert probe(copy).stdout == f"{copy}/.venv found\n"
