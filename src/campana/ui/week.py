"""A week of periods as people see it: seven typed lines and a grid of hours, in step with each other.

``ui/_hour_grid.html`` shows a ``Week``. Without a script the typed lines alone are the component.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from babel import Locale
from babel.units import format_unit
from django.utils.translation import get_language

from campana.kernel.windows import DAY_MINUTES, Period, merge

Rows = Iterable[Iterable[int]]
"""[weekday, start minute, end minute], as periods are stored."""


@dataclass(frozen=True, slots=True)
class Cell:
    hour: int
    on: bool
    part: str
    """``late``: only its second half; ``early``: only its first; any other part shows as on."""
    shut: bool


@dataclass(frozen=True, slots=True)
class Day:
    number: int
    name: str
    short: str
    typed: str
    cells: list[Cell]
    total: str
    """Hours that count on this day, with their unit."""
    wrong: bool = False


@dataclass(frozen=True, slots=True)
class Week:
    days: list[Day]
    total: str
    shut: list[list[int]]
    """Periods that are never open, whatever is typed: they are hatched and do not count."""


def week(
    periods: Rows, typed: Mapping[int, str] | None = None, *, empty_is_all: bool, shut: Rows = (), wrong: bool = False
) -> Week:
    """``typed``: what somebody entered and must find again, instead of the stored periods; ``wrong`` marks it."""
    rows, closed = [Period(*row) for row in periods], merge(Period(*row) for row in shut)
    if not rows and empty_is_all:
        rows = [Period(day, 0, DAY_MINUTES) for day in range(7)]
    names, short = _names()
    days, sum_ = [], 0
    for number in range(7):
        own = [period for period in merge(rows) if period.weekday == number]
        never = [period for period in closed if period.weekday == number]
        minutes = sum(_open(own, never))
        line = typed.get(number, "") if typed is not None else typed_line(own)
        cells = [_cell(hour, own, never) for hour in range(24)]
        days.append(Day(number, names[number], short[number], line, cells, _hours(minutes), wrong and bool(line)))
        sum_ += minutes
    return Week(days, _hours(sum_) or "0", [[p.weekday, p.start, p.end] for p in closed])


def shut_outside(periods: Rows) -> list[list[int]]:
    """What these periods leave out of the week. No periods restrict nothing."""
    given = merge(Period(*row) for row in periods)
    if not given:
        return []
    closed = []
    for day in range(7):
        since = 0
        for period in given:
            if period.weekday != day:
                continue
            if since < period.start:
                closed.append([day, since, period.start])
            since = period.end
        if since < DAY_MINUTES:
            closed.append([day, since, DAY_MINUTES])
    return closed


def typed_week(posted: Mapping[str, str]) -> dict[int, str]:
    """The seven lines of a form: fields ``hours_0`` (Monday) to ``hours_6``."""
    return {day: posted.get(f"hours_{day}", "").strip() for day in range(7)}


def typed_line(periods: Iterable[Period]) -> str:
    return ", ".join(f"{_clock(period.start)}–{_clock(period.end)}" for period in periods)


def typed_days(periods: Rows) -> list[tuple[str, str]]:
    """Short names and typed line of the days that have hours; neighbours with the same line are one: Mon–Fri."""
    merged, names = merge(Period(*row) for row in periods), _names()[1]
    lines = [typed_line(period for period in merged if period.weekday == day) for day in range(7)]
    found: list[tuple[int, int, str]] = []
    for day, line in enumerate(lines):
        if found and found[-1][1:] == (day - 1, line):
            found[-1] = (found[-1][0], day, line)
        else:
            found.append((day, day, line))
    return [
        (names[first] if first == last else f"{names[first]}–{names[last]}", line)
        for first, last, line in found
        if line
    ]


def _names() -> tuple[Sequence[str], Sequence[str]]:
    locale = _locale()
    names, short = locale.days["stand-alone"]["wide"], locale.days["stand-alone"]["abbreviated"]
    return [names[day] for day in range(7)], [short[day] for day in range(7)]


def _locale() -> Locale:
    return Locale.parse((get_language() or "en").replace("-", "_"))


def _hours(minutes: int) -> str:
    return str(format_unit(round(minutes / 60, 1), "hour", length="short", locale=_locale())) if minutes else ""


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _open(own: Iterable[Period], never: Sequence[Period]) -> Iterable[int]:
    """Minutes of each period that are not shut."""
    for period in own:
        lost = sum(max(0, min(period.end, n.end) - max(period.start, n.start)) for n in never)
        yield period.end - period.start - lost


def _cell(hour: int, own: Sequence[Period], never: Sequence[Period]) -> Cell:
    start, half, end = hour * 60, hour * 60 + 30, hour * 60 + 60
    first, second = _covers(own, start, half), _covers(own, half, end)
    part = "" if first and second else "early" if first else "late" if second else ""
    return Cell(hour, first or second, part, any(p.start <= start and p.end >= end for p in never))


def _covers(periods: Sequence[Period], start: int, end: int) -> bool:
    return any(period.start < end and period.end > start for period in periods)
