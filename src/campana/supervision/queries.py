"""What the supervisor's pages read beyond the queries of the apps: the floor, tasks by keyset, the log."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from campana.accounts.actors import Actor
from campana.accounts.models import AuditEntry
from campana.calls.models import Attempt
from campana.campaigns.models import Campaign, Task
from campana.campaigns.permissions import campaign_scope
from campana.campaigns.queries.overview import visible
from campana.campaigns.queries.people import people_of
from campana.engine.words import AgentState
from campana.kernel.refusals import NotFound
from campana.workforce.models import Agent
from campana.workforce.permissions import agent_scope

PAGE = 50
ORDER = {state: place for place, state in enumerate(reversed(AgentState))}
"""Busy people first, those who are away last."""


def campaign_of(actor: Actor, campaign_id: int) -> Campaign:
    """Raises NotFound, also for a campaign the actor may not see."""
    found = (
        visible(actor)
        .select_related("author", "organisation", "result_set", "working_hours")
        .filter(pk=campaign_id)
        .first()
    )
    if found is None:
        raise NotFound(kind="campaign")
    return found


@dataclass(slots=True)
class Seat:
    """An agent on the floor with whom or what he is busy."""

    agent: Agent
    campaign: Campaign | None = None
    attempt: Attempt | None = None
    task: Task | None = None


def floor(actor: Actor, campaign: Campaign | None = None) -> list[Seat]:
    """Everybody of the actor's scope with a place on the floor, or only the people of a campaign."""
    organisation = actor.organisation
    rows = Agent.objects.filter(agent_scope(actor), organisation=organisation, user__state="active")
    rows = rows.select_related("user")
    if campaign is not None:
        rows = rows.filter(pk__in=people_of(campaign))
    agents = sorted(rows, key=lambda row: (ORDER.get(AgentState(row.state), 99), row.user.name.casefold()))
    attempts = Attempt.objects.filter(organisation=organisation).select_related("contact")
    tasks = Task.objects.filter(organisation=organisation).select_related("contact")
    campaigns = Campaign.objects.filter(campaign_scope(actor), organisation=organisation)
    known: dict[str, dict[int, Any]] = {
        "attempt": attempts.in_bulk([row.attempt_id for row in agents if row.attempt_id]),
        "task": tasks.in_bulk([row.task_id for row in agents if row.task_id]),
        "campaign": campaigns.in_bulk([row.campaign_id for row in agents if row.campaign_id]),
    }
    return [
        Seat(
            row,
            campaign=known["campaign"].get(row.campaign_id or 0),
            attempt=known["attempt"].get(row.attempt_id or 0),
            task=known["task"].get(row.task_id or 0),
        )
        for row in agents
    ]


@dataclass(slots=True)
class TaskPage:
    rows: list[Task] = field(default_factory=list)
    first: int | None = None
    """``before`` of the page in front of this one; None on the first."""
    last: int | None = None
    """``after`` of the next page; None on the last."""


def tasks_of(campaign: Campaign, *, state: str = "", search: str = "") -> QuerySet[Task]:
    rows = Task.objects.filter(campaign=campaign)
    if state:
        rows = rows.filter(state=state)
    digits = "".join(filter(str.isdigit, search))
    if search:
        words = Q(contact__name__icontains=search) | Q(external_id=search)
        rows = rows.filter(words | Q(number__startswith=digits) if digits else words)
    return rows


def task_page(rows: QuerySet[Task], *, after: int | None = None, before: int | None = None) -> TaskPage:
    """In the order they were added."""
    found = rows.select_related("contact", "last_agent__user")
    if before is not None:
        shown = list(found.filter(pk__lt=before).order_by("-pk")[: PAGE + 1])
        more = len(shown) > PAGE
        shown = list(reversed(shown[:PAGE]))
        return TaskPage(shown, shown[0].pk if shown and more else None, shown[-1].pk if shown else None)
    if after is not None:
        found = found.filter(pk__gt=after)
    shown = list(found.order_by("pk")[: PAGE + 1])
    more, shown = len(shown) > PAGE, shown[:PAGE]
    return TaskPage(shown, shown[0].pk if shown and after is not None else None, shown[-1].pk if more else None)


def task_of(campaign: Campaign, task_id: int) -> Task:
    found = campaign.tasks.select_related("contact", "last_agent__user", "preferred_agent__user").filter(pk=task_id)
    task = found.first()
    if task is None:
        raise NotFound(kind="contact in this campaign")
    return task


def log_of(campaign: Campaign, *, before: int | None = None) -> list[AuditEntry]:
    """Who did what to the campaign, newest first, one page and one row more."""
    rows = AuditEntry.objects.filter(
        organisation=campaign.organisation_id, object_type="campaign", object_id=str(campaign.pk)
    )
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.select_related("user", "api_key").order_by("-at", "-pk")[: PAGE + 1])
