"""A week of periods as people see it: seven typed lines and a grid of hours, in step with each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from babel import Locale
from django.utils.translation import get_language

from campana.kernel.windows import Period, merge


@dataclass(frozen=True, slots=True)
class Cell:
    hour: int
    on: bool
    part: str
    """``late``: only its second half; ``early``: only its first; any other part shows as on."""


@dataclass(frozen=True, slots=True)
class Day:
    number: int
    name: str
    short: str
    typed: str
    cells: list[Cell]


def week(periods: Iterable[Iterable[int]], typed: Mapping[int, str] | None = None, *, empty_is_all: bool) -> list[Day]:
    """Seven days. ``typed``: what somebody entered and must find again, instead of the stored periods."""
    rows = [Period(*row) for row in periods]
    if not rows and empty_is_all:
        rows = [Period(day, 0, 24 * 60) for day in range(7)]
    locale = Locale.parse((get_language() or "en").replace("-", "_"))
    names, short = locale.days["stand-alone"]["wide"], locale.days["stand-alone"]["abbreviated"]
    days = []
    for number in range(7):
        own = [period for period in merge(rows) if period.weekday == number]
        text = ", ".join(f"{_clock(period.start)}–{_clock(period.end)}" for period in own)
        line = typed.get(number, "") if typed is not None else text
        days.append(Day(number, names[number], short[number], line, [_cell(hour, own) for hour in range(24)]))
    return days


def typed_week(posted: Mapping[str, str]) -> dict[int, str]:
    """The seven lines of a form: fields ``hours_0`` (Monday) to ``hours_6``."""
    return {day: posted.get(f"hours_{day}", "").strip() for day in range(7)}


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _cell(hour: int, periods: list[Period]) -> Cell:
    start, end = hour * 60, hour * 60 + 60
    inside = [(max(p.start, start), min(p.end, end)) for p in periods if p.start < end and p.end > start]
    covered = sum(to - since for since, to in inside)
    part = ""
    if inside and covered < 60:
        part = "late" if inside[0][0] > start else "early"
    return Cell(hour, bool(inside), part)
