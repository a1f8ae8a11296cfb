"""The engine's life of a task, against the naive model, over generated days."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import timedelta

import pytest

from campana.engine.config import CampaignConfig
from campana.engine.words import Goal, TaskState
from campana.kernel.phone import PhoneNumber
from campana.sim.faults import ASLEEP, HARD_DAY, NO_FAULTS, Fault, Faults
from campana.sim.floor import Habits
from campana.sim.plan import ShiftPlan, draw_shift
from campana.sim.reference import NaiveTask
from campana.sim.rows import AttemptRow, TaskRow
from campana.sim.shift import Shift

HELD = {TaskState.RESERVED, TaskState.IN_CALL, TaskState.WRAP_UP}


def plain(campaign: CampaignConfig) -> CampaignConfig:
    """Without an end or a finish: a finished campaign closes tasks by its own rule."""
    return replace(campaign, end_at=None, goal=Goal.NONE, do_not_call_again=timedelta(0))


def day(seed: int, faults: Faults) -> ShiftPlan:
    """Nobody sleeps in it: a result that is read late places its task anew, which storms look at."""
    plan = draw_shift(seed, hours=4.0, agents=14, faults=faults, contacts=500)
    campaigns = tuple(plain(campaign) for campaign in plan.campaigns)
    awake = tuple(strike for strike in plan.strikes if strike.fault not in {*ASLEEP, Fault.COMMIT_SLOW})
    return replace(plan, campaigns=campaigns, strikes=awake, acts=(), habits=Habits(writes_late=0.0))


def compare(shift: Shift) -> Counter[str]:
    """Every task of the shift against the model; says how many ended where."""
    tries: defaultdict[int, list[AttemptRow]] = defaultdict(list)
    for attempt in sorted(shift.directory.attempts.values(), key=lambda row: row.began_at):
        if attempt.task_id is None:
            continue
        tries[attempt.task_id].append(attempt)
    seen: Counter[str] = Counter()
    for task in shift.directory.tasks.values():
        model = follow(shift, task, tries[task.id])
        assert task.state not in HELD
        if task.refusal is None and tries[task.id]:
            told = {event.value: count for event, count in task.by_event.items()}
            state = "waiting" if model.state == "planned" and task.state == "waiting" else model.state
            assert (task.state, task.rounds, told) == (state, model.rounds, dict(model.events)), task
            assert model.due is None or task.next_at is None or abs(task.next_at - model.due) < timedelta(seconds=1)
            seen[task.state] += 1
    return seen


def forbidden(shift: Shift, number: PhoneNumber) -> bool:
    blocked = shift.plan.organisation.blocked_prefixes
    return number in shift.directory.suppressed or number.startswith(blocked)


def follow(shift: Shift, task: TaskRow, tries: list[AttemptRow]) -> NaiveTask:
    contact = shift.directory.contacts[task.contact_id]
    model = NaiveTask(len(contact.numbers), shift.campaigns[task.campaign_id].retry)
    for attempt in tries:
        assert model.state in ("waiting", "planned"), (task, attempt)
        assert model.due is None or attempt.began_at >= model.due - timedelta(seconds=1), (task, attempt)
        assert model.agreed or model.rounds < model.plan.max_attempts, (task, attempt)
        if attempt.number_index < model.number:
            left = contact.numbers[model.number :]
            assert all(forbidden(shift, number) for number, _ in left), (task, attempt)
            model.round_over()  # the numbers left of the round may not be called
        model.meets(attempt)
    return model


@pytest.mark.parametrize("seed", range(1, 5))
def test_every_task_is_where_the_specification_says(seed: int) -> None:
    shift = Shift(day(seed, NO_FAULTS))
    shift.run()
    assert len(compare(shift)) >= 4


@pytest.mark.parametrize("seed", range(101, 105))
def test_every_task_is_where_the_specification_says_even_on_a_hard_day(seed: int) -> None:
    shift = Shift(day(seed, replace(HARD_DAY, clock_steps=0)))
    shift.run()
    assert len(compare(shift)) >= 4
