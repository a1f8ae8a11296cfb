"""The address of static files: ``/static/<digest>/…`` with one digest over all of them.

Because the digest is part of the folder and not of the file's name, relative addresses inside CSS and SVG stay
as they are written, nothing has to be collected or rewritten, and every file may be cached for ever.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1]


def digest() -> str:
    """Twelve hex digits that change when any static file of any app does. Takes about a millisecond."""
    told = hashlib.sha256()
    for folder in sorted(SOURCE.glob("*/static")):
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            told.update(str(file.relative_to(folder)).encode() + b"\0" + file.read_bytes())
    return told.hexdigest()[:12]


def for_ever(path: str, url: str) -> bool:
    """WhiteNoise: whether a file never changes at its address. The digest makes it so for all of them."""
    return True
