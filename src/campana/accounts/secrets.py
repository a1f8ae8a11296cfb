"""Secrets we hand out once: API keys and one-time links. Only their SHA-256 is ever stored.

They carry 256 random bits, so a plain digest is enough: there is nothing to guess and nothing to stretch.
"""

from __future__ import annotations

import hashlib
from secrets import token_hex, token_urlsafe
from typing import Final, NamedTuple

KEY_MARK: Final = "cmp_"
"""Lets people and secret scanners recognise a key of ours."""


class NewKey(NamedTuple):
    secret: str
    prefix: str
    """Tells keys apart on screens; not secret."""


def new_key() -> NewKey:
    """``cmp_<prefix>_<secret>``."""
    prefix = token_hex(4)
    return NewKey(f"{KEY_MARK}{prefix}_{token_urlsafe(32)}", prefix)


def new_token() -> str:
    return token_urlsafe(32)


def digest_of(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).digest()
