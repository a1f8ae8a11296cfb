"""What a campaign, or all of them, did on one day: by hour, by outcome, who was lost. One query over the tallies."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import BooleanField, Case, F, Max, Q, QuerySet, Sum, Value, When

from campana.calls.models import Attempt, AttemptTally
from campana.calls.operations.fold_tallies import FINE
from campana.campaigns.models import Campaign
from campana.engine.pacing.governor import PROMPTLY
from campana.engine.words import AttemptState, Outcome
from campana.kernel.clock import Instant
from campana.supervision.queries.allowance import counts_late

LAST_ANSWERS: Final = 200
"""CAM-486: the rolling rate is that of the last so many live answers."""


@dataclass(slots=True)
class Hour:
    start: datetime
    """Local."""
    attempts: int = 0
    answers: int = 0


@dataclass(slots=True)
class Day:
    day: date
    hours: list[Hour] = field(default_factory=list)
    """Without gaps, from the first to the last hour with an attempt."""
    outcomes: Counter[str] = field(default_factory=Counter)
    attempts: int = 0
    answers: int = 0
    connected: int = 0
    lost: int = 0
    """By what the campaign counts: nobody came, or nobody within two seconds (CAM-486)."""
    late: int = 0
    """No agent within two seconds of the answer."""
    limit: float | None = None
    """The share of answers that may be lost; None: no limit."""
    busy_slots: list[Instant] = field(default_factory=list)
    """Quarters of an hour in which something was dialled."""

    @property
    def budget(self) -> int:
        """How many may find nobody before the limit is reached."""
        return int(self.answers * (self.limit or 0))

    @property
    def lost_share(self) -> float:
        return self.lost / self.answers if self.answers else 0.0

    def silent(self, false_machines: float) -> float:
        """People taken for machines, when so many of the machines were people: answered, and lost."""
        return false_machines * self.outcomes[Outcome.MACHINE]


def midnight(day: date, zone: str) -> Instant:
    return datetime.combine(day, time(), ZoneInfo(zone))


def day_of(
    rows: QuerySet[AttemptTally],
    day: date,
    zone: str,
    *,
    limit: float | None = None,
    late_is_lost: bool = False,
) -> Day:
    """``rows``: tallies of whoever is meant."""
    start = midnight(day, zone)
    slots = rows.filter(slot__gte=start, slot__lt=midnight(day + timedelta(days=1), zone))
    sums = slots.values_list("slot", "outcome").annotate(
        a=Sum("n"), b=Sum("picked_up"), c=Sum("connected"), d=Sum("abandoned"), e=Sum("late")
    )
    found = Day(day, limit=limit)
    hours: dict[datetime, Hour] = {}
    for slot, outcome, n, picked_up, connected, lost, late in sums:
        if not n:
            continue
        local = slot.astimezone(ZoneInfo(zone)).replace(minute=0)
        hour = hours.setdefault(local.astimezone(UTC), Hour(local))
        answers = 0 if outcome == Outcome.MACHINE else picked_up
        hour.attempts += n
        hour.answers += answers
        found.attempts += n
        found.answers += answers
        found.connected += connected
        found.lost += late if late_is_lost else lost
        found.late += late
        found.busy_slots.append(slot)
        if outcome:
            found.outcomes[outcome] += n
    if hours:
        moment, last = min(hours), max(hours)
        while moment <= last:
            found.hours.append(hours.get(moment) or Hour(moment.astimezone(ZoneInfo(zone))))
            moment += timedelta(hours=1)
    found.busy_slots = sorted(set(found.busy_slots))
    return found


def last_day(campaign: Campaign, zone: str, now: Instant) -> Day:
    """Today, or the last day with calls while its hours are still told apart."""
    today = now.astimezone(ZoneInfo(zone)).date()
    late = counts_late(campaign.mode, campaign.governed)

    def shown(day: date) -> Day:
        return day_of(campaign.tallies.all(), day, zone, limit=campaign.max_abandon, late_is_lost=late)

    found = shown(today)
    if found.attempts:
        return found
    newest: Instant | None = campaign.tallies.aggregate(newest=Max("slot"))["newest"]
    last = today if newest is None else newest.astimezone(ZoneInfo(zone)).date()
    if newest is None or midnight(last, zone) < now - FINE:  # its morning is added up already, at another hour
        return found
    return shown(last)


def lately_lost(campaign: Campaign) -> tuple[int, int]:
    """Lost, by what the campaign counts, and of how many, among the last live answers."""
    rows = Attempt.objects.filter(campaign=campaign, answered_at__isnull=False).exclude(outcome=Outcome.MACHINE)
    rows = rows.exclude(state=AttemptState.DETECTING)
    if counts_late(campaign.mode, campaign.governed):
        due = F("answered_at") + PROMPTLY
        late = Q(connected_at__gt=due) | Q(connected_at=None, abandoned=True, ended_at__gt=due)
        lost: Any = Case(When(late, then=Value(True)), default=Value(False), output_field=BooleanField())
    else:
        lost = F("abandoned")
    recent = list(rows.order_by("-answered_at").values_list(lost, flat=True)[:LAST_ANSWERS])
    return sum(recent), len(recent)
