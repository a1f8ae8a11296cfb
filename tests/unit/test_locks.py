"""The lock files: what runs is what was tested, and they name no registry."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def pins(name: str) -> dict[str, str]:
    return dict(re.findall(r"^([\w.\[\],-]+)==([^\s;\\]+)", (ROOT / name).read_text(), re.MULTILINE))


def test_the_lock_of_development_holds_the_lock_of_the_product() -> None:
    product, development = pins("requirements.lock"), pins("requirements-dev.lock")
    assert len(product) > 20
    assert product.items() <= development.items()


def test_every_package_is_pinned_with_hashes_and_without_an_address() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text()
        entries = re.split(r"\n(?=\S)", text.strip())
        packages = [entry for entry in entries if "==" in entry.split("\n", 1)[0]]
        assert all("--hash=sha256:" in entry for entry in packages)
        assert "://" not in text
