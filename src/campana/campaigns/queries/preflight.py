"""What would become of the contacts before anything is dialled: who will be called, who skipped and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import Sum

from campana.campaigns.models import Campaign
from campana.campaigns.queries.judged import Judged, asked, judge
from campana.campaigns.snapshot import campaign_config
from campana.engine.words import LocalTime
from campana.kernel.clock import Instant


@dataclass(frozen=True, slots=True)
class Zone:
    """Contacts on one wall clock. ``opens``: when they may first be called; None: never in two months."""

    name: str
    contacts: int
    opens: Instant | None
    open_now: bool


@dataclass(frozen=True, slots=True)
class Preflight:
    given: int
    """Contacts of all sources and tasks there are, each once."""
    callable: int
    duplicates: int
    skipped: dict[str, int]
    """RefusalCode to contacts: suppressed, do_not_call_again, invalid_number, blocked_number."""
    over_limit: int
    zones: list[Zone]
    files_waiting: int
    """Files whose rows are not read yet: not in the counts."""

    @property
    def skips(self) -> int:
        return sum(self.skipped.values()) + self.duplicates + self.over_limit


def preflight(campaign: Campaign, *, now: Instant, told: Judged | None = None) -> Preflight:
    """Judges exactly as building tasks does, and writes nothing. ``told``: what was judged already."""
    told = told or judge(asked(campaign, now))
    skipped, zones = Counter[str](), Counter[str]()
    callable_ = over = judged = there = 0
    for _place, refusal, zone, within, beyond in told.rows:
        over, judged = over + beyond, judged + within + beyond
        if refusal:
            skipped[refusal] += within
        else:
            zones[zone] += within
            callable_ += within
    for refusal, zone, count in campaign.task_tallies.values_list("refusal", "time_zone").annotate(count=Sum("n")):
        there += count
        if refusal in {"suppressed", "do_not_call_again", "invalid_number", "blocked_number"}:
            skipped[refusal] += count
        elif count:
            zones[zone] += count
            callable_ += count
    return Preflight(
        given=told.count,
        callable=callable_,
        duplicates=told.count - there - judged,
        skipped={code: count for code, count in sorted(skipped.items()) if count},
        over_limit=over,
        zones=_zones(campaign, zones, now),
        files_waiting=sum(told.waiting),
    )


def _zones(campaign: Campaign, counted: Counter[str], now: Instant) -> list[Zone]:
    config = campaign_config(campaign)
    start = max(now, campaign.start_at or now)
    own = campaign.organisation.time_zone
    found = []
    for zone, count in counted.most_common():
        clock = own if config.local_time is LocalTime.OFF else zone
        opens = config.schedule.next_open(start, clock)
        found.append(Zone(zone, count, opens, opens is not None and opens <= now))
    return found
