"""What would become of the contacts before anything is dialled: who will be called, who skipped and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count

from campana.campaigns.judging import COUNT_VERDICTS, OF_CONTACTS, settings_of
from campana.campaigns.models import Campaign
from campana.campaigns.queries.sources import contacts_of, count_contacts, is_waiting, room_in
from campana.campaigns.snapshot import campaign_config
from campana.crm.queries.sql import sql_of
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


def preflight(campaign: Campaign, *, now: Instant) -> Preflight:
    """Judges exactly as building tasks does, and writes nothing."""
    skipped, zones = Counter[str](), Counter[str]()
    given = count_contacts(campaign, campaign.tasks_to_build, now)
    callable_ = over = judged = there = 0
    for refusal, zone, within, beyond in _judge(campaign, now):
        over, judged = over + beyond, judged + within + beyond
        if refusal:
            skipped[refusal] += within
        else:
            zones[zone] += within
            callable_ += within
    for refusal, zone, count in campaign.tasks.order_by().values_list("refusal", "time_zone").annotate(n=Count("pk")):
        there += count
        if refusal in {"suppressed", "do_not_call_again", "invalid_number", "blocked_number"}:
            skipped[refusal] += count
        else:
            zones[zone] += count
            callable_ += count
    return Preflight(
        given=given,
        callable=callable_,
        duplicates=given - there - judged,
        skipped={code: count for code, count in sorted(skipped.items()) if count},
        over_limit=over,
        zones=_zones(campaign, zones, now),
        files_waiting=sum(is_waiting(source) for source in campaign.tasks_to_build),
    )


def _judge(campaign: Campaign, now: Instant) -> list[tuple[str, str, int, int]]:
    parts = [
        sql_of(contacts_of(source, campaign.organisation, now).values("pk"))
        for source in campaign.tasks_to_build
        if not is_waiting(source)
    ]
    if not parts:
        return []
    union = " UNION ".join(f"({sql})" for sql, _ in parts)
    values = [value for _, given in parts for value in given]
    with connection.cursor() as cursor:
        cursor.execute(
            COUNT_VERDICTS.replace("__PICKED__", OF_CONTACTS.replace("__CONTACTS__", union)),
            [*values, *settings_of(campaign, now=now, room=room_in(campaign))],
        )
        return list(cursor.fetchall())


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
