"""Going on with a campaign that was over: return contacts to dialling, or start them again (CAM-725 to CAM-728).

Both take the campaign from Finished or Paused back to Scheduled, without a new approval; it begins when its
conditions hold. *Return* gives contacts fresh attempts and keeps what is known of them. *Restart* begins from the
beginning: what the run brought so far is kept as an earlier run. Nobody is returned who is in somebody's hands, has no
valid number or must not be called.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

from django.db import connection, transaction

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.campaigns.models import Campaign, Task
from campana.campaigns.operations.lock import locked, move_of, save, to_state, told
from campana.campaigns.ranks import BLANK_PRIORITY, FIRST_PRIORITY
from campana.campaigns.transitions import Verb
from campana.campaigns.validation import problems
from campana.campaigns.validation import refusals as no
from campana.engine.words import CampaignState, Outcome, TaskState
from campana.kernel.clock import Instant
from campana.kernel.refusals import Invalid, Invalids, Refused
from campana.relay import facts

How = Literal["return", "restart"]
TOLD_AT_ONCE: Final = 1000
ALL: Final = "all"
SELECTIONS: Final[dict[str, str]] = {
    ALL: "true",
    "not_reached": f"t.state = '{TaskState.NOT_REACHED}'",
    "no_answer": f"t.last_outcome = '{Outcome.NO_ANSWER}'",
    "busy": f"t.last_outcome = '{Outcome.BUSY}'",
    "machine": f"t.last_outcome = '{Outcome.MACHINE}'",
    "abandoned": f"t.last_outcome IN ('{Outcome.ABANDONED}', '{Outcome.HUNG_UP_WAITING}')",
    "not_processed": f"t.state = '{TaskState.NOT_PROCESSED}'",
    "result": "t.result_id = %(result)s",
    "tasks": "t.id = ANY(%(tasks)s::bigint[])",
}
"""Quick selections, and contacts ticked one by one (``tasks``)."""


class UnknownSelection(Invalid):
    code = "unknown_selection"
    detail = "Choose which contacts shall be called again."


class NobodyToReturn(Refused):
    code = "nobody_to_return"
    detail = (
        "None of these contacts can be called again: they are in a call, have no valid number or must not be called."
    )


@dataclass(frozen=True, slots=True)
class Selection:
    """``name``: a key of ``SELECTIONS``; ``result`` and ``tasks`` go with the names that need them."""

    name: str = ALL
    result: int | None = None
    tasks: Sequence[int] = ()

    @property
    def condition(self) -> str:
        needed = {"result": self.result, "tasks": self.tasks}
        if self.name not in SELECTIONS or (self.name in needed and not needed[self.name]):
            raise UnknownSelection(field="selection")
        return SELECTIONS[self.name]

    @property
    def values(self) -> dict[str, Any]:
        return {"result": self.result, "tasks": list(self.tasks)}


class Reopened(NamedTuple):
    campaign: Campaign
    returned: int
    """Contacts that will be called again."""
    kept: int
    """Chosen, but in somebody's hands, without a valid number, or not to be called."""


def reopen_campaign(
    *,
    campaign: Campaign,
    actor: Actor,
    how: How,
    selection: Selection,
    now: Instant,
    start_at: Instant | None = None,
    end_at: Instant | None = None,
    version: int | None = None,
) -> Reopened:
    """``start_at`` and ``end_at``: new ones, needed where the old end has passed (CAM-727).

    Raises WrongState, Finishing, Stale, EndInPast (field ``end_at``), UnknownSelection, NobodyToReturn, Invalids when
    something of the campaign is missing by now. Two at once: the second finds the campaign scheduled and is refused.
    """
    actor.require(permissions.CAMPAIGNS_RUN)
    condition = selection.condition
    with transaction.atomic():
        row = locked(campaign.pk, actor, version=version)
        move_of(row, Verb.RESTART)
        columns = _times(row, start_at, end_at, now)
        wrong = [problem for problem in problems(row, now=now) if problem.field != "contacts"]
        if wrong:
            raise Invalids(wrong)
        values = selection.values | {"campaign": row.pk, "run": row.run + 1, "now": now, "restart": how == "restart"}
        # the engine closes left-over contacts in helpings; none may slip through
        closed = _close(values) if row.state == CampaignState.FINISHED else []
        chosen = _count(_COUNT, condition, values)
        if how == "restart":
            row.run += 1
            columns.append("run")
            _run(_KEEP, values, condition)
        returned = _run(_RETURN, values, condition)
        if not returned:
            raise NobodyToReturn
        _tell_of_closed(row, closed, now)
        row.reopened += 1
        row.wanted, row.wanted_at = "", now
        save(row, *columns, *to_state(row, CampaignState.SCHEDULED, now), "reopened", "wanted", "wanted_at")
        figures = {"selection": selection.name, "returned": returned, "kept": chosen - returned, "run": row.run}
        told(row, actor, f"campaign.{how}", now, **figures)
    return Reopened(row, returned, chosen - returned)


def _tell_of_closed(row: Campaign, closed: Sequence[int], now: Instant) -> None:
    """Left-over contacts that were closed here and are not called again."""
    for start in range(0, len(closed), TOLD_AT_ONCE):
        stay = Task.objects.filter(pk__in=closed[start : start + TOLD_AT_ONCE], finished_at__isnull=False)
        through = stay.values_list("pk", "state").order_by("pk")
        facts.publish(row.organisation_id, [facts.task_final(pk, row.pk, state, now) for pk, state in through], now)


def _times(row: Campaign, start_at: Instant | None, end_at: Instant | None, now: Instant) -> list[str]:
    columns = []
    if start_at is not None:
        row.start_at = start_at
        columns.append("start_at")
    if end_at is not None:
        row.end_at = end_at
        columns.append("end_at")
    if row.end_at is not None and row.end_at <= now:
        raise no.EndInPast(field="end_at")
    if row.start_at is not None and row.end_at is not None and row.end_at <= row.start_at:
        raise no.EndBeforeStart(field="end_at")
    return columns


_CLOSE: Final = """
UPDATE campaigns_task AS t SET state = CASE WHEN t.rounds > 0 THEN 'not_reached' ELSE 'not_processed' END,
    next_at = NULL, finished_at = %(now)s
WHERE t.campaign_id = %(campaign)s AND t.state IN ('waiting', 'planned', 'skipped')
RETURNING t.id
"""

_COUNT: Final = "SELECT count(*) FROM campaigns_task t WHERE t.campaign_id = %(campaign)s AND ({condition})"

_MAY_RETURN: Final = """
t.campaign_id = %(campaign)s AND ({condition})
AND t.state IN ('waiting', 'planned', 'skipped', 'completed', 'not_reached', 'not_processed', 'stopped')
AND NOT EXISTS (SELECT 1 FROM calls_attempt a WHERE a.task_id = t.id AND (a.ended_at IS NULL
    OR (a.connected_at IS NOT NULL AND a.outcome = 'answered' AND a.wrapped_up_at IS NULL)))
AND EXISTS (SELECT 1 FROM crm_contact p WHERE p.id = t.contact_id AND p.deleted_at IS NULL)
AND EXISTS (SELECT 1 FROM crm_contactnumber n WHERE n.contact_id = t.contact_id AND n.valid AND n.number <> ''
    AND NOT EXISTS (SELECT 1 FROM crm_suppression s WHERE s.organisation_id = t.organisation_id
        AND s.number = n.number AND (s.campaign_id IS NULL OR s.campaign_id = t.campaign_id)
        AND s.starts_at <= %(now)s AND (s.ends_at IS NULL OR s.ends_at > %(now)s)))
AND NOT EXISTS (SELECT 1 FROM crm_suppression s WHERE s.contact_id = t.contact_id
    AND (s.number = '' OR s.reason = 'do_not_call_again') AND (s.campaign_id IS NULL OR s.campaign_id = t.campaign_id)
    AND s.starts_at <= %(now)s AND (s.ends_at IS NULL OR s.ends_at > %(now)s))
"""
"""Not in anybody's hands, with a number that may be called. A "do not call again" counts whatever its days say: who
wants the contact called in spite of it takes the mark off first (CAM-727)."""

_KEEP: Final = f"""
INSERT INTO campaigns_pastrun (organisation_id, campaign_id, task_id, run, state, attempts, last_outcome, result_id,
    last_agent_id, finished_at)
SELECT t.organisation_id, t.campaign_id, t.id, t.run, t.state, greatest(t.attempts,
        (SELECT count(*) FROM calls_attempt a WHERE a.task_id = t.id AND a.counted)
        - (SELECT coalesce(sum(p.attempts), 0) FROM campaigns_pastrun p WHERE p.task_id = t.id)),
    t.last_outcome, t.result_id, t.last_agent_id, t.finished_at
FROM campaigns_task t WHERE {_MAY_RETURN}
"""  # noqa: S608 - built from constants of this file

_RETURN: Final = f"""
UPDATE campaigns_task AS t SET
    rounds = 0, number_index = 0, by_event = '{{{{}}}}', attempts = 0, guaranteed = false, refusal = '',
    finished_at = NULL, reserved_by = NULL,
    state = CASE WHEN promised THEN t.state WHEN t.not_before > %(now)s THEN 'planned' ELSE 'waiting' END,
    next_at = CASE WHEN promised THEN t.next_at WHEN t.not_before > %(now)s THEN t.not_before END,
    agreed = promised,
    preferred_agent_id = CASE WHEN promised THEN t.preferred_agent_id END,
    anyone_at = CASE WHEN promised THEN t.anyone_at END,
    rank = CASE WHEN promised THEN t.rank ELSE {FIRST_PRIORITY} + 2 * coalesce(t.priority, {BLANK_PRIORITY}) + 1 END,
    run = CASE WHEN %(restart)s THEN %(run)s ELSE t.run END,
    last_outcome = CASE WHEN %(restart)s THEN '' ELSE t.last_outcome END,
    result_id = CASE WHEN %(restart)s THEN NULL ELSE t.result_id END,
    last_agent_id = CASE WHEN %(restart)s THEN NULL ELSE t.last_agent_id END
FROM (SELECT t.id, NOT %(restart)s AND t.agreed AND t.state IN ('waiting', 'planned') AS promised
    FROM campaigns_task t WHERE {_MAY_RETURN} FOR UPDATE OF t) AS chosen
WHERE t.id = chosen.id
"""  # noqa: S608 - built from constants of this file
"""A call back that was promised stays promised, unless everything begins again."""


def _close(values: dict[str, Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_CLOSE, values)
        return sorted(task for (task,) in cursor.fetchall())


def _count(statement: str, condition: str, values: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement.format(condition=condition), values)
        return sum(int(n) for (n,) in cursor.fetchall())


def _run(statement: str, values: dict[str, Any], condition: str = "") -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement.format(condition=condition) if condition else statement, values)
        return int(cursor.rowcount)
