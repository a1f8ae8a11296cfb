"""How a command says no."""

from __future__ import annotations

import argparse
from typing import TypeAlias

Parsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
Options: TypeAlias = argparse.Namespace


class Sorry(Exception):
    """The command ends with 1 and these words, which name the remedy."""
