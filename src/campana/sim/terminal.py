"""How far a long command is, for who watches it on a terminal."""

from __future__ import annotations

import sys


def passing(line: str) -> None:
    """A line that the next one takes the place of, on standard error; nothing where nobody watches."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{line}\x1b[K")
        sys.stderr.flush()
