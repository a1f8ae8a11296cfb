"""What the commands of ``bin/sim`` are given, found out before minutes of simulation and not after."""

from __future__ import annotations

import argparse
import os
from datetime import date
from pathlib import Path
from typing import TypeVar

FIRST_YEAR, LAST_YEAR = 1970, 2080
"""Of days somebody writes by hand: a calendar's edge, or past the last id of an attempt, is no plan."""


def some(written: str) -> int:
    if not written.isdecimal() or int(written) < 1:
        raise argparse.ArgumentTypeError(f"{written!r} is not a number from 1 on")
    return int(written)


def span(written: str) -> float:
    """Minutes or hours."""
    try:
        long = float(written)
    except ValueError:
        long = 0.0
    if not 0 < long < 1_000_000:
        raise argparse.ArgumentTypeError(f"{written!r} is not a number above 0")
    return long


def hours_of_a_shift(written: str) -> float:
    """Long enough for a break in the middle, and within one day."""
    long = span(written)
    if not 1 <= long <= 24:
        raise argparse.ArgumentTypeError(f"{written!r} is not from 1 to 24 hours")
    return long


def day(written: str) -> date:
    try:
        found = date.fromisoformat(written)
    except ValueError as problem:
        raise argparse.ArgumentTypeError(f"{written!r} is no day, write it like 2026-03-02") from problem
    try:
        return near(found)
    except ValueError as problem:
        raise argparse.ArgumentTypeError(str(problem)) from problem


Day = TypeVar("Day", bound=date)


def near(moment: Day) -> Day:
    """A day or moment of a calendar that can be reckoned with. Raises ValueError."""
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(f"{moment} is not between {FIRST_YEAR} and {LAST_YEAR}")
    return moment


def new_file(written: str) -> Path:
    path = Path(written)
    if not path.parent.is_dir() or path.is_dir() or not os.access(path if path.exists() else path.parent, os.W_OK):
        raise argparse.ArgumentTypeError(f"{written!r} can not be written: name a file in a folder that is there")
    return path
