"""Good moments for a call back, on the callee's clock and within the hours in which the campaign may call."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from campana.calls.models import Attempt
from campana.calls.operations.hours import hours_of
from campana.kernel.clock import Instant

MOST: Final = 6
STEP: Final = timedelta(minutes=15)
HOURS: Final = (9, 11, 14, 17)
DAYS: Final = 8


def moments(attempt: Attempt, now: Instant) -> list[Instant]:
    """In an hour and in two, then the usual hours of the coming days; only those that may be called at."""
    found: list[Instant] = []
    may_call = hours_of(attempt)
    end = attempt.campaign.end_at if attempt.campaign is not None else None
    for at in _candidates(attempt.callee_zone, now):
        if at not in found and may_call(at) and (end is None or at < end):
            found.append(at)
        if len(found) == MOST:
            break
    return found


def _candidates(zone: str, now: Instant) -> Iterator[Instant]:
    there = now.astimezone(ZoneInfo(zone))
    for hours in (1, 2):
        later = there + timedelta(hours=hours)
        yield later - timedelta(minutes=later.minute % 15, seconds=later.second, microseconds=later.microsecond) + STEP
    for day in range(DAYS):
        for hour in HOURS:
            at = datetime.combine(there.date() + timedelta(days=day), time(hour), there.tzinfo)
            if at > there + timedelta(hours=1):
                yield at
