"""Tasks: held or placed anew, with what an ended attempt adds to them; skips and marks."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from campana.engine import outputs as o
from campana.engine.words import TaskState
from campana.kernel.clock import Instant
from campana.kernel.ids import AgentId, TaskId, first_attempt_at
from campana.runtime import statements as sql
from campana.runtime.journal.columns import named
from campana.runtime.wire import send

HELD: Final = frozenset({TaskState.IN_CALL, TaskState.WRAP_UP, TaskState.RESERVED})


@dataclass(slots=True)
class Ended:
    """What ended attempts of one task add to its row."""

    counted: int = 0
    at: Instant | None = None
    agent: AgentId | None = None


def move(moved: Sequence[o.TaskMoved], ended: Sequence[o.AttemptEnded]) -> None:
    """An ended attempt is counted by the move that follows it, so that a row is written once."""
    sums = _sums(ended)
    for wave in _waves(moved):
        held = [fact for fact in wave if fact.state in HELD]
        placed = [fact for fact in wave if fact.state not in HELD]
        if held:
            rows = ((fact.task_id, fact.state, fact.outcome, *_added(sums, fact)) for fact in held)
            send(sql.HOLD_TASKS, named(("ids", "states", "outcomes", *sql.ENDED_COLUMNS), rows))
        if placed:
            send(sql.PLACE_TASKS, named(sql.PLACE_COLUMNS, ((*_place(fact), *_added(sums, fact)) for fact in placed)))
    if sums:
        left = ((task, end.counted, end.at, end.agent) for task, end in sums.items())
        send(sql.COUNT_ATTEMPTS, named(("ids", *sql.ENDED_COLUMNS), left))


def refuse(refused: Sequence[o.TaskRefused], organisation: int) -> None:
    if not refused:
        return
    rows = (
        (
            fact.task_id, fact.campaign_id, fact.at, fact.refusal.code, fact.refusal.until, fact.refusal.final,
            fact.refusal.detail[:200], first_attempt_at(fact.at) >> 32,
        )
        for fact in refused
    )  # fmt: skip
    columns = named(("tasks", "campaigns", "ats", "codes", "untils", "finals", "details", "seconds"), rows)
    season_ago = first_attempt_at(refused[0].at - timedelta(days=92))
    send(sql.SKIP, columns | {"organisation": organisation, "season_ago": season_ago})


def mark(marked: Sequence[o.ContactMarked], organisation: int) -> None:
    if marked:
        rows = ((fact.contact_id, fact.agent_id, fact.attempt_id, fact.at) for fact in marked)
        send(sql.MARK, named(("contacts", "agents", "attempts", "ats"), rows) | {"organisation": organisation})


def _sums(ended: Sequence[o.AttemptEnded]) -> dict[TaskId, Ended]:
    sums: dict[TaskId, Ended] = {}
    for fact in ended:
        if fact.task_id is not None:
            row = sums.setdefault(fact.task_id, Ended())
            row.counted += fact.counted
            row.at, row.agent = fact.at, fact.agent_id or row.agent
    return sums


def _added(sums: dict[TaskId, Ended], fact: o.TaskMoved) -> tuple[int, Instant | None, AgentId | None]:
    row = sums.pop(fact.task_id, None) or Ended()
    return row.counted, row.at, row.agent


def _place(fact: o.TaskMoved) -> tuple[Any, ...]:
    by_event = None if fact.by_event is None else json.dumps({event.value: n for event, n in fact.by_event.items()})
    return (
        fact.task_id, fact.state, fact.next_at, fact.rounds, fact.number_index, by_event, fact.agreed,
        fact.preferred_agent, fact.anyone_at, fact.guaranteed, fact.outcome, fact.refusal or "",
        fact.skipped_hotline, fact.at if fact.state.final else None,
    )  # fmt: skip


def _waves(moved: Sequence[o.TaskMoved]) -> list[list[o.TaskMoved]]:
    """Moves in order, no task twice in one wave: one UPDATE can not move a row two steps."""
    waves: list[list[o.TaskMoved]] = []
    step: defaultdict[int, int] = defaultdict(int)
    for fact in moved:
        place = step[fact.task_id]
        step[fact.task_id] += 1
        if place == len(waves):
            waves.append([])
        waves[place].append(fact)
    return waves
