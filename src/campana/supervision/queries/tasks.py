"""Contacts of a campaign by keyset, narrowed by state, reason and words.

Words are looked for in a window of the list at a time: a name that nobody has must not read a million rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from django.db import connection
from django.db.models import Q, QuerySet

from campana.campaigns.models import Campaign, Task
from campana.engine.words import TaskState
from campana.kernel.clock import Instant
from campana.kernel.refusals import NotFound

PAGE: Final = 50
WINDOW: Final = 10_000
"""Rows of the list that one page looks through for words."""


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """Blank fields restrict nothing."""

    states: tuple[str, ...] = ()
    refusal: str | None = None
    """A code, or "" for tasks without one."""
    zones: tuple[str, ...] = ()
    due_before: Instant | None = None
    search: str = ""

    @property
    def digits(self) -> str:
        """A whole number, or its beginning; letters make it a name."""
        return "".join(filter(str.isdigit, self.search)) if not any(map(str.isalpha, self.search)) else ""


@dataclass(slots=True)
class TaskPage:
    rows: list[Task] = field(default_factory=list)
    first: int | None = None
    """``before`` of the page in front of this one; None on the first."""
    last: int | None = None
    """``after`` of the next page; None on the last."""
    looked_through: int = 0
    """How many rows were searched, when there may be more to search."""


def tasks_of(campaign: Campaign, wanted: TaskFilter) -> QuerySet[Task]:
    rows = Task.objects.filter(campaign=campaign)
    if wanted.states:
        rows = rows.filter(state__in=wanted.states)
    if wanted.refusal is not None:
        rows = rows.filter(refusal=wanted.refusal)
    if wanted.zones:
        rows = rows.filter(time_zone__in=wanted.zones)
    if wanted.due_before is not None:
        rows = rows.filter(state__in=[TaskState.PLANNED, TaskState.EXCLUDED], next_at__lt=wanted.due_before)
    if wanted.digits:  # comparisons use the index behind row-level security, LIKE does not
        rows = rows.filter(number__gte=wanted.digits, number__lt=wanted.digits + ":")
    elif wanted.search:
        rows = rows.filter(Q(contact__name__icontains=wanted.search) | Q(external_id=wanted.search))
    return rows


def task_page(
    campaign: Campaign, wanted: TaskFilter, *, after: int | None = None, before: int | None = None
) -> TaskPage:
    """In the order they were added."""
    found = tasks_of(campaign, wanted).select_related("contact", "last_agent__user")
    if len(wanted.states) != 1:
        found = found.filter(pk__range=_span(campaign))
    scans = bool(wanted.search and not wanted.digits)
    if before is not None:
        edge = _edge(campaign, before=before) if scans else None
        found = found.filter(pk__lt=before)
        shown = list((found.filter(pk__gte=edge) if edge else found).order_by("-pk")[: PAGE + 1])
        more = len(shown) > PAGE
        shown = list(reversed(shown[:PAGE]))
        return TaskPage(shown, shown[0].pk if shown and more else edge, shown[-1].pk if shown else before - 1)
    if after is not None:
        found = found.filter(pk__gt=after)
    edge = _edge(campaign, after=after) if scans else None
    shown = list((found.filter(pk__lte=edge) if edge else found).order_by("pk")[: PAGE + 1])
    more, shown = len(shown) > PAGE, shown[:PAGE]
    first = (shown[0].pk if shown else (after or 0) + 1) if after is not None else None
    if more or edge is None:
        return TaskPage(shown, first, shown[-1].pk if more else None)
    return TaskPage(shown, first, edge, looked_through=WINDOW)


_SPAN: Final = """
SELECT coalesce(min(lowest.id), 0), coalesce(max(highest.id), 0) FROM unnest(%s::text[]) AS s (state)
LEFT JOIN LATERAL (SELECT id FROM campaigns_task WHERE campaign_id = %s AND state = s.state
    ORDER BY id LIMIT 1) AS lowest ON true
LEFT JOIN LATERAL (SELECT id FROM campaigns_task WHERE campaign_id = %s AND state = s.state
    ORDER BY id DESC LIMIT 1) AS highest ON true
"""


def _span(campaign: Campaign) -> tuple[int, int]:
    """First and last task of a campaign by the index of states: the list need not walk other campaigns' tasks."""
    with connection.cursor() as cursor:
        cursor.execute(_SPAN, [[state.value for state in TaskState], campaign.pk, campaign.pk])
        row: tuple[int, int] = cursor.fetchone()
    return row


def _edge(campaign: Campaign, *, after: int | None = None, before: int | None = None) -> int | None:
    """The last row of the window to look through; None when the list ends inside it."""
    rows = Task.objects.filter(campaign=campaign)
    if before is not None:
        rows = rows.filter(pk__lt=before).order_by("-pk")
    else:
        rows = rows.filter(pk__gt=after or 0).order_by("pk")
    return rows.values_list("pk", flat=True)[WINDOW : WINDOW + 1].first()


def task_of(campaign: Campaign, task_id: int) -> Task:
    found = campaign.tasks.select_related("contact", "last_agent__user", "preferred_agent__user").filter(pk=task_id)
    task = found.first()
    if task is None:
        raise NotFound(kind="contact in this campaign")
    return task
