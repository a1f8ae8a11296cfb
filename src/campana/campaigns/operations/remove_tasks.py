"""Taking contacts out: those whose dialling has not begun (CAM-696); the others can only be stopped (CAM-697)."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from django.db import transaction

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.accounts.operations.record_audit import record_audit
from campana.campaigns.models import Campaign, Task
from campana.campaigns.operations.lock import locked, move_of
from campana.campaigns.permissions import campaign_scope
from campana.campaigns.transitions import Verb
from campana.engine.words import TaskState
from campana.kernel.clock import Instant
from campana.kernel.refusals import NotFound, Refused
from campana.relay import facts, mailbox

UNTOUCHED = (TaskState.WAITING, TaskState.PLANNED, TaskState.INVALID, TaskState.EXCLUDED, TaskState.NOT_PROCESSED)
STOPPABLE = (TaskState.WAITING, TaskState.PLANNED, TaskState.SKIPPED)


class Removed(NamedTuple):
    removed: list[int]
    kept: list[int]
    """Ids of tasks whose dialling has begun, and of none there are."""


class TaskInCall(Refused):
    code = "task_in_call"
    detail = "The contact is being dialled or talked to at this moment. Try again after the call."


class TaskOver(Refused):
    code = "task_over"
    detail = "Dialling this contact is over already."


def remove_tasks(*, campaign: Campaign, actor: Actor, task_ids: Collection[int], now: Instant) -> Removed:
    """Remove what was never dialled; the rest is named as kept. The condition is part of the delete, so a
    task that the engine takes at this moment is kept."""
    actor.require(permissions.CAMPAIGNS_CONTACTS)
    with transaction.atomic():
        row = locked(campaign.pk, actor)
        move_of(row, Verb.REMOVE_TASKS)
        tasks = Task.objects.filter(
            campaign=row, pk__in=list(task_ids), attempts=0, state__in=UNTOUCHED, tries__isnull=True
        )
        removed = sorted(
            Task.objects.select_for_update(of=("self",), skip_locked=True)
            .filter(pk__in=tasks.values("pk"), state__in=UNTOUCHED, attempts=0)
            .values_list("pk", flat=True)
        )
        Task.objects.filter(pk__in=removed).delete()
        record_audit(
            actor=actor,
            action="campaign.remove_contacts",
            object_type="campaign",
            object_id=row.pk,
            now=now,
            after={"removed": removed},
        )
    return Removed(removed, sorted(set(task_ids) - set(removed)))


def stop_task(*, task_id: int, actor: Actor, now: Instant) -> Task:
    """No further attempt; the history stays. Raises TaskInCall, TaskOver."""
    actor.require(permissions.CAMPAIGNS_CONTACTS)
    campaigns = Campaign.objects.filter(campaign_scope(actor), organisation_id=actor.organisation.pk)
    tasks = Task.objects.filter(pk=task_id, organisation_id=actor.organisation.pk, campaign__in=campaigns.values("pk"))
    with transaction.atomic():
        stopped = tasks.filter(state__in=STOPPABLE).update(state=TaskState.STOPPED, finished_at=now, next_at=None)
        task = tasks.first()
        if task is None:
            raise NotFound(kind="task")
        if not stopped:
            raise TaskOver() if TaskState(task.state).final else TaskInCall()
        record_audit(actor=actor, action="task.stop", object_type="task", object_id=task.pk, now=now)
        mailbox.post(organisation_id=task.organisation_id, kind="tasks", now=now, campaign=task.campaign_id)
        event = facts.task_final(task.pk, task.campaign_id, task.state, now)
        facts.publish(task.organisation_id, [event], now)
    return task
