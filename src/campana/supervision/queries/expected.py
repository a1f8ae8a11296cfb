"""When a list will be through, as a range that says from what it was worked out, or that it can not be said yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from math import sqrt
from typing import Final

from django.db import connection

from campana.campaigns.models import Campaign
from campana.engine.config import CampaignConfig
from campana.engine.rules.windows import anybody_open, zones_change_at
from campana.kernel.clock import Instant

SLOT: Final = timedelta(minutes=15)
LOOK_BACK: Final = timedelta(hours=3)
ENOUGH_SLOTS, ENOUGH_DONE = 4, 20
"""An hour of dialling and twenty contacts: from less nothing honest can be said."""
HORIZON: Final = timedelta(days=35)
_DONE: Final = """
SELECT campaign_id, date_bin('15 minutes', finished_at, '2000-01-01 00:00:00+00'), count(*) FROM campaigns_task
WHERE campaign_id = ANY(%s) AND finished_at > %s AND finished_at <= %s GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Expected:
    """``earliest`` and ``latest``: None when it lies further away than we look. ``slow`` and ``fast``: contacts done
    an hour of calling."""

    slow: float
    fast: float
    earliest: Instant | None
    latest: Instant | None
    ends_first: bool = False
    """The campaign's own end comes before the list is through."""


def done_lately(campaigns: Iterable[int], now: Instant) -> dict[int, Counter[Instant]]:
    """Campaign to contacts finished in each quarter of an hour of the last hours."""
    found: dict[int, Counter[Instant]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_DONE, [list(campaigns), now - LOOK_BACK, now])
        for campaign, slot, done in cursor.fetchall():
            found.setdefault(campaign, Counter())[slot] = done
    return found


def _slot(moment: Instant) -> Instant:
    return moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)


def _worked(busy_slots: Iterable[Instant], now: Instant) -> list[Instant]:
    return [slot for slot in busy_slots if now - LOOK_BACK <= slot < _slot(now)]


def enough(busy_slots: Iterable[Instant], now: Instant) -> bool:
    """Whether it dialled for so long that counting what was done is worth while."""
    return len(_worked(busy_slots, now)) >= ENOUGH_SLOTS


def expected_end(
    campaign: Campaign,
    config: CampaignConfig,
    *,
    still_open: int,
    busy_slots: Iterable[Instant],
    done: Counter[Instant],
    now: Instant,
) -> Expected | None:
    """``busy_slots``: quarters of an hour in which it dialled. None: not enough to say yet."""
    worked = _worked(busy_slots, now)
    total = sum(done[slot] for slot in worked)
    if len(worked) < ENOUGH_SLOTS or total < ENOUGH_DONE or not still_open:
        return None
    mean = total / len(worked)
    spread = sum((done[slot] - mean) ** 2 for slot in worked) / len(worked)
    doubt = 2 * sqrt(max(spread, mean) / len(worked))
    slow, fast = max(mean - doubt, mean / 4), mean + doubt
    zone = campaign.organisation.time_zone

    def walk(slots: float) -> Instant | None:
        return after_work(
            now,
            slots * SLOT,
            is_open=lambda at: anybody_open(config, zone, at),
            next_change=lambda at: zones_change_at(config, zone, at),
        )

    earliest, latest = walk(still_open / fast), walk(still_open / slow)
    end = campaign.end_at
    ends_first = end is not None and (latest is None or end < latest)
    return Expected(slow * 4, fast * 4, earliest, latest, ends_first)


def after_work(
    now: Instant,
    work: timedelta,
    *,
    is_open: Callable[[Instant], bool],
    next_change: Callable[[Instant], Instant | None],
) -> Instant | None:
    """When so much time of open hours has passed; None when that is further away than we look."""
    moment = now
    while moment < now + HORIZON:
        change = next_change(moment)
        if is_open(moment):
            if change is None or moment + work <= change:
                return moment + work
            work -= change - moment
        if change is None:
            return None
        moment = change
    return None
