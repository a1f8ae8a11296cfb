"""Figures of a campaign, from tallies that equal tasks and the attempt log exactly at every moment (CAM-674)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias, TypeVar

from django.db.models import Count, Sum

from campana.accounts.actors import Actor
from campana.campaigns.models import Campaign
from campana.engine.words import Outcome, TaskState
from campana.workforce.models import Agent
from campana.workforce.permissions import agent_scope

IN_PROGRESS: Final = (TaskState.RESERVED, TaskState.IN_CALL, TaskState.WRAP_UP)
TaskCounts: TypeAlias = Mapping[tuple[str, str, str], int]
"""State, refusal and time zone to tasks."""
WAITING: Final = (TaskState.WAITING, TaskState.PLANNED, TaskState.SKIPPED)


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
    late: int
    """Answered, with no agent within two seconds."""
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


SUMS: Final = ("n", "picked_up", "connected", "abandoned", "late", "talked", "wrapped")
TIMES: Final = ("ring_ms", "wait_ms", "talk_ms", "wrap_ms")


def task_counts(campaign: Campaign) -> TaskCounts:
    """How many tasks a campaign has of each kind."""
    rows = campaign.task_tallies.values_list("state", "refusal", "time_zone").annotate(count=Sum("n"))
    return {(state, refusal, zone): count for state, refusal, zone, count in rows}


def statistics(campaign: Campaign, tasks: TaskCounts | None = None) -> Statistics:
    """Everything counted of one campaign, from the tallies the database keeps of tasks and attempts.
    ``tasks``: their counts, where the caller has them already."""
    by_state: Counter[str] = Counter()
    by_refusal: Counter[str] = Counter()
    for (state, refusal, _zone), count in (task_counts(campaign) if tasks is None else tasks).items():
        by_state[state] += count
        if refusal and state in _REFUSED:
            by_refusal[refusal] += count
    totals: Counter[str] = Counter()
    by_outcome: Counter[str] = Counter()
    by_result: Counter[int] = Counter()
    answered = 0
    kinds = campaign.tallies.values_list("outcome", "result").annotate(*(Sum(name) for name in (*SUMS, *TIMES)))
    for outcome, result, *sums in kinds:
        row = dict(zip((*SUMS, *TIMES), sums, strict=True))
        totals.update(row)
        by_outcome[outcome] += row["n"]
        answered += 0 if outcome == Outcome.MACHINE else row["picked_up"]
        if result is not None:
            by_result[result] += row["n"]
    live = by_outcome.pop("", 0)
    return Statistics(
        contacts=by_state.total(),
        by_state=_present(by_state),
        by_refusal=_present(by_refusal),
        attempts=totals["n"],
        live=live,
        by_outcome=_present(by_outcome),
        by_result=_present(by_result),
        answered=answered,
        connected=totals["connected"],
        abandoned=totals["abandoned"],
        late=totals["late"],
        ring_seconds=average(totals["ring_ms"], totals["picked_up"]),
        wait_seconds=average(totals["wait_ms"], totals["connected"]),
        talk_seconds=average(totals["talk_ms"], totals["talked"]),
        wrap_up_seconds=average(totals["wrap_ms"], totals["wrapped"]),
    )


_REFUSED: Final = frozenset({*WAITING, TaskState.INVALID, TaskState.EXCLUDED})
Key = TypeVar("Key")


def _present(counts: Mapping[Key, int]) -> dict[Key, int]:
    return {key: count for key, count in counts.items() if count}


def average(ms: int, count: int) -> float | None:
    """Seconds each, from a sum of milliseconds."""
    return round(ms / count / 1000, 3) if count else None


@dataclass(frozen=True, slots=True)
class PerAgent:
    agent_id: int
    name: str
    attempts: int
    connected: int
    talk_seconds: float | None


def per_agent(campaign: Campaign, actor: Actor) -> list[PerAgent]:
    """Who of the actor's scope worked the campaign and how much (CAM-662)."""
    tallies = campaign.agent_tallies.order_by().values_list("agent")
    sums = {agent: row for agent, *row in tallies.annotate(*map(Sum, ("n", "connected", "talked", "talk_ms")))}
    agents = Agent.objects.filter(agent_scope(actor), organisation_id=campaign.organisation_id, pk__in=sums)
    found = []
    for agent, name in agents.order_by("user__name", "pk").values_list("pk", "user__name"):
        n, connected, talked, talk_ms = sums[agent]
        if n:
            found.append(PerAgent(agent, name, n, connected, average(talk_ms, talked)))
    return found


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
