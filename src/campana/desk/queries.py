"""What the desk shows: the place of the agent, the contact in front of him, his campaigns and his day."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from campana.accounts.actors import Actor
from campana.calls import queries as calls
from campana.calls.models import Attempt, CallRequest, Monitor
from campana.calls.permissions import attempt_scope
from campana.campaigns import snapshot
from campana.campaigns.models import Campaign, Task
from campana.crm.models import Contact, CustomField
from campana.desk.operations.results import results_of
from campana.desk.scripts import panel
from campana.engine.words import AgentState, CampaignState, DialMode, TaskState
from campana.kernel.clock import Instant
from campana.kernel.phone import masked
from campana.scripts import queries as scripts
from campana.scripts.models import Result
from campana.scripts.panel import Panel
from campana.ui.moments import phone
from campana.workforce.models import Agent

WAITING = (TaskState.WAITING, TaskState.PLANNED)
CALL_STATES = {AgentState.RESERVED, AgentState.RINGING, AgentState.IN_CALL, AgentState.WRAP_UP}
CONTACT_STATES = CALL_STATES | {AgentState.OFFERED, AgentState.PREVIEW}


@dataclass(frozen=True, slots=True)
class Place:
    """Where the agent is now, with the contact in front of him if there is one."""

    agent: Agent
    campaign: Campaign | None = None
    task: Task | None = None
    contact: Contact | None = None
    attempt: Attempt | None = None

    @property
    def came_in(self) -> bool:
        """Somebody called us."""
        return self.attempt is not None and self.attempt.mode == DialMode.INBOUND

    @property
    def busy(self) -> bool:
        """Something lies on the desk: a contact, or a call, with or without a campaign."""
        return self.task is not None or self.attempt is not None

    @property
    def name(self) -> str:
        return self.contact.name if self.contact is not None else ""

    @property
    def work(self) -> str:
        """Names the working area: while it stays the same, what is typed there must survive."""
        if self.attempt is not None:
            return f"attempt-{self.attempt.pk}"
        return f"task-{self.task.pk}" if self.task is not None else "idle"

    @property
    def seen(self) -> str:
        """Changes whenever the console must be drawn again."""
        agent, attempt = self.agent, self.attempt
        parts: list[object] = [agent.state, agent.state_since, agent.state_until, agent.wanted, agent.pause_reason]
        parts += [agent.not_ready_after, agent.dialling, agent.online, agent.task_id, agent.attempt_id]
        if attempt is not None:
            parts += [attempt.state, attempt.result_id, attempt.ended_at]
        return "/".join(str(part) for part in parts)

    @property
    def number(self) -> str:
        if self.attempt is not None:
            return self.attempt.number
        return self.task.number if self.task is not None else ""

    @property
    def line(self) -> str:
        """The number of ours that was called, by its label where it has one."""
        hotline = self.attempt.hotline if self.attempt is not None else None
        return (hotline.label or phone(hotline.number)) if hotline is not None else ""

    @property
    def zone(self) -> str:
        """The callee's time zone; blank where nobody knows it."""
        if self.task is not None:
            return self.task.time_zone or "UTC"
        request = CallRequest.objects.filter(attempt=self.attempt).first() if self.attempt else None
        return request.time_zone if request else ""

    @property
    def length(self) -> float:
        """Seconds of the whole countdown, for its bar."""
        since, until = self.agent.state_since, self.agent.state_until
        return max(1.0, (until - since).total_seconds()) if since and until else 1.0

    @property
    def extended(self) -> bool:
        return self.campaign is not None and self.length > self.campaign.wrap_up + 1


def place_of(agent: Agent) -> Place:
    if agent.state not in CONTACT_STATES:
        return Place(agent)
    own = {"organisation": agent.organisation_id}
    attempt = None
    if agent.attempt_id and agent.state in CALL_STATES:
        around = ("hotline", "result", "contact")
        attempt = Attempt.objects.filter(**own, pk=agent.attempt_id).select_related(*around).first()
    task_id = attempt.task_id if attempt else agent.task_id
    task = Task.objects.filter(**own, pk=task_id or 0).select_related("campaign", "contact").first()
    if task is not None:
        if attempt is not None:
            attempt.campaign = task.campaign  # one object: what hangs on it is asked for once
        return Place(agent, task.campaign, task, task.contact, attempt)
    return Place(agent, contact=attempt.contact if attempt else None, attempt=attempt)


def hears(agent: Agent) -> Monitor | None:
    """The talk of somebody else that comes to this telephone."""
    rows = Monitor.objects.filter(listener=agent, ended_at=None)
    return None if agent.state in CONTACT_STATES else rows.select_related("agent__user").first()


@dataclass(frozen=True, slots=True)
class Card:
    """Everything the agent reads while he talks."""

    numbers: list[Any]
    fields: list[tuple[str, Any]]
    history: list[Attempt]
    results: list[Result] = field(default_factory=list)
    script: Panel | None = None


def card_of(place: Place, actor: Actor) -> Card | None:
    contact, of = place.contact, place.attempt or place.campaign
    if of is None:
        return None
    own = {"organisation": place.agent.organisation_id}
    fields = CustomField.objects.filter(**own, on_card=True).order_by("position", "id") if contact else ()
    whose = {"contact": contact} if contact else {"number": place.number}
    history = Attempt.objects.filter(attempt_scope(actor), **own, **whose, ended_at__isnull=False)
    if not contact and not place.number:
        history = history.none()  # withheld numbers have nothing in common
    if place.attempt is not None:
        history = history.exclude(pk=place.attempt.pk)
    values = contact.fields if contact else {}
    return Card(
        numbers=list(contact.numbers.order_by("position")) if contact else [],
        fields=[(row.label, _readable(row, values[row.key])) for row in fields if row.key in values],
        history=list(history.select_related("result", "campaign", "agent__user").order_by("-pk")[:10]),
        results=results_of(of),
        script=_script_of(place, actor),
    )


def _script_of(place: Place, actor: Actor) -> Panel | None:
    """What the agent says and asks, with this contact's words in it; None where there is no script."""
    if place.campaign is None:
        return None
    values = scripts.values_of(
        place.contact,
        organisation=place.campaign.organisation,
        number=masked(place.number) if place.number and actor.masks_numbers else phone(place.number),
        agent=place.agent.user.name,
        campaign=place.campaign.name,
    )
    return panel(place.campaign, place.agent, place.attempt, values)


def _readable(row: CustomField, value: Any) -> Any:
    """A stored value as its type: dates are ISO words, everything else is itself."""
    if row.type == CustomField.Type.DATE and isinstance(value, str):
        with suppress(ValueError):
            return date.fromisoformat(value)
    return value


@dataclass(frozen=True, slots=True)
class Foot:
    """The agent's day in one line, and what was promised next."""

    day: calls.Day
    callback: Task | None


def foot_of(agent: Agent, zone: str, now: Instant) -> Foot:
    return Foot(calls.day_of(agent, midnight(zone, now)), next(iter(callbacks_of(agent)), None))


@dataclass(frozen=True, slots=True)
class Idle:
    """What fills the desk between two calls."""

    campaigns: list[Campaign]
    day: calls.Day
    last: list[Attempt]
    callbacks: list[Task]
    promised: list[Attempt]
    """Call backs of calls outside campaigns; the agent makes them by hand."""
    open_results: list[Attempt]

    @property
    def planned(self) -> int:
        return len(self.callbacks) + len(self.promised)


def idle_of(agent: Agent, zone: str, now: Instant) -> Idle:
    start = midnight(zone, now)
    return Idle(
        campaigns=campaigns_of(agent),
        day=calls.day_of(agent, start),
        last=calls.last_of(agent),
        callbacks=callbacks_of(agent),
        promised=calls.promised_by(agent, now),
        open_results=calls.without_result(agent, start),
    )


def campaigns_of(agent: Agent) -> list[Campaign]:
    """Live campaigns the agent takes part in, with the tasks that wait in each."""
    mine = snapshot.members_of_live_campaigns(agent.organisation_id).get(agent.pk, set())
    waiting = Coalesce(Sum("task_tallies__n", filter=Q(task_tallies__state__in=WAITING)), 0)
    rows = Campaign.objects.filter(organisation=agent.organisation_id, pk__in=mine).annotate(waiting=waiting)
    order = {CampaignState.RUNNING: 0, CampaignState.PAUSED: 1}
    return sorted(rows, key=lambda row: (order.get(CampaignState(row.state), 2), row.priority or 100, row.pk))


def callbacks_of(agent: Agent) -> list[Task]:
    """Agreed call backs that wait for this agent, soonest first."""
    rows = Task.objects.filter(
        organisation=agent.organisation_id,
        preferred_agent=agent,
        agreed=True,
        state__in=[TaskState.PLANNED, TaskState.WAITING],
    )
    return list(rows.select_related("contact", "campaign").order_by("next_at")[:10])


def midnight(zone: str, now: Instant) -> Instant:
    """When the day began where the reader is."""
    return datetime.combine(now.astimezone(ZoneInfo(zone)).date(), time(), ZoneInfo(zone))
