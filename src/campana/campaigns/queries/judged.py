"""What would become of the contacts of a campaign's sources, judged exactly as building tasks does; nothing is written.

Sources are judged in their order, as tasks are built: a contact or a number that an earlier one brought is a
duplicate in a later one. The statement takes as long as there are contacts to judge, so pages show what was kept of
it (``operations.look``) where it would take too long.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from campana.campaigns.judging import JUDGED, numbers_of, settings_of
from campana.campaigns.models import Campaign
from campana.campaigns.queries.sources import SourceKind, contacts_of, count_contacts, is_waiting, room_in
from campana.crm.models import SavedFilter
from campana.crm.queries.sql import sql_of
from campana.kernel.clock import Instant

LIGHT: Final = 10_000.0
"""What the planner may expect the statement to cost for a page to run it: about a thousand contacts."""


@dataclass(frozen=True, slots=True)
class Judged:
    given: tuple[int, ...]
    """Distinct contacts of each source."""
    rows: tuple[tuple[int, str, str, int, int], ...]
    """Place of the source, RefusalCode or blank, time zone, contacts within and over the limit of the plan."""
    waiting: tuple[bool, ...]
    """Of each source: a file that is still being read, of which nothing is counted yet."""
    count: int
    """Contacts of all sources and tasks there are, each once."""
    at: Instant | None
    """The moment the figures are of; None: they are not known yet."""
    kept: bool = False
    """Figures of an earlier moment than the page's."""
    counting: bool = False
    """They are being counted, for the first time or anew."""

    def as_json(self) -> dict[str, Any]:
        return {"given": self.given, "rows": self.rows, "waiting": self.waiting, "count": self.count}


def from_json(told: dict[str, Any], at: Instant) -> Judged:
    rows = tuple((place, code, zone, within, beyond) for place, code, zone, within, beyond in told["rows"])
    return Judged(tuple(told["given"]), rows, tuple(told["waiting"]), told["count"], at, kept=True)


def unknown(campaign: Campaign) -> Judged:
    return Judged((), (), tuple(map(is_waiting, campaign.tasks_to_build)), 0, None, counting=True)


@dataclass(frozen=True, slots=True)
class Asked:
    """The sources of a campaign as statements, built once for everything that is asked of them."""

    campaign: Campaign
    now: Instant
    waiting: tuple[bool, ...]
    union: str
    """Contact and place of its source; blank where no source can be read yet."""
    values: tuple[Any, ...]
    settings: tuple[Any, ...]

    def rows(self, statement: str) -> list[Any]:
        """Of a statement that judges (``JUDGED_BY_SOURCE``)."""
        with connection.cursor() as cursor:
            cursor.execute(statement.replace("__UNION__", self.union), [*self.values, *self.settings])
            found: list[Any] = cursor.fetchall()
        return found


def asked(campaign: Campaign, now: Instant) -> Asked:
    sources = campaign.tasks_to_build
    waiting = tuple(map(is_waiting, sources))
    parts = _parts(campaign, waiting, now)
    if not parts:
        return Asked(campaign, now, waiting, "", (), ())
    union, values = _union(parts)
    settings = settings_of(campaign, now=now, room=room_in(campaign))
    return Asked(campaign, now, waiting, union, tuple(values), tuple(settings))


def judge(question: Asked) -> Judged:
    campaign, sources, now = question.campaign, question.campaign.tasks_to_build, question.now
    given, rows = [0] * len(sources), []
    if question.union:
        with connection.cursor() as cursor:
            cursor.execute(_GIVEN.replace("__UNION__", question.union), question.values)
            for place, count in cursor.fetchall():
                given[place] = count
        rows = question.rows(_COUNTED)
    return Judged(tuple(given), tuple(rows), question.waiting, count_contacts(campaign, sources, now), now)


def is_light(question: Asked) -> bool:
    """Whether judging is a matter of milliseconds, as the planner sees it: the directory's size counts as well."""
    if not question.union:
        return True
    told = question.rows(f"EXPLAIN (FORMAT JSON) {_COUNTED}")[0][0]
    plan = json.loads(told) if isinstance(told, str) else told
    return float(plan[0]["Plan"]["Total Cost"]) <= LIGHT


def key_of(campaign: Campaign) -> str:
    """Tells sources and rules from others: figures with another key are of another question."""
    tenant, days = campaign.organisation, campaign.do_not_call_again_days
    filters = [source["id"] for source in campaign.tasks_to_build if source["kind"] == SourceKind.FILTER]
    saved = SavedFilter.objects.filter(organisation=tenant, pk__in=filters) if filters else SavedFilter.objects.none()
    asked = [
        [{name: value for name, value in source.items() if name != "after"} for source in campaign.tasks_to_build],
        [is_waiting(source) for source in campaign.tasks_to_build],
        tenant.do_not_call_again_days if days is None else days,
        tenant.time_zone,
        numbers_of(campaign),
        sorted(tenant.blocked_prefixes),
        tenant.campaign_contacts_limit,
        campaign.goal,
        list(saved.order_by("pk").values_list("pk", "condition")),
    ]
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def _parts(campaign: Campaign, waiting: Sequence[bool], now: Instant) -> list[tuple[int, str, Sequence[Any]]]:
    """Place, statement and parameters of each source that can be read."""
    return [
        (place, *sql_of(contacts_of(source, campaign.organisation, now).values("pk")))
        for place, (source, waits) in enumerate(zip(campaign.tasks_to_build, waiting, strict=True))
        if not waits
    ]


def _union(parts: Sequence[tuple[int, str, Sequence[Any]]]) -> tuple[str, list[Any]]:
    """Contact and place of its source; the statements are Django's own."""
    selects = [f"(SELECT s.id, {place} FROM ({sql}) s (id))" for place, sql, _ in parts]  # noqa: S608
    return " UNION ALL ".join(selects), [value for _, _, given in parts for value in given]


def again(judged: Judged) -> Judged:
    """The same figures while others are being counted."""
    return dataclasses.replace(judged, counting=True)


_GIVEN: Final = "SELECT u.place, count(DISTINCT u.id) FROM (__UNION__) u (id, place) GROUP BY u.place"
# The column of the preferred agent carries the place of the source through the statement that judges.
_PICKED: Final = """
    SELECT p.id, row_number() OVER (ORDER BY p.place, p.id), ''::text, NULL::int, NULL::timestamptz,
           NULL::timestamptz, ''::text, p.place::bigint
    FROM (SELECT DISTINCT ON (u.id) u.id, u.place FROM (__UNION__) u (id, place) ORDER BY u.id, u.place) p
"""
JUDGED_BY_SOURCE: Final = JUDGED.replace("__PICKED__", _PICKED).replace("__FRESH__", "")
_COUNTED: Final = """__JUDGED__
SELECT agent, refusal, time_zone, count(*) FILTER (WHERE place <= g.room), count(*) FILTER (WHERE place > g.room)
FROM judged CROSS JOIN given g GROUP BY agent, refusal, time_zone ORDER BY agent, refusal, time_zone
""".replace("__JUDGED__", JUDGED_BY_SOURCE)
