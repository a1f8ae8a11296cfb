"""Every move of a task beside the naive model of its life: the rules of retries, told a second time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import timedelta

from campana.engine.config import RetryPlan
from campana.engine.outputs import AttemptEnded, Fact, TaskMoved, WrapUpEnded
from campana.engine.words import CampaignState, Outcome, TaskState
from campana.sim.invariants.books import CALM, Books
from campana.sim.reference import NaiveTask
from campana.sim.rows import AttemptRow

HELD = frozenset({TaskState.RESERVED, TaskState.IN_CALL, TaskState.WRAP_UP})
LEFT_OVER = frozenset({TaskState.NOT_REACHED, TaskState.NOT_PROCESSED})


class TaskWatch(Books):
    def _told(self, fact: Fact) -> None:
        """An attempt that ends or is closed says where its task goes next."""
        match fact:
            case AttemptEnded() if fact.task_id is not None and fact.outcome is not Outcome.ANSWERED:
                self._over[fact.task_id] = fact.attempt_id
            case WrapUpEnded():
                row = self._shift.directory.attempts.get(fact.attempt_id)
                if row is not None and row.task_id is not None:
                    self._over[row.task_id] = row.id
            case TaskMoved() if fact.state not in HELD:
                attempt = self._shift.directory.attempts.get(self._over.pop(fact.task_id, 0))  # type: ignore[call-overload]
                model = self._models.setdefault(fact.task_id, NaiveTask(1, RetryPlan()))
                if attempt is not None and fact.refusal is None and not _corrected(attempt):
                    self._compare(fact, attempt, model)
                _adopt(model, fact)
            case _:
                pass

    def _compare(self, fact: TaskMoved, attempt: AttemptRow, model: NaiveTask) -> None:
        expected = []
        for plan in self._plans(fact):
            for numbers in self._numbers(attempt):
                may_be = replace(model, plan=plan, numbers=numbers, events=Counter(model.events))
                may_be.meets(attempt)
                if self._agree(fact, may_be):
                    self._shift.coverage[f"reference:{attempt.outcome}:{may_be.state}"] += 1
                    return
                expected.append(f"{may_be.state} round {may_be.rounds} number {may_be.number} at {may_be.due}")
        found = f"{fact.state} round {fact.rounds} number {fact.number_index} at {fact.next_at}"
        self.violate(
            "a task goes where the naive model says", f"task {fact.task_id}: {found}, not {' or '.join(expected)}"
        )

    def _agree(self, fact: TaskMoved, model: NaiveTask) -> bool:
        finished = self._running.get(fact.campaign_id) is CampaignState.FINISHED and fact.state in LEFT_OVER
        if fact.state != model.state and not finished:
            return False
        told = {event.value: count for event, count in (fact.by_event or {}).items()}
        if (fact.rounds, fact.number_index, told) != (model.rounds, model.number, dict(model.events)):
            return False
        if finished or model.due is None or fact.next_at is None:
            return True
        return abs(fact.next_at - max(model.due, fact.at)) < timedelta(seconds=1)  # a time may have passed meanwhile

    def _plans(self, fact: TaskMoved) -> Iterator[RetryPlan]:
        """Those in force now or a moment ago."""
        yield self._shift.campaigns[fact.campaign_id].retry
        for at, _, campaigns, _ in self._settings:
            if self._shift.now - at <= CALM and fact.campaign_id in campaigns:
                yield campaigns[fact.campaign_id].retry
        for _, _, campaigns, _ in list(self._settings)[:1]:
            if fact.campaign_id in campaigns:
                yield campaigns[fact.campaign_id].retry

    def _numbers(self, attempt: AttemptRow) -> tuple[int, ...]:
        """How many the contact has; none when it was deleted before the engine read it last."""
        contact = self._shift.directory.contacts[attempt.contact_id or 0]
        return (len(contact.numbers), 0) if contact.deleted_at else (len(contact.numbers),)

    def returned(self, task_ids: Collection[int]) -> None:
        super().returned(task_ids)
        for task_id in task_ids:
            self._models.pop(task_id, None)


def _corrected(attempt: AttemptRow) -> bool:
    """The agent said something else since: it comes as a late result."""
    return (
        attempt.outcome is Outcome.ANSWERED and (attempt.said.result_id if attempt.said else None) != attempt.result_id
    )


def _adopt(model: NaiveTask, fact: TaskMoved) -> None:
    model.rounds = model.rounds if fact.rounds is None else fact.rounds
    model.number = model.number if fact.number_index is None else fact.number_index
    if fact.by_event is not None:
        model.events.clear()
        model.events.update({event.value: count for event, count in fact.by_event.items()})
