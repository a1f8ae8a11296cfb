"""Who sits where, with whom he is busy."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.accounts.models import AuditEntry
from campana.calls.models import Attempt
from campana.campaigns.models import Campaign, Task
from campana.campaigns.permissions import campaign_scope
from campana.campaigns.queries.overview import visible
from campana.campaigns.snapshot import WITH_CONFIG
from campana.engine.words import AgentState
from campana.kernel.refusals import NotFound
from campana.supervision.queries.monitoring import heard_by
from campana.workforce.models import Agent
from campana.workforce.permissions import agent_scope

PAGE = 50
ORDER = {state: place for place, state in enumerate(reversed(AgentState))}
"""Busy people first, those who are away last."""


def campaign_of(actor: Actor, campaign_id: int) -> Campaign:
    """Raises NotFound, also for a campaign the actor may not see."""
    found = visible(actor).select_related("author", "result_set", *WITH_CONFIG).filter(pk=campaign_id).first()
    if found is None:
        raise NotFound(kind="campaign")
    found.organisation = actor.organisation
    return found


@dataclass(slots=True)
class Seat:
    """An agent on the floor with whom or what he is busy."""

    agent: Agent
    campaign: Campaign | None = None
    attempt: Attempt | None = None
    task: Task | None = None
    heard_by: list[str] = field(default_factory=list)
    """Names of those who hear this talk, for who may listen himself."""


def floor(actor: Actor, people: Collection[int] | None = None) -> list[Seat]:
    """Everybody of the actor's scope with a place on the floor, or only these agents."""
    organisation = actor.organisation
    rows = Agent.objects.filter(agent_scope(actor), organisation=organisation, user__state="active")
    rows = rows.select_related("user")
    if people is not None:
        rows = rows.filter(pk__in=people)
    agents = sorted(rows, key=lambda row: (ORDER.get(AgentState(row.state), 99), row.user.name.casefold()))
    attempts = Attempt.objects.filter(organisation=organisation).select_related("contact")
    tasks = Task.objects.filter(organisation=organisation).select_related("contact")
    campaigns = Campaign.objects.filter(campaign_scope(actor), organisation=organisation)
    known: dict[str, dict[int, Any]] = {
        "attempt": attempts.in_bulk([row.attempt_id for row in agents if row.attempt_id]),
        "task": tasks.in_bulk([row.task_id for row in agents if row.task_id]),
        "campaign": campaigns.in_bulk([row.campaign_id for row in agents if row.campaign_id]),
    }
    heard = heard_by(actor) if actor.can(permissions.CAMPAIGNS_LISTEN) else {}
    return [
        Seat(
            row,
            campaign=known["campaign"].get(row.campaign_id or 0),
            attempt=known["attempt"].get(row.attempt_id or 0),
            task=known["task"].get(row.task_id or 0),
            heard_by=heard.get(row.pk, []),
        )
        for row in agents
    ]


def log_of(campaign: Campaign, *, before: int | None = None) -> list[AuditEntry]:
    """Who did what to the campaign, newest first, one page and one row more."""
    rows = AuditEntry.objects.filter(
        organisation=campaign.organisation_id, object_type="campaign", object_id=str(campaign.pk)
    )
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.select_related("user", "api_key").order_by("-at", "-pk")[: PAGE + 1])
