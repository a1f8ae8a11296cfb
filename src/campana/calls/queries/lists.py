"""Lists of attempts by keyset, one attempt with all its moments, the way of a task."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet, Sum

from campana.accounts.actors import Actor
from campana.calls.models import Attempt, AttemptTally, Skip
from campana.calls.permissions import attempt_scope
from campana.campaigns.models import Task
from campana.kernel.clock import Instant
from campana.kernel.refusals import NotFound
from campana.workforce.models import Agent

PAGE = 50
WITH_NAMES = ("contact", "hotline", "trunk", "agent__user", "result", "campaign", "task")


@dataclass(frozen=True, slots=True)
class AttemptFilter:
    """What a list of attempts is narrowed by; blank fields restrict nothing."""

    campaign: int | None = None
    agent: int | None = None
    outcome: str = ""
    """A code of engine.words.Outcome, or ``live``."""
    number: str = ""
    """Digits the number begins with. Attempts found so are read in the order of numbers: their index gives it, while
    the newest of a few numbers may lie behind millions of other attempts."""
    own: Agent | None = None
    """Only this agent's, for people who may not see the calls of everybody."""

    @property
    def digits(self) -> str:
        return "".join(filter(str.isdigit, self.number))


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Attempt]
    newer: int | None
    """The id whose ``after`` page comes before this one; None on the first page."""
    older: int | None


def narrowed(actor: Actor, wanted: AttemptFilter) -> QuerySet[Attempt]:
    rows = Attempt.objects.filter(attempt_scope(actor), organisation=actor.organisation)
    if wanted.campaign:
        in_one = rows.filter(campaign=wanted.campaign)
        rows = in_one if wanted.digits else _of_campaign(rows, wanted.campaign)
    if wanted.agent:
        rows = rows.filter(agent=wanted.agent)
    if wanted.own:
        rows = rows.filter(agent=wanted.own)
    if wanted.outcome == "live":
        rows = rows.filter(ended_at__isnull=True)
    elif wanted.outcome:
        rows = rows.filter(outcome=wanted.outcome) if _ever(wanted) else rows.none()
    if wanted.digits:  # LIKE uses no index behind the wall
        rows = rows.filter(number__gte=wanted.digits, number__lt=wanted.digits + ":")
    return rows


def _of_campaign(rows: QuerySet[Attempt], campaign: int) -> QuerySet[Attempt]:
    """As a range, and ordered by it (``page``): told that the campaign is one, PostgreSQL walks all attempts from the
    newest on instead of the campaign's own index, past millions of other campaigns' if those are newer."""
    return rows.filter(campaign__gte=campaign, campaign__lte=campaign)


def _ever(wanted: AttemptFilter) -> bool:
    """Whether anything of the campaign ended so: nobody has to read all attempts to find none."""
    if not wanted.campaign:
        return True
    tally = AttemptTally.objects.filter(campaign=wanted.campaign, outcome=wanted.outcome)
    return bool(tally.aggregate(n=Sum("n"))["n"])


def page(
    rows: QuerySet[Attempt],
    *,
    before: int | None = None,
    after: int | None = None,
    size: int = PAGE,
    of_campaign: bool = False,
) -> Page:
    """Newest first. ``before``: older than this id; ``after``: newer than it. ``of_campaign``: rows are of one."""
    newest = ("campaign", "-pk") if of_campaign else ("-pk",)
    oldest = ("-campaign", "pk") if of_campaign else ("pk",)
    found = rows.select_related(*WITH_NAMES)
    if after is not None:
        nearest = list(found.filter(pk__gt=after).order_by(*oldest)[: size + 1])
        more_newer = len(nearest) > size
        shown = list(reversed(nearest[:size]))
        return Page(shown, shown[0].pk if shown and more_newer else None, shown[-1].pk if shown else None)
    if before is not None:
        found = found.filter(pk__lt=before)
    nearest = list(found.order_by(*newest)[: size + 1])
    shown = nearest[:size]
    return Page(
        shown,
        shown[0].pk if shown and before is not None else None,
        shown[-1].pk if len(nearest) > size else None,
    )


def attempt_of(actor: Actor, attempt_id: int, *, own: Agent | None = None) -> Attempt:
    """Raises NotFound, also for what belongs to somebody else."""
    found = (
        narrowed(actor, AttemptFilter(own=own))
        .select_related(*WITH_NAMES, "script_version__script")
        .filter(pk=attempt_id)
        .first()
    )
    if found is None:
        raise NotFound(kind="attempt")
    return found


def of_task(task: Task, actor: Actor) -> list[Attempt | Skip]:
    """Everything the actor sees that happened to a task, newest first: attempts and skips with their reasons."""
    seen = task.tries.filter(attempt_scope(actor))
    tries: Iterable[Attempt] = seen.select_related(*WITH_NAMES).order_by("-pk")[:100]
    skips: Iterable[Skip] = task.skips.order_by("-pk")[:100]
    return sorted([*tries, *skips], key=_moment, reverse=True)


def _moment(row: Attempt | Skip) -> Instant:
    return row.began_at if isinstance(row, Attempt) else row.at
