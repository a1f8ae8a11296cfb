"""Weekly calling windows: half-open minute ranges of local weekdays, and holidays.

A schedule says when calls may start in one time zone. Minutes are counted from local midnight,
weekdays from Monday = 0. Daylight saving is the zone's own business: we ask the wall clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from campana.kernel.clock import Instant

DAY_MINUTES = 24 * 60


class BadWindow(ValueError):
    """A period that ends before it starts, or lies outside the week."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """From ``start`` (inclusive) to ``end`` (exclusive), minutes of local day ``weekday``."""

    weekday: int
    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.weekday <= 6:
            raise BadWindow(f"weekday {self.weekday} is not between 0 (Monday) and 6 (Sunday)")
        if not 0 <= self.start < self.end <= DAY_MINUTES:
            raise BadWindow(f"a period must end after it starts, within one day: {self.start}-{self.end}")


def merge(periods: Iterable[Period]) -> tuple[Period, ...]:
    """Sorted periods with overlapping and touching ones joined."""
    merged: list[Period] = []
    for period in sorted(periods):
        last = merged[-1] if merged else None
        if last and last.weekday == period.weekday and period.start <= last.end:
            merged[-1] = Period(last.weekday, last.start, max(last.end, period.end))
        else:
            merged.append(period)
    return tuple(merged)


def common(one: Iterable[Period], other: Iterable[Period]) -> tuple[Period, ...]:
    """The minutes of the week that lie in both."""
    shared: list[Period] = []
    for a in merge(one):
        for b in merge(other):
            start, end = max(a.start, b.start), min(a.end, b.end)
            if a.weekday == b.weekday and start < end:
                shared.append(Period(a.weekday, start, end))
    return merge(shared)


@dataclass(frozen=True, slots=True)
class Schedule:
    """Merged weekly periods minus holidays. No periods at all means: always open, unless ``never``."""

    periods: tuple[Period, ...] = ()
    holidays: frozenset[date] = field(default_factory=frozenset)
    never: bool = False
    """Two sets of hours that share no minute: closed for good, which no periods could not say."""
    abroad: Mapping[str, frozenset[date]] = field(default_factory=dict, hash=False)
    """Time zones with holidays of their own instead of ``holidays`` (CAM-438)."""

    @classmethod
    def of(
        cls,
        *hours: Iterable[Period],
        holidays: Iterable[date] = (),
        abroad: Mapping[str, frozenset[date]] | None = None,
    ) -> Schedule:
        """What all the given weekly hours allow (CAM-429); one without periods restricts nothing."""
        restricting = [merge(periods) for periods in hours]
        restricting = [periods for periods in restricting if periods]
        shared = restricting[0] if restricting else ()
        for periods in restricting[1:]:
            shared = common(shared, periods)
        return cls(shared, frozenset(holidays), never=bool(restricting) and not shared, abroad=abroad or {})

    @property
    def unrestricted(self) -> bool:
        return not self.periods and not self.holidays and not self.abroad and not self.never

    def is_open(self, at: Instant, zone: str) -> bool:
        """Whether a call may start at ``at`` as the clock on the wall in ``zone`` reads it."""
        if self.unrestricted:
            return True
        if self.never:
            return False
        wall = at.astimezone(ZoneInfo(zone))
        if wall.date() in self.abroad.get(zone, self.holidays):
            return False
        if not self.periods:
            return True
        minute = wall.hour * 60 + wall.minute
        return any(p.weekday == wall.weekday() and p.start <= minute < p.end for p in self.periods)

    def next_change(self, at: Instant, zone: str) -> Instant | None:
        """The first instant after ``at`` at which ``is_open`` may differ; None when it never does."""
        if self.unrestricted or self.never:
            return None
        tz = ZoneInfo(zone)
        day = at.astimezone(tz).date()
        for offset in range(9):
            for minute in self._edges(day + timedelta(days=offset)):
                edge = _wall(day + timedelta(days=offset), minute, tz)
                if edge > at and self.is_open(edge, zone) != self.is_open(at, zone):
                    return edge
        # A long closure (a run of holidays): look again in a week, is_open decides then.
        return at + timedelta(days=7)

    def next_open(self, at: Instant, zone: str, *, horizon: timedelta = timedelta(days=62)) -> Instant | None:
        """The first instant from ``at`` on at which the schedule is open; None within the horizon."""
        moment: Instant | None = at
        while moment is not None and moment - at <= horizon:
            if self.is_open(moment, zone):
                return moment
            moment = self.next_change(moment, zone)
        return None

    def _edges(self, day: date) -> list[int]:
        edges = {0}
        for period in self.periods:
            if period.weekday == day.weekday():
                edges |= {period.start, period.end}
        return sorted(edges)


def _wall(day: date, minute: int, tz: ZoneInfo) -> Instant:
    extra, minute = divmod(minute, DAY_MINUTES)
    wall = datetime.combine(day + timedelta(days=extra), time(minute // 60, minute % 60), tz)
    return wall.astimezone(UTC)
