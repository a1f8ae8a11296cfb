"""Time zones the way a reader knows them: the city in his language, and how far its clock is from UTC at present."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from babel.core import get_global
from babel.dates import get_timezone_location

from campana.kernel.clock import is_zone


@lru_cache(maxsize=4096)
def zone_city(zone: str, language: str) -> str:
    """``Praha`` for Europe/Prague in Czech; what is no zone as it is."""
    if not is_zone(zone):
        return zone
    return str(get_timezone_location(zone, locale=Locale.parse(language.replace("-", "_")), return_city=True))


def zone_words(zone: str, language: str, now: datetime) -> str:
    """``New York (UTC-05:00)``; UTC and what is no zone as they are."""
    return _words(zone, language, _hour(now))


def zone_choices(language: str, now: datetime) -> list[tuple[str, str]]:
    """Zones of places from west to east, then by name; every second name of a place is left out."""
    return list(_choices(language, _hour(now)))


def _hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0)


def _offset(zone: str, now: datetime) -> timedelta:
    return now.astimezone(_zone(zone)).utcoffset() or timedelta()


@cache
def _zone(zone: str) -> ZoneInfo:
    """``ZoneInfo`` itself keeps eight of them and reads the rest again."""
    return ZoneInfo(zone)


@lru_cache(maxsize=4096)
def _words(zone: str, language: str, now: datetime) -> str:
    city = zone_city(zone, language)
    if zone == "UTC" or not is_zone(zone):
        return city
    minutes = int(_offset(zone, now).total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    return f"{city} (UTC{'-' if minutes < 0 else '+'}{hours:02}:{rest:02})"


@lru_cache(maxsize=16)
def _choices(language: str, now: datetime) -> tuple[tuple[str, str], ...]:
    zones = sorted(_places(), key=lambda zone: (_offset(zone, now), zone_city(zone, language).casefold()))
    return tuple((zone, _words(zone, language, now)) for zone in zones)


@cache
def _places() -> tuple[str, ...]:
    """Read once: the names come from hundreds of files."""
    second_names = get_global("zone_aliases")
    named = [zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/")]
    return ("UTC", *(zone for zone in named if zone not in second_names))
