"""Law packs as they are read: every fact has its type, its range and its source, or nothing is loaded at all."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from campana.engine.words import BudgetWindow, Governed
from campana.kernel.windows import BadWindow, Period

FILE: Final = Path(__file__).with_name("packs.toml")
T = TypeVar("T")


class BadPack(ValueError):
    """The file says something that no pack can mean."""


class Duty(StrEnum):
    """What no program sees to: people must."""

    CONSENT = "consent"
    PROOF = "proof"
    RANDOM_NUMBERS = "random_numbers"
    REGISTER = "register"
    """``number``: at most so many days old."""
    OPT_OUTS = "opt_outs"
    """``number``: business days."""
    RECORDS = "records"
    ARTIFICIAL_VOICES = "artificial_voices"
    BRAND = "brand"
    NO_SAFE_SHARE = "no_safe_share"
    NO_AUTOMATIC_ADVERTISING = "no_automatic_advertising"
    MASS_CALLS = "mass_calls"


@dataclass(frozen=True, slots=True)
class Fact(Generic[T]):
    value: T
    source: str


@dataclass(frozen=True, slots=True)
class Task:
    """A duty, and the number in it."""

    duty: Duty
    source: str
    number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """``ring`` in seconds, ``rest_after`` in hours; ``hours`` by the callee's clock. None: the pack says nothing."""

    country: str
    most_abandoned: Fact[float] | None = None
    governed: Fact[Governed] | None = None
    window: Fact[BudgetWindow] | None = None
    ring: Fact[int] | None = None
    message: Fact[bool] | None = None
    rest_after: Fact[int] | None = None
    calls_a_day: Fact[int] | None = None
    hours: Fact[tuple[Period, ...]] | None = None
    duties: tuple[Task, ...] = ()


def pack_of(country: str) -> Pack | None:
    """The pack of a country by its two letters, where there is one."""
    return packs().get(country)


@cache
def packs() -> Mapping[str, Pack]:
    return read(FILE.read_text(encoding="utf-8"))


def read(text: str) -> dict[str, Pack]:
    """Raises BadPack, with the place in it."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise BadPack(str(wrong)) from None
    return {country: _pack(country, facts) for country, facts in found.items()}


def _pack(country: str, facts: Any) -> Pack:
    if not re.fullmatch("[A-Z]{2}", country) or not isinstance(facts, dict):
        raise BadPack(f"{country}: a pack is a table under a country's two letters")
    if unknown := set(facts) - {*_READERS, "duties"}:
        raise BadPack(f"{country}: no pack has {', '.join(sorted(unknown))}")
    known = {
        name: _fact(f"{country}.{name}", facts[name], reader) for name, reader in _READERS.items() if name in facts
    }
    duties = tuple(_task(f"{country}.duties", row) for row in facts.get("duties", []))
    return Pack(country=country, duties=duties, **known)


def _fact(place: str, row: Any, reader: Callable[[Any], Any]) -> Fact[Any]:
    if not isinstance(row, dict) or set(row) != {"value", "source"}:
        raise BadPack(f"{place}: a fact has a value and a source")
    try:
        return Fact(reader(row["value"]), _source(place, row))
    except (TypeError, ValueError) as wrong:
        raise BadPack(f"{place}: {wrong}") from None


def _task(place: str, row: Any) -> Task:
    if not isinstance(row, dict) or set(row) - {"duty", "source", "number"}:
        raise BadPack(f"{place}: a duty has its word, a source and perhaps a number")
    try:
        number = _count(1, 366)(row["number"]) if "number" in row else None
        return Task(Duty(str(row.get("duty"))), _source(place, row), number)
    except ValueError as wrong:
        raise BadPack(f"{place}: {wrong}") from None


def _source(place: str, row: Mapping[str, Any]) -> str:
    source = row.get("source")
    if not isinstance(source, str) or not source.strip():
        raise BadPack(f"{place}: no source")
    return source


def _share(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ValueError("a share is from 0 to 1")
    return float(value)


def _count(low: int, high: int) -> Callable[[Any], int]:
    def reader(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise ValueError(f"a whole number from {low} to {high}")
        return value

    return reader


def _yes(value: Any) -> bool:
    if value is not True:
        raise ValueError("true, or left out")
    return True


def _hours(value: Any) -> tuple[Period, ...]:
    match = re.fullmatch(r"(\d\d):(\d\d)-(\d\d):(\d\d)", str(value))
    if match is None:
        raise ValueError("hours look like 08:00-21:00")
    start, start_minute, end, end_minute = (int(part) for part in match.groups())
    try:
        return tuple(Period(day, start * 60 + start_minute, end * 60 + end_minute) for day in range(7))
    except BadWindow as wrong:
        raise ValueError(str(wrong)) from None


_READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "most_abandoned": _share,
    "governed": Governed,
    "window": BudgetWindow,
    "ring": _count(1, 60),
    "message": _yes,
    "rest_after": _count(1, 24 * 31),
    "calls_a_day": _count(1, 100),
    "hours": _hours,
}
