"""What the commands of ``bin/sim`` are given, found out before minutes of simulation and not after."""

from __future__ import annotations

import argparse
import os
from pathlib import Path


def some(written: str) -> int:
    if not written.isdecimal() or int(written) < 1:
        raise argparse.ArgumentTypeError(f"{written!r} is not a number from 1 on")
    return int(written)


def new_file(written: str) -> Path:
    path = Path(written)
    if not path.parent.is_dir() or path.is_dir() or not os.access(path if path.exists() else path.parent, os.W_OK):
        raise argparse.ArgumentTypeError(f"{written!r} can not be written: name a file in a folder that is there")
    return path
