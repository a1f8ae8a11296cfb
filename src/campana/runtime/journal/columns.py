"""Rows of facts turned into the arrays in which a batch travels, one column each.

The arrays are written as PostgreSQL reads them (``{1,NULL,3}``): adapting them value by value took more time than the
engine needs to decide.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any


def named(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> dict[str, str]:
    """A column for every name."""
    columns = list(zip(*rows, strict=True))
    if not columns:
        return dict.fromkeys(names, "{}")
    return {name: array(column) for name, column in zip(names, columns, strict=True)}


def array(values: Iterable[Any]) -> str:
    """An array literal of numbers, truths, moments, codes and texts, in which None is NULL."""
    return "{" + ",".join([_WRITERS[type(value)](value) for value in values]) + "}"


def _text(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


class _Writers(dict[type, Callable[[Any], str]]):
    """By type; kinds of codes and numbers are learnt as they come."""

    def __missing__(self, kind: type) -> Callable[[Any], str]:
        if issubclass(kind, StrEnum):
            self[kind] = _code
        elif issubclass(kind, str):
            self[kind] = _text
        else:
            raise TypeError(f"a {kind.__name__} has no place in an array")
        return self[kind]


def _code(value: StrEnum) -> str:
    return _text(value.value)


_WRITERS = _Writers(
    {
        type(None): lambda value: "NULL",
        bool: lambda value: "t" if value else "f",
        int: str,
        float: repr,
        str: _text,
        datetime: lambda value: '"' + value.isoformat() + '"',
    }
)
