"""The one place that asks what time it is.

Everything below the roof gets ``now`` as an argument. Instants are aware datetimes in UTC;
durations are timedeltas. A local time exists only together with its zone.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TypeAlias
from zoneinfo import ZoneInfo, available_timezones

Instant: TypeAlias = datetime
Clock: TypeAlias = Callable[[], Instant]


def utc_now() -> Instant:
    """The present instant. Only roofs (runtime, config, web entry points) may call it."""
    return datetime.now(UTC)


def seconds(value: float) -> timedelta:
    return timedelta(seconds=value)


def earliest(*instants: Instant | None) -> Instant | None:
    """The first of the given instants; None means never."""
    known = [instant for instant in instants if instant is not None]
    return min(known) if known else None


def is_zone(name: str) -> bool:
    """Whether ``name`` is an IANA time zone such as ``Asia/Ho_Chi_Minh``."""
    return name in _zones()


@cache
def _zones() -> frozenset[str]:
    """Asked once: the answer is read from hundreds of files."""
    return frozenset(available_timezones())


def local(instant: Instant, zone: str) -> datetime:
    """The wall clock in ``zone`` at ``instant``."""
    return instant.astimezone(ZoneInfo(zone))
