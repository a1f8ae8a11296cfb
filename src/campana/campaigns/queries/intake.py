"""What each source of a draft brings: who is new, and who is left out for what. Counted, never guessed.

Earlier sources win, as they do when tasks are built: a contact or a number that an earlier one brought is a
duplicate in a later one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import connection

from campana.campaigns.judging import JUDGED, settings_of
from campana.campaigns.models import Campaign
from campana.campaigns.queries.sources import contacts_of, is_waiting, room_in
from campana.crm.queries.sql import sql_of
from campana.kernel.clock import Instant


@dataclass(slots=True)
class Brought:
    given: int = 0
    callable: int = 0
    skipped: dict[str, int] = field(default_factory=dict)
    """RefusalCode to contacts."""
    over_limit: int = 0
    waiting: bool = False
    """A file that is still being read: nothing of it is counted yet."""

    @property
    def duplicates(self) -> int:
        return self.given - self.callable - sum(self.skipped.values()) - self.over_limit

    @property
    def suppressed(self) -> int:
        return self.skipped.get("suppressed", 0) + self.skipped.get("do_not_call_again", 0)

    @property
    def invalid(self) -> int:
        return self.skipped.get("invalid_number", 0) + self.skipped.get("blocked_number", 0)


def brought(campaign: Campaign, sources: Sequence[dict[str, Any]], now: Instant) -> list[Brought]:
    """One for each source, in their order."""
    found = [Brought(waiting=is_waiting(source)) for source in sources]
    parts = _parts(campaign, sources, found, now)
    if not parts:
        return found
    union, values = _union(parts)
    settings = settings_of(campaign, now=now, room=room_in(campaign))
    with connection.cursor() as cursor:
        cursor.execute(_GIVEN.replace("__UNION__", union), values)
        for place, count in cursor.fetchall():
            found[place].given = count
        cursor.execute(_BROUGHT.replace("__UNION__", union), [*values, *settings])
        for place, refusal, within, beyond in cursor.fetchall():
            found[place].over_limit += beyond
            if refusal:
                found[place].skipped[refusal] = within
            else:
                found[place].callable = within
    return found


def skipped_rows(campaign: Campaign, now: Instant) -> Iterator[tuple[int, str, str, str]]:
    """Contact, name, number and why it is left out: a RefusalCode, ``duplicate`` or ``over_limit``; by contact."""
    sources = campaign.tasks_to_build
    parts = _parts(campaign, sources, [Brought(waiting=is_waiting(source)) for source in sources], now)
    if not parts:
        return
    union, values = _union(parts)
    with connection.cursor() as cursor:
        cursor.execute(
            _SKIPPED.replace("__UNION__", union),
            [*values, *settings_of(campaign, now=now, room=room_in(campaign))],
        )
        yield from cursor.fetchall()


def _parts(
    campaign: Campaign, sources: Sequence[dict[str, Any]], found: Sequence[Brought], now: Instant
) -> list[tuple[int, str, Sequence[Any]]]:
    parts: list[tuple[int, str, Sequence[Any]]] = []
    for place, (source, told) in enumerate(zip(sources, found, strict=True)):
        if not told.waiting:
            sql, values = sql_of(contacts_of(source, campaign.organisation, now).values("pk"))
            parts.append((place, sql, values))
    return parts


def _union(parts: Sequence[tuple[int, str, Sequence[Any]]]) -> tuple[str, list[Any]]:
    """Contact and place of its source; the statements are Django's own."""
    selects = [f"(SELECT s.id, {place} FROM ({sql}) s (id))" for place, sql, _ in parts]  # noqa: S608
    return " UNION ALL ".join(selects), [value for _, _, given in parts for value in given]


_GIVEN: Final = "SELECT u.place, count(DISTINCT u.id) FROM (__UNION__) u (id, place) GROUP BY u.place"
# The column of the preferred agent carries the place of the source through the statement that judges.
_PICKED: Final = """
    SELECT p.id, row_number() OVER (ORDER BY p.place, p.id), ''::text, NULL::int, NULL::timestamptz,
           NULL::timestamptz, ''::text, p.place::bigint
    FROM (SELECT DISTINCT ON (u.id) u.id, u.place FROM (__UNION__) u (id, place) ORDER BY u.id, u.place) p
"""
_JUDGED: Final = JUDGED.replace("__PICKED__", _PICKED).replace("__FRESH__", "")
_BROUGHT: Final = """__JUDGED__
SELECT agent, refusal, count(*) FILTER (WHERE place <= g.room), count(*) FILTER (WHERE place > g.room)
FROM judged CROSS JOIN given g GROUP BY agent, refusal
""".replace("__JUDGED__", _JUDGED)
_SKIPPED: Final = """__JUDGED__,
told AS (
    SELECT p.contact_id, coalesce(nullif(j.number, ''), k.number, '') AS number,
           CASE WHEN j.contact_id IS NULL THEN 'duplicate' WHEN j.refusal <> '' THEN j.refusal
                WHEN j.place > g.room THEN 'over_limit' ELSE '' END AS why
    FROM picked p CROSS JOIN given g
    LEFT JOIN judged j ON j.contact_id = p.contact_id
    LEFT JOIN candidate k ON k.contact_id = p.contact_id
)
SELECT t.contact_id, c.name, t.number, t.why FROM told t JOIN crm_contact c ON c.id = t.contact_id
WHERE t.why <> '' ORDER BY t.why, t.contact_id
""".replace("__JUDGED__", _JUDGED)
