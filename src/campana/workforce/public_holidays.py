"""Public holidays as data with their source: a start for an organisation's own calendar, to be looked over.

Fixed days, days reckoned from Easter (Gregorian computus), n-th weekdays of a month, and for Vietnam the lunar
New Year and the day of the Hùng Kings as tables. Substitute days that a government sets each year (Russia, Vietnam)
are not in it.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

COUNTRIES: Final = ("CZ", "GB", "RU", "US", "VN")

_FIXED: Final[dict[str, tuple[tuple[int, int, str], ...]]] = {
    # Act 245/2000 Coll.
    "CZ": (
        (1, 1, "Den obnovy samostatného českého státu"),
        (5, 1, "Svátek práce"),
        (5, 8, "Den vítězství"),
        (7, 5, "Den slovanských věrozvěstů Cyrila a Metoděje"),
        (7, 6, "Den upálení mistra Jana Husa"),
        (9, 28, "Den české státnosti"),
        (10, 28, "Den vzniku samostatného československého státu"),
        (11, 17, "Den boje za svobodu a demokracii"),
        (12, 24, "Štědrý den"),
        (12, 25, "1. svátek vánoční"),
        (12, 26, "2. svátek vánoční"),
    ),
    # gov.uk/bank-holidays, England and Wales; substitutes below
    "GB": ((1, 1, "New Year’s Day"), (12, 25, "Christmas Day"), (12, 26, "Boxing Day")),
    # Labour Code of the Russian Federation, article 112
    "RU": (
        *((1, day, "Новогодние каникулы") for day in (1, 2, 3, 4, 5, 6, 8)),
        (1, 7, "Рождество Христово"),
        (2, 23, "День защитника Отечества"),
        (3, 8, "Международный женский день"),
        (5, 1, "Праздник Весны и Труда"),
        (5, 9, "День Победы"),
        (6, 12, "День России"),
        (11, 4, "День народного единства"),
    ),
    # 5 U.S.C. 6103
    "US": (
        (1, 1, "New Year’s Day"),
        (6, 19, "Juneteenth"),
        (7, 4, "Independence Day"),
        (11, 11, "Veterans Day"),
        (12, 25, "Christmas Day"),
    ),
    # Labour Code 45/2019, article 112
    "VN": (
        (1, 1, "Tết Dương lịch"),
        (4, 30, "Ngày Chiến thắng"),
        (5, 1, "Ngày Quốc tế lao động"),
        (9, 2, "Quốc khánh"),
    ),
}
_EASTER: Final[dict[str, tuple[tuple[int, str], ...]]] = {
    "CZ": ((-2, "Velký pátek"), (1, "Velikonoční pondělí")),
    "GB": ((-2, "Good Friday"), (1, "Easter Monday")),
}
_WEEKDAYS: Final[dict[str, tuple[tuple[int, int, int, str], ...]]] = {
    # month, weekday from Monday = 0, which one (-1 is the last), name
    "GB": (
        (5, 0, 1, "Early May bank holiday"),
        (5, 0, -1, "Spring bank holiday"),
        (8, 0, -1, "Summer bank holiday"),
    ),
    "US": (
        (1, 0, 3, "Martin Luther King Jr. Day"),
        (2, 0, 3, "Washington’s Birthday"),
        (5, 0, -1, "Memorial Day"),
        (9, 0, 1, "Labor Day"),
        (10, 0, 2, "Columbus Day"),
        (11, 3, 4, "Thanksgiving Day"),
    ),
}
_LUNAR_NEW_YEAR: Final = {
    2025: (1, 29),
    2026: (2, 17),
    2027: (2, 6),
    2028: (1, 26),
    2029: (2, 13),
    2030: (2, 2),
    2031: (1, 23),
    2032: (2, 11),
    2033: (1, 31),
    2034: (2, 19),
    2035: (2, 8),
}
"""First day of Tết, Vietnamese calendar (UTC+7): in 2030 a day before the Chinese one."""
_HUNG_KINGS: Final = {
    2025: (4, 7),
    2026: (4, 26),
    2027: (4, 16),
    2028: (4, 4),
    2029: (4, 23),
    2030: (4, 12),
    2031: (4, 1),
    2032: (4, 19),
    2033: (4, 9),
    2034: (4, 28),
    2035: (4, 17),
}
"""Tenth day of the third lunar month, Vietnamese calendar."""


def public_holidays(country: str, year: int) -> list[tuple[date, str]]:
    """Days and their names in the country's own language, by date."""
    days = [(date(year, month, day), name) for month, day, name in _FIXED[country]]
    days += [(easter(year) + timedelta(days=offset), name) for offset, name in _EASTER.get(country, ())]
    days += [(_nth(year, month, weekday, nth), name) for month, weekday, nth, name in _WEEKDAYS.get(country, ())]
    if country == "VN" and year in _LUNAR_NEW_YEAR:
        first = date(year, *_LUNAR_NEW_YEAR[year])
        days += [(first + timedelta(days=offset), "Tết Nguyên đán") for offset in range(-1, 4)]
        days.append((date(year, *_HUNG_KINGS[year]), "Giỗ Tổ Hùng Vương"))
    if country == "GB":
        days = _with_substitutes(days)
    return sorted(days)


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (anonymous algorithm, Nature 1876)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e, f = b // 4, b % 4, (b + 8) // 25
    g = (b - f + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def _nth(year: int, month: int, weekday: int, nth: int) -> date:
    if nth > 0:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))
    last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    return last - timedelta(days=(last.weekday() - weekday) % 7)


def _with_substitutes(days: list[tuple[date, str]]) -> list[tuple[date, str]]:
    """A bank holiday on a weekend is kept on the next free weekday as well."""
    taken = {day for day, _ in days}
    extra = []
    for day, name in sorted(days):
        if day.weekday() < 5:
            continue
        substitute = day
        while substitute.weekday() > 4 or substitute in taken:
            substitute += timedelta(days=1)
        taken.add(substitute)
        extra.append((substitute, f"{name} (substitute day)"))
    return days + extra
