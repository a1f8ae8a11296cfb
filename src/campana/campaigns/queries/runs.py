"""Runs of a campaign: what each brought, and which contacts may be chosen for another (CAM-726)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, QuerySet, Sum

from campana.campaigns.models import Campaign, Task


@dataclass(frozen=True, slots=True)
class Run:
    """``states``: contacts by the state of their task at the end of the run, or now for the present one."""

    number: int
    present: bool
    states: dict[str, int] = field(default_factory=dict)
    attempts: int = 0

    @property
    def contacts(self) -> int:
        return sum(self.states.values())


def runs_of(campaign: Campaign) -> list[Run]:
    """The present run first. A contact that was not restarted stays in the run it was in."""
    states: dict[int, Counter[str]] = {}
    attempts, counted = Counter[int](), Counter[int]()
    for run, state, n, tries in _grouped(campaign.tasks.all()):
        states.setdefault(run, Counter())[state] += n
        counted[run] += tries or 0
    # A return counts the attempts of a contact anew; those of its run are all that earlier runs did not have.
    made = campaign.attempts.filter(counted=True, task__isnull=False).order_by().values_list("task__run")
    logged = Counter(dict(made.annotate(n=Count("pk"))))
    logged.subtract(dict(campaign.past_runs.values_list("task__run").annotate(n=Sum("attempts"))))
    for run in states:
        attempts[run] = max(counted[run], logged[run])
    for run, state, n, tries in _grouped(campaign.past_runs.all()):
        states.setdefault(run, Counter())[state] += n
        attempts[run] += tries or 0
    return [Run(run, run == campaign.run, dict(states[run]), attempts[run]) for run in sorted(states, reverse=True)]


def choices_of(campaign: Campaign) -> dict[str, int]:
    """How many contacts each quick selection names, by the keys of ``operations.reopen.SELECTIONS``."""
    by_state = Counter(dict(Task.objects.filter(campaign=campaign).values_list("state").annotate(n=Count("pk"))))
    rows = Task.objects.filter(campaign=campaign).values_list("last_outcome").annotate(n=Count("pk"))
    by_outcome = Counter(dict(rows))
    return {
        "all": by_state.total(),
        "not_reached": by_state["not_reached"],
        "not_processed": by_state["not_processed"],
        "no_answer": by_outcome["no_answer"],
        "busy": by_outcome["busy"],
        "machine": by_outcome["machine"],
        "abandoned": by_outcome["abandoned"] + by_outcome["hung_up_waiting"],
    }


def results_of(campaign: Campaign) -> list[tuple[int, int]]:
    """Results that contacts have now, with counts, most frequent first: id and number of contacts."""
    rows = Task.objects.filter(campaign=campaign, result_id__isnull=False).values_list("result_id")
    return list(rows.annotate(n=Count("pk")).order_by("-n", "result_id"))


def _grouped(rows: QuerySet[Any]) -> list[tuple[int, str, int, int]]:
    return list(rows.values_list("run", "state").annotate(n=Count("pk"), tries=Sum("attempts")))
