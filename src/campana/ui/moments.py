"""Times, numbers and telephone numbers the way a reader writes them. Every time names its zone."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache

import phonenumbers
from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal, format_percent
from babel.units import format_unit

SAME_DAY, SAME_YEAR, FULL, SECONDS = "Hm", "MMMd", "yMMMd", "Hms"


@lru_cache
def _locale(language: str) -> Locale:
    return Locale.parse(language.replace("-", "_"))


def zone_name(instant: datetime, zone: tzinfo) -> str:
    """Short name such as CET, or GMT+7 where a zone has no abbreviation."""
    local = instant.astimezone(zone)
    abbreviation = local.tzname() or ""
    if abbreviation.isalpha():
        return abbreviation
    minutes = int((local.utcoffset() or timedelta()).total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    return f"GMT{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")


def words(instant: datetime, zone: tzinfo, language: str, *, now: datetime | None = None, style: str = "") -> str:
    locale, local = _locale(language), instant.astimezone(zone)
    clock = format_skeleton(SECONDS if style == "seconds" else SAME_DAY, local, tzinfo=zone, locale=locale)
    here = now.astimezone(zone) if now else None
    name = zone_name(instant, zone)
    if style != "full" and here and here.date() == local.date():
        return f"{clock} {name}"
    skeleton = SAME_YEAR if here and here.year == local.year and style != "full" else FULL
    shown = format_skeleton(skeleton, local, tzinfo=zone, locale=locale)
    return shown if style == "day" else f"{shown} {clock} {name}"


def ends(early: datetime, late: datetime, zone: tzinfo, language: str) -> tuple[str, str]:
    """Both ends of a time in full. On one day the day stands at the first alone, the zone at the second."""
    first, last = early.astimezone(zone), late.astimezone(zone)
    name = zone_name(late, zone)
    if first.date() != last.date() or zone_name(early, zone) != name:
        return words(early, zone, language, style="full"), words(late, zone, language, style="full")
    shown = words(early, zone, language, style="full").removesuffix(f" {name}")
    return shown, words(late, zone, language, now=late)


def day(value: date, language: str) -> str:
    return str(format_date(value, "medium", locale=_locale(language)))


@lru_cache(maxsize=4096)
def number(value: float, language: str, decimals: int = 0) -> str:
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return str(format_decimal(value, format=pattern, locale=_locale(language)))


@lru_cache(maxsize=4096)
def percent(share: float, language: str, decimals: int = 0) -> str:
    pattern = _locale(language).percent_formats[None].pattern
    if decimals:
        pattern = pattern.replace("#,##0", "#,##0." + "0" * decimals)
    return str(format_percent(share, format=pattern, locale=_locale(language)))


def duration(seconds: float) -> str:
    whole = max(0, int(seconds))
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


def hours(seconds: float, language: str) -> str:
    """A long time with its unit: hours to a tenth below ten of them, minutes below one."""
    value = seconds / 3600
    if value < 1:
        return _unit(round(seconds / 60), "minute", language)
    return _unit(round(value, 1) if value < 10 else round(value), "hour", language)


def share(value: float, language: str) -> str:
    """A limit in percent, with a decimal only where it has one."""
    return percent(value, language, 0 if round(value * 1000) % 10 == 0 else 1)


def span(seconds: float, language: str) -> str:
    """An exact time with the largest unit that fits: 45 sec, 30 min, 2 hr, 1 day; 21 min 30 sec."""
    for length, name in ((86_400, "day"), (3600, "hour"), (60, "minute")):
        if seconds and seconds % length == 0:
            return _unit(seconds // length, name, language)
    if seconds < 120:
        return _unit(seconds, "second", language)
    return f"{_unit(seconds // 60, 'minute', language)} {_unit(seconds % 60, 'second', language)}"


def _unit(value: float, name: str, language: str) -> str:
    return str(format_unit(value, name, length="short", locale=_locale(language)))


@lru_cache(maxsize=4096)
def phone(digits: str) -> str:
    try:
        parsed = phonenumbers.parse("+" + digits.lstrip("+"), None)
    except phonenumbers.NumberParseException:
        return digits
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
