"""Secrets at rest are encrypted (CRM-804) with a key of the installation, which is not in the database."""

from __future__ import annotations

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def seal(secret: str) -> bytes:
    return seal_bytes(secret.encode())


def unseal(sealed: bytes) -> str:
    """Raises ``cryptography.fernet.InvalidToken`` when no key of the installation fits."""
    return unseal_bytes(sealed).decode()


def seal_bytes(content: bytes) -> bytes:
    return _box(tuple(settings.SEALING_KEYS)).encrypt(content)


def unseal_bytes(sealed: bytes) -> bytes:
    """Raises ``cryptography.fernet.InvalidToken`` when no key of the installation fits."""
    return _box(tuple(settings.SEALING_KEYS)).decrypt(sealed)


@lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    """The first key seals, every key unseals: so keys can be changed."""
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str) -> bytes:
    raw = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"campana secrets at rest").derive(key.encode())
    return base64.urlsafe_b64encode(raw)
