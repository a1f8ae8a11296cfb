"""Figures of a campaign, counted from tasks and the attempt log so that they equal it exactly (CAM-674)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db.models import Avg, Count, F, Q

from campana.accounts.actors import Actor
from campana.campaigns.models import Campaign
from campana.engine.words import Outcome, TaskState
from campana.workforce.models import Agent
from campana.workforce.permissions import agent_scope

IN_PROGRESS: Final = (TaskState.RESERVED, TaskState.IN_CALL, TaskState.WRAP_UP)
WAITING: Final = (TaskState.WAITING, TaskState.PLANNED, TaskState.SKIPPED)
SHORT_HANG_UP: Final = timedelta(seconds=2)
"""CAM-486: who hangs up sooner while waiting is not counted as abandoned."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """Seconds are averages over the attempts that have them; None where there are none."""

    contacts: int
    by_state: Mapping[str, int]
    """engine.words.TaskState to tasks; states with none are left out."""
    by_refusal: Mapping[str, int]
    """engine.words.RefusalCode to tasks that are invalid, excluded or put off for it."""
    attempts: int
    live: int
    by_outcome: Mapping[str, int]
    """engine.words.Outcome to ended attempts."""
    by_result: Mapping[int, int]
    """Result id to attempts with it."""
    answered: int
    """Attempts a person answered, machines excluded."""
    connected: int
    abandoned: int
    """Answered, taken by no agent (CAM-486)."""
    ring_seconds: float | None
    wait_seconds: float | None
    talk_seconds: float | None
    wrap_up_seconds: float | None

    @property
    def waiting(self) -> int:
        return sum(self.by_state.get(state, 0) for state in WAITING)

    @property
    def in_progress(self) -> int:
        return sum(self.by_state.get(state, 0) for state in IN_PROGRESS)

    @property
    def finished(self) -> int:
        return sum(count for state, count in self.by_state.items() if TaskState(state).final)

    @property
    def reached(self) -> int:
        return self.by_state.get(TaskState.COMPLETED, 0)

    @property
    def abandonment(self) -> float:
        """Abandoned over answered, 0 to 1."""
        return self.abandoned / self.answered if self.answered else 0.0


ABANDONED: Final = Q(outcome=Outcome.ABANDONED) | Q(
    outcome=Outcome.HUNG_UP_WAITING, ended_at__gte=F("answered_at") + SHORT_HANG_UP
)
ANSWERED: Final = Q(answered_at__isnull=False) & ~Q(outcome=Outcome.MACHINE)


def statistics(campaign: Campaign) -> Statistics:
    """Everything counted of one campaign."""
    tasks = campaign.tasks.order_by()
    by_state = dict(tasks.values_list("state").annotate(n=Count("pk")))
    refused = tasks.exclude(refusal="").filter(state__in=[*WAITING, TaskState.INVALID, TaskState.EXCLUDED])
    attempts = campaign.attempts.order_by()
    figures = attempts.aggregate(
        all=Count("pk"),
        live=Count("pk", filter=Q(ended_at__isnull=True)),
        answered=Count("pk", filter=ANSWERED),
        connected=Count("pk", filter=Q(connected_at__isnull=False)),
        abandoned=Count("pk", filter=ABANDONED),
        ring=Avg(F("answered_at") - F("began_at")),
        wait=Avg(F("connected_at") - F("answered_at")),
        talk=Avg(F("ended_at") - F("connected_at")),
        wrap_up=Avg(F("wrapped_up_at") - F("ended_at"), filter=Q(connected_at__isnull=False)),
    )
    ended = attempts.filter(ended_at__isnull=False)
    said = attempts.filter(result__isnull=False)
    return Statistics(
        contacts=sum(by_state.values()),
        by_state=by_state,
        by_refusal=dict(refused.values_list("refusal").annotate(n=Count("pk"))),
        attempts=figures["all"],
        live=figures["live"],
        by_outcome=dict(ended.values_list("outcome").annotate(n=Count("pk"))),
        by_result=dict(said.values_list("result_id").annotate(n=Count("pk"))),
        answered=figures["answered"],
        connected=figures["connected"],
        abandoned=figures["abandoned"],
        ring_seconds=_seconds(figures["ring"]),
        wait_seconds=_seconds(figures["wait"]),
        talk_seconds=_seconds(figures["talk"]),
        wrap_up_seconds=_seconds(figures["wrap_up"]),
    )


def _seconds(value: timedelta | None) -> float | None:
    return None if value is None else round(value.total_seconds(), 3)


@dataclass(frozen=True, slots=True)
class PerAgent:
    agent_id: int
    name: str
    attempts: int
    connected: int
    talk_seconds: float | None


def per_agent(campaign: Campaign, actor: Actor) -> list[PerAgent]:
    """Who of the actor's scope worked the campaign and how much (CAM-662)."""
    agents = Agent.objects.filter(agent_scope(actor), organisation_id=campaign.organisation_id)
    rows = (
        campaign.attempts.filter(agent__in=agents.values("pk"))
        .order_by("agent__user__name", "agent")
        .values_list("agent", "agent__user__name")
        .annotate(
            n=Count("pk"),
            connected=Count("pk", filter=Q(connected_at__isnull=False)),
            talk=Avg(F("ended_at") - F("connected_at")),
        )
    )
    return [PerAgent(agent, name, n, connected, _seconds(talk)) for agent, name, n, connected, talk in rows]


def per_hotline(campaign: Campaign) -> dict[str, dict[str, int]]:
    """Number shown to how its attempts ended (CAM-662)."""
    rows = (
        campaign.attempts.filter(ended_at__isnull=False)
        .order_by("hotline__number")
        .values_list("hotline__number", "outcome")
        .annotate(n=Count("pk"))
    )
    found: dict[str, dict[str, int]] = {}
    for number, outcome, count in rows:
        found.setdefault(number, {})[outcome] = count
    return found
