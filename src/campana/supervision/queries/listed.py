"""The list of campaigns, most urgent first: which ones, how many of each kind, and the figures of a page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Sum, Value, When

from campana.accounts.actors import Actor
from campana.calls.models import AttemptTally
from campana.campaigns import snapshot
from campana.campaigns.models import Campaign
from campana.campaigns.queries.overview import Row, visible, with_figures
from campana.engine.words import CampaignReason, CampaignState, Outcome
from campana.kernel.clock import Instant
from campana.supervision.queries.allowance import counts_late
from campana.supervision.queries.day import midnight
from campana.supervision.queries.expected import LOOK_BACK, Expected, done_lately, enough, expected_end

FAULTS: Final = (CampaignReason.HOTLINES_FAILING, CampaignReason.NO_LICENCE, CampaignReason.CONFIGURATION)
NEEDS: Final = "needs"
_FAULT: Final = Q(state=CampaignState.PAUSED, state_reason__in=FAULTS)
_NOBODY: Final = Q(state=CampaignState.PAUSED, state_reason=CampaignReason.NO_AGENT)
_NEEDS: Final = _FAULT | _NOBODY | Q(state=CampaignState.NOT_APPROVED)
_URGENCY: Final = (
    _FAULT,
    _NOBODY,
    Q(state=CampaignState.NOT_APPROVED),
    Q(state=CampaignState.RUNNING),
    Q(state=CampaignState.PAUSED),
    Q(state=CampaignState.SCHEDULED),
    Q(state=CampaignState.PROCESSING),
    Q(state=CampaignState.DRAFT),
    Q(state=CampaignState.FINISHED),
)

_UNREAD: Final = ("description", "tasks_to_build", "intake")
"""Columns of a campaign that may be large and that no list shows."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: behind the campaign of this urgency and id."""

    urgency: int
    campaign: int


@dataclass(slots=True)
class Listed:
    """A row of the list with what it does today."""

    row: Row
    urgency: int
    lines: int = 0
    answers: int = 0
    lost: int = 0
    silent: float = 0.0
    """People taken for machines, as estimated: answered, and lost (as ``day.Day.silent``)."""
    expected: Expected | None = None

    @property
    def lost_share(self) -> float | None:
        answers = self.answers + self.silent
        return (self.lost + self.silent) / answers if answers else None

    @property
    def over(self) -> bool:
        limit = self.row.campaign.max_abandon
        return limit is not None and (self.lost_share or 0.0) > limit

    @property
    def needs_somebody(self) -> bool:
        return self.urgency < 3


@dataclass(frozen=True, slots=True)
class ListFilter:
    """Blank fields restrict nothing; archived campaigns only when asked for."""

    state: str = ""
    """A state, or ``needs``."""
    mode: str = ""
    author: int | None = None
    search: str = ""


def narrowed(actor: Actor, wanted: ListFilter) -> QuerySet[Campaign]:
    rows = visible(actor)
    if wanted.state == NEEDS:
        rows = rows.filter(_NEEDS)
    elif wanted.state:
        rows = rows.filter(state=wanted.state)
    else:
        rows = rows.exclude(state=CampaignState.ARCHIVED)
    return _found(rows, wanted)


def _found(rows: QuerySet[Campaign], wanted: ListFilter) -> QuerySet[Campaign]:
    """Narrowed by all but the state."""
    if wanted.mode:
        rows = rows.filter(mode=wanted.mode)
    if wanted.author:
        rows = rows.filter(author_id=wanted.author)
    return rows.filter(name__icontains=wanted.search) if wanted.search else rows


def urgent_first(
    actor: Actor, rows: QuerySet[Campaign], *, after: Place | None, limit: int
) -> list[tuple[int, Campaign]]:
    """Urgency (0 is the most urgent) and campaign, of campaigns of the actor's organisation."""
    place = Case(
        *(When(condition, then=Value(n)) for n, condition in enumerate(_URGENCY)),
        default=Value(len(_URGENCY)),
        output_field=IntegerField(),
    )
    ranked = rows.annotate(urgency=place).select_related("author", *snapshot.WITH_CONFIG).defer(*_UNREAD)
    if after is not None:
        ranked = ranked.filter(Q(urgency__gt=after.urgency) | Q(urgency=after.urgency, pk__lt=after.campaign))
    found: list[tuple[int, Campaign]] = []
    for campaign in ranked.order_by("urgency", "-pk")[:limit]:
        campaign.organisation = actor.organisation
        found.append((campaign.urgency, campaign))
    return found


def kinds(actor: Actor, wanted: ListFilter) -> Counter[str]:
    """How many campaigns each chip of the filter would show."""
    rows = _found(visible(actor), wanted).order_by().values_list("state", "state_reason")
    counts: Counter[str] = Counter()
    for state, reason, n in rows.annotate(n=Count("pk", distinct=True)):
        counts[""] += 0 if state == CampaignState.ARCHIVED else n
        counts[state] += n
        stopped = state == CampaignState.PAUSED and reason in (*FAULTS, CampaignReason.NO_AGENT)
        counts[NEEDS] += n if stopped or state == CampaignState.NOT_APPROVED else 0
    return counts


def with_today(
    found: list[tuple[int, Campaign]],
    live: Mapping[int | None, Sequence[int]],
    now: Instant,
    *,
    expected: bool = True,
) -> list[Listed]:
    """The figures of a page of campaigns in a handful of queries. ``live``: of ``calls.queries.live_calls``;
    ``expected``: whether it is worked out when each will be through."""
    if not found:
        return []
    urgency = {campaign.pk: rank for rank, campaign in found}
    rows = {row.campaign.pk: Listed(row, urgency[row.campaign.pk]) for row in with_figures([c for _, c in found])}
    organisation = found[0][1].organisation
    zone = organisation.time_zone
    today = midnight(now.astimezone(ZoneInfo(zone)).date(), zone)
    by_machines = Q(outcome=Outcome.MACHINE)
    people = Sum("picked_up", filter=~by_machines, default=0)
    machines = Sum("n", filter=by_machines, default=0)
    of_today = AttemptTally.objects.filter(campaign__in=rows, slot__gte=today).order_by().values_list("campaign")
    for pk, answers, lost, late, taken in of_today.annotate(a=people, b=Sum("abandoned"), c=Sum("late"), d=machines):
        if pk is not None:
            campaign = rows[pk].row.campaign
            rows[pk].answers = answers
            rows[pk].lost = late if counts_late(campaign.mode, campaign.governed) else lost
            rows[pk].silent = campaign.false_machines * taken if snapshot.detects(campaign) else 0.0
    for pk, listed in rows.items():
        listed.lines = len(live.get(pk, ()))
    if expected:
        _expect(rows, now)
    return [rows[campaign.pk] for _, campaign in found]


def _busy(campaigns: list[int], now: Instant) -> dict[int, list[Instant]]:
    """Campaign to the quarters of an hour of the last hours in which it dialled, in order."""
    lately = AttemptTally.objects.filter(campaign__in=campaigns, slot__gte=now - LOOK_BACK).values_list(
        "campaign", "slot"
    )
    busy: dict[int, list[Instant]] = {}
    for pk, slot in lately.annotate(sum=Sum("n")).filter(sum__gt=0).order_by("slot").values_list("campaign", "slot"):
        if pk is not None:
            busy.setdefault(pk, []).append(slot)
    return busy


def _expect(rows: dict[int, Listed], now: Instant) -> None:
    busy = _busy([pk for pk, listed in rows.items() if listed.row.campaign.state == CampaignState.RUNNING], now)
    running = [pk for pk, slots in busy.items() if enough(slots, now)]
    if not running:
        return
    done = done_lately(running, now)
    for config in snapshot.configs_of([rows[pk].row.campaign for pk in running]):
        listed = rows[int(config.id)]
        listed.expected = expected_end(
            listed.row.campaign,
            config,
            still_open=listed.row.waiting + listed.row.in_progress,
            busy_slots=busy[int(config.id)],
            done=done.get(int(config.id), Counter()),
            now=now,
        )
