"""Contacts of a campaign by keyset, narrowed by state, reason and words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db import connection
from django.db.models import Q, QuerySet

from campana.campaigns.models import Campaign, Task
from campana.engine.words import TaskState
from campana.kernel.clock import Instant
from campana.kernel.refusals import NotFound
from campana.ui.tables import Page, Window, page_of

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

    @property
    def words(self) -> str:
        """What no index finds."""
        return "" if self.digits else self.search


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
    elif wanted.words:
        rows = rows.filter(Q(contact__name__icontains=wanted.words) | Q(external_id=wanted.words))
    return rows


def task_page(campaign: Campaign, wanted: TaskFilter, *, after: str = "", before: str = "") -> Page[Task]:
    """In the order they were added."""
    rows, window = tasks_of(campaign, wanted).select_related("contact", "last_agent__user"), None
    one_state = len(wanted.states) == 1  # its index is in this order
    if wanted.words or not one_state:
        span = _span(campaign)
        rows = rows if one_state else rows.filter(pk__range=span)
        if wanted.words:
            window = Window(Task.objects.filter(campaign=campaign, pk__range=span), WINDOW)
    return page_of(rows, sort="pk", down=False, size=PAGE, after=after, before=before, window=window)


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


def task_of(campaign: Campaign, task_id: int) -> Task:
    found = campaign.tasks.select_related("contact", "last_agent__user", "preferred_agent__user").filter(pk=task_id)
    task = found.first()
    if task is None:
        raise NotFound(kind="contact in this campaign")
    return task
