"""Waiting for the world outside the process: until it is so, and no longer."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Seen = TypeVar("Seen")


def eventually(look: Callable[[], Seen], *, within: float = 20.0) -> Seen:
    """What ``look`` sees once that is true; AssertionError when it never is."""
    until = time.monotonic() + within
    while True:
        seen = look()
        if seen:
            return seen
        assert time.monotonic() < until, f"not so within {within:g} s"
        time.sleep(0.02)
