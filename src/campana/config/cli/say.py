"""How a command says no, and how it ends when nobody hears it any more."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TypeAlias

Parsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
Options: TypeAlias = argparse.Namespace


class Sorry(Exception):
    """The command ends with 1 and these words, which name the remedy."""


def heard_enough() -> int:
    """Whoever read our words has gone: what Python still flushes at its end leads nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0
