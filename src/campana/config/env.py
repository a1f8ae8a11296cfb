"""The only reader of the environment. Strict: a value that can not be read names its variable."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path


class BadSetting(SystemExit):
    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"campana: environment variable {name} {problem}")


def text(name: str, default: str | None = None) -> str:
    value = os.environ.get(name, default)
    if value is None:
        raise BadSetting(name, "is required")
    return value


def boolean(name: str, default: bool) -> bool:
    value = os.environ.get(name)
    if value is None:
        return default
    if value.lower() in {"1", "true", "yes", "on"}:
        return True
    if value.lower() in {"0", "false", "no", "off", ""}:
        return False
    raise BadSetting(name, f"must be true or false, not {value!r}")


def integer(name: str, default: int) -> int:
    value = os.environ.get(name)
    if value is None:
        return default
    try:
        return int(value)
    except ValueError:
        raise BadSetting(name, f"must be a whole number, not {value!r}") from None


def one_of(name: str, choices: Sequence[str], form: Callable[[str], str] = str) -> str:
    """The first unless it is set."""
    value = form(os.environ.get(name, choices[0]))
    if value not in choices:
        raise BadSetting(name, f"must be one of {', '.join(choices)}, not {value!r}")
    return value


def items(name: str, default: str = "") -> list[str]:
    return [item.strip() for item in os.environ.get(name, default).split(",") if item.strip()]


def path(name: str, default: Path) -> Path:
    return Path(os.environ.get(name, default)).resolve()
