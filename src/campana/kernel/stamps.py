"""A stamp of what was on a page, for rows that carry no version: another one means somebody changed them since."""

from __future__ import annotations

import hashlib


def stamp(*shown: object) -> str:
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:20]
