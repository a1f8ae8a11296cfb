"""The rows, their constraints and queues, and the journal of everything that changed them."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, TypeAlias

from campana.campaigns.ranks import rank
from campana.engine.inputs import ResultEntered
from campana.engine.outputs import AgentMoved
from campana.engine.words import CampaignReason, CampaignState, RefusalCode, TaskState
from campana.kernel.clock import Instant
from campana.kernel.ids import AgentId, AttemptId, CampaignId, HotlineId, LegId
from campana.kernel.phone import PhoneNumber
from campana.sim.rows import AttemptRow, ContactRow, TaskRow

Entry: TypeAlias = tuple[str, tuple[Any, ...]]
DAY = timedelta(days=1)
QUEUED = frozenset({TaskState.WAITING, TaskState.SKIPPED})
UNFINISHED = QUEUED | {TaskState.PLANNED}
COMES_BACK = frozenset({TaskState.PLANNED, TaskState.EXCLUDED})
"""With a time: retries, call backs, and contacts whose "do not call again" days end (CAM-648)."""
HELD = frozenset({TaskState.RESERVED, TaskState.IN_CALL})


class Tables:
    def __init__(self) -> None:
        self.contacts: dict[int, ContactRow] = {}
        self.tasks: dict[int, TaskRow] = {}
        self.attempts: dict[AttemptId, AttemptRow] = {}
        self.suppressed: dict[PhoneNumber, Instant] = {}
        self.campaigns: dict[CampaignId, tuple[CampaignState, CampaignReason]] = {}
        self.left_open: dict[CampaignId, int] = {}
        """Tasks that were still open when their campaign finished."""
        self.held: dict[CampaignId, RefusalCode | None] = {}
        self.agents: dict[AgentId, AgentMoved] = {}
        self.resting: dict[HotlineId, Instant | None] = {}
        self.refusals: Counter[RefusalCode] = Counter()
        self.frequency_cap = 0
        self.marks_count: dict[CampaignId, timedelta] = {}
        self.fencing = 0
        self.journal: list[Entry] = []
        self._abandoned: dict[PhoneNumber, Instant] = {}
        self._live_number: dict[PhoneNumber, AttemptId] = {}
        self._live_task: dict[int, AttemptId] = {}
        self._live_arrivals: set[AttemptId] = set()
        self.arrivals: dict[LegId, AttemptId] = {}
        """Calls that came in by their legs, whatever became of them: no leg is written down twice."""
        self._dialled: dict[PhoneNumber, list[Instant]] = {}
        self._in_wrap_up: set[AttemptId] = set()
        self.countdowns: dict[AttemptId, Instant] = {}
        """When wrap-ups were to end, as the last engine left them (``runtime.restore.countdowns``)."""
        self._held_tasks: set[int] = set()
        self._places: Counter[tuple[CampaignId, TaskState]] = Counter()
        self._personal: dict[CampaignId, set[int]] = {}
        self._queues: dict[CampaignId, dict[str, list[tuple[int, int, int, int]]]] = {}
        self._planned: dict[CampaignId, list[tuple[Instant, int, int]]] = {}

    # --- what people and jobs do ------------------------------------------------------------------

    def add_contact(self, contact: ContactRow) -> None:
        self._write("_add_contact", contact.id, contact.numbers)

    def add_task(
        self,
        task_id: int,
        campaign_id: CampaignId,
        contact_id: int,
        time_zone: str,
        priority: int | None = None,
        not_before: Instant | None = None,
        not_after: Instant | None = None,
    ) -> None:
        self._write("_add_task", task_id, campaign_id, contact_id, time_zone, priority, not_before, not_after)

    def set_rules(self, frequency_cap: int, marks_count: dict[CampaignId, timedelta]) -> None:
        """What is asked again when an attempt is committed: calls to a number in 24 hours, and how long marks count."""
        self._write("_set_rules", frequency_cap, marks_count)

    def suppress(self, number: PhoneNumber, now: Instant) -> None:
        self._write("_suppress", number, now)

    def delete_contact(self, contact_id: int, now: Instant) -> None:
        """The contact goes into the bin: nobody may call any of its numbers for a task from now on."""
        self._write("_delete_contact", contact_id, now)

    def reopen(self, campaign_id: CampaignId, returned: tuple[int, ...] = ()) -> None:
        """The campaign is Scheduled again, and these of its tasks begin from the beginning."""
        self._write("_reopen", campaign_id, returned)

    def say(self, result: ResultEntered, now: Instant) -> None:
        """The web writes a result down at once; what it means for the task is the engine's business."""
        self._write("_say", result, now)

    # --- questions --------------------------------------------------------------------------------

    def live_attempts(self) -> list[AttemptRow]:
        return [self.attempts[attempt] for attempt in self._live_number.values()]

    def live_arrivals(self) -> list[AttemptRow]:
        return [self.attempts[attempt] for attempt in sorted(self._live_arrivals)]

    def takes_late_result(self, result: ResultEntered) -> bool:
        """Whether it is over, its task's last one, and the task in nobody's hands (``runtime.restore``)."""
        row = self.attempts.get(result.attempt_id)
        if row is None or row.wrapped_up_at is None or row.agent_id != result.agent_id:
            return False
        if row.task_id is None:
            return False
        task = self.tasks[row.task_id]
        if task.last_attempt != row.id:
            return False
        return task.state not in HELD and task.state is not TaskState.WRAP_UP and not self.is_live(task.id)

    def waiting(self, campaign_id: CampaignId, now: Instant) -> Iterable[TaskRow]:
        """Tasks that could be chosen now as far as this directory knows, in no order."""
        for queue in self._queues.get(campaign_id, {}).values():
            for _, _, task_id, stamp in queue:
                row = self.tasks[task_id]
                if row.stamp == stamp and row.state in QUEUED:
                    yield row
        for at, task_id, stamp in self._planned.get(campaign_id, ()):
            if at <= now and self._is_planned((at, task_id, stamp)):
                yield self.tasks[task_id]

    def by_state(self) -> Counter[TaskState]:
        return Counter(row.state for row in self.tasks.values())

    def digest(self) -> tuple[Any, ...]:
        """All that matters of the state, for comparing a replay."""
        return (self.contacts, self.tasks, self.attempts, self.suppressed, self.campaigns, self.resting, +self._places)

    def held_tasks(self) -> list[TaskRow]:
        """Tasks reserved or in a call."""
        return [self.tasks[task] for task in self._held_tasks]

    def held_or_closing(self) -> set[int]:
        """Tasks in anybody's hands, those of talks that are not closed among them."""
        closing = (self.attempts[attempt].task_id for attempt in self._in_wrap_up)
        return self._held_tasks | {task_id for task_id in closing if task_id is not None}

    def is_live(self, task_id: int) -> bool:
        return task_id in self._live_task

    def _calls_of_day(self, number: PhoneNumber, now: Instant) -> int:
        return sum(now - at < DAY for at in self._dialled.get(number, ()))

    # --- writing ----------------------------------------------------------------------------------

    def _write(self, name: str, *arguments: Any) -> None:
        self.journal.append((name, arguments))
        getattr(self, name)(*arguments)

    def _add_contact(self, contact_id: int, numbers: tuple[tuple[PhoneNumber, str], ...]) -> None:
        self.contacts[contact_id] = ContactRow(contact_id, numbers)

    def _add_task(
        self,
        task_id: int,
        campaign_id: CampaignId,
        contact_id: int,
        time_zone: str,
        priority: int | None,
        not_before: Instant | None,
        not_after: Instant | None,
    ) -> None:
        row = TaskRow(task_id, campaign_id, contact_id, time_zone, position=task_id, priority=priority)
        row.next_at = row.not_before = not_before
        row.not_after = not_after
        self.tasks[task_id] = row
        self._places[campaign_id, row.state] += 1
        self._place(row, TaskState.PLANNED if not_before else TaskState.WAITING)

    def _set_rules(self, frequency_cap: int, marks_count: dict[CampaignId, timedelta]) -> None:
        self.frequency_cap, self.marks_count = frequency_cap, marks_count

    def _suppress(self, number: PhoneNumber, now: Instant) -> None:
        self.suppressed.setdefault(number, now)

    def _delete_contact(self, contact_id: int, now: Instant) -> None:
        contact = self.contacts[contact_id]
        contact.deleted_at = contact.deleted_at or now

    def _reopen(self, campaign_id: CampaignId, returned: tuple[int, ...]) -> None:
        self.campaigns[campaign_id] = (CampaignState.SCHEDULED, CampaignReason.NONE)
        for task_id in returned:
            row = self.tasks[task_id]
            row.rounds = row.number_index = row.attempts = 0
            row.by_event, row.refusal, row.next_at = {}, None, None
            row.agreed = row.guaranteed = row.skipped = False
            row.preferred_agent = row.anyone_at = None
            self._place(row, TaskState.WAITING)

    def _say(self, result: ResultEntered, now: Instant) -> None:
        row = self.attempts.get(result.attempt_id)
        if row is not None and row.agent_id == result.agent_id and row.connected_at is not None:
            row.said, row.said_at = result, now

    def _is_planned(self, entry: tuple[Instant, int, int]) -> bool:
        row = self.tasks[entry[1]]
        return row.stamp == entry[2] and row.state in COMES_BACK

    def _give_back(self, row: TaskRow) -> None:
        state, _ = self.campaigns.get(row.campaign_id, (CampaignState.RUNNING, CampaignReason.NONE))
        self._place(row, left_over(row) if state is CampaignState.FINISHED else TaskState.WAITING, keep_rank=True)

    def _change(self, row: TaskRow, state: TaskState) -> None:
        self._places[row.campaign_id, row.state] -= 1
        self._places[row.campaign_id, state] += 1
        row.state = state
        personal = self._personal.setdefault(row.campaign_id, set())
        if state in QUEUED and row.preferred_agent is not None:
            personal.add(row.id)
        else:
            personal.discard(row.id)

    def _place(self, row: TaskRow, state: TaskState, *, keep_rank: bool = False) -> None:
        self._change(row, state)
        row.stamp += 1
        if state in HELD:
            self._held_tasks.add(row.id)
        else:
            self._held_tasks.discard(row.id)
            row.reserved_by = None
        if not keep_rank:
            row.rank = rank(
                priority=row.priority,
                retry=row.rounds > 0 or row.number_index > 0,
                personal=row.agreed or row.preferred_agent is not None,
                abandoned=row.guaranteed,
                skipped=row.skipped or state is TaskState.SKIPPED,
            )
        if state in QUEUED:
            queue = self._queues.setdefault(row.campaign_id, {}).setdefault(row.time_zone, [])
            heapq.heappush(queue, (row.rank, row.position, row.id, row.stamp))
        elif state in COMES_BACK and row.next_at is not None:
            heapq.heappush(self._planned.setdefault(row.campaign_id, []), (row.next_at, row.id, row.stamp))


def left_over(row: TaskRow) -> TaskState:
    return TaskState.NOT_REACHED if row.attempts else TaskState.NOT_PROCESSED
