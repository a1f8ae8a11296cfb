"""The days on which campaigns do not call, for the organisation and for callees elsewhere (CAM-438)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Final

from babel.core import get_global

from campana.accounts.models import Organisation
from campana.workforce.models import Holiday


@dataclass(frozen=True, slots=True)
class Calendar:
    days: frozenset[date] = frozenset()
    """The organisation's own: its country's, and those without a country."""
    abroad: Mapping[str, frozenset[date]] = field(default_factory=dict)
    """Time zones of other countries whose holidays are in the calendar, each with its days."""


NO_HOLIDAYS: Final = Calendar()


def calendar_of(organisation: Organisation) -> Calendar:
    by_country: defaultdict[str, set[date]] = defaultdict(set)
    rows = Holiday.objects.filter(organisation=organisation).values_list("country", "day", "taken_out")
    for country, day, taken_out in rows:
        by_country[country] |= set() if taken_out else {day}
    everywhere, own = by_country.pop("", set()), by_country.pop(organisation.default_country, set())
    abroad: dict[str, frozenset[date]] = {}
    for country, days in by_country.items():
        abroad |= dict.fromkeys(_zones_of(country), frozenset(days | everywhere))
    abroad.pop(organisation.time_zone, None)
    return Calendar(frozenset(everywhere | own), abroad)


@cache
def _zones_of(country: str) -> frozenset[str]:
    """Names of time zones that lie in a country, old names too. Those of several countries belong to the first."""
    return frozenset(zone for zone, territory in get_global("zone_territories").items() if territory == country)
