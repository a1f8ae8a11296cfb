"""A stamp of what was on a page, for rows that carry no version: another one means somebody changed them since."""

from __future__ import annotations

import hashlib
import json


def stamp(*shown: object) -> str:
    text = json.dumps(shown, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
