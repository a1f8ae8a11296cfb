"""Times that somebody types as a wall clock shows them, such as ``2030-03-31T09:30`` in ``Europe/Prague``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from campana.kernel.clock import Instant
from campana.kernel.refusals import Invalid

MINUTE: Final = "%Y-%m-%dT%H:%M"
"""How a browser writes a moment."""


class UnreadableTime(Invalid):
    code = "unreadable_time"
    detail = "This is not a date with a time."


class NoSuchHour(Invalid):
    code = "no_such_hour"
    detail = "This hour does not exist on that day: the clocks are changed then."


def shown_by_clocks(wall: datetime, at: Instant) -> bool:
    """False for a time in an hour that is left out when clocks go forward: ``at`` is the hour after it then."""
    return at.astimezone(wall.tzinfo).replace(tzinfo=None) == wall.replace(tzinfo=None)


def typed_moment(written: str, zone: str, *, field: str) -> Instant | None:
    """The instant at which clocks in ``zone`` show it, the first of two; None where nothing is written.

    Raises UnreadableTime, and NoSuchHour for an hour that is left out that day.
    """
    if not written:
        return None
    try:
        wall = datetime.fromisoformat(written).replace(tzinfo=ZoneInfo(zone))
        at = wall.astimezone(UTC)
        shown = shown_by_clocks(wall, at)
    except (ValueError, OverflowError):
        raise UnreadableTime(field=field) from None
    if not shown:
        raise NoSuchHour(field=field)
    return at
