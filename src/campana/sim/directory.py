"""The database side of the engine's contract, in memory: selection, journal, recovery.

It keeps the semantics of the tables and their constraints (one live attempt per number and per task,
suppression asked again when an attempt is committed) without a database, so that shifts run fast.
Everything that changes it is an ``Entry`` of its journal; applying the journal to an empty directory
gives the same rows.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any, TypeAlias

from campana.campaigns.ranks import rank
from campana.engine.config import Dialable, TaskCard
from campana.engine.inputs import AttemptRefused, AttemptRestored, ResultEntered, TasksReserved, WrapUpRestored
from campana.engine.outputs import (
    AgentMoved,
    AttemptEnded,
    AttemptMoved,
    AttemptOpened,
    CampaignHeld,
    CampaignMoved,
    ContactMarked,
    Fact,
    HotlineRested,
    ReserveTasks,
    TaskMoved,
    TaskRefused,
    WrapUpEnded,
)
from campana.engine.words import (
    AttemptState,
    CampaignReason,
    CampaignState,
    Outcome,
    RefusalCode,
    TaskState,
)
from campana.kernel.clock import Instant, earliest
from campana.kernel.ids import AgentId, AttemptId, CampaignId, ContactId, HotlineId, TaskId
from campana.kernel.phone import PhoneNumber
from campana.sim.rows import AttemptRow, ContactRow, TaskRow

Entry: TypeAlias = tuple[str, tuple[Any, ...]]
DAY = timedelta(days=1)
LOST_TASK_WAIT = timedelta(minutes=2)
QUEUED = frozenset({TaskState.WAITING, TaskState.SKIPPED})
UNFINISHED = QUEUED | {TaskState.PLANNED}
COMES_BACK = frozenset({TaskState.PLANNED, TaskState.EXCLUDED})
"""With a time: retries, call backs, and contacts whose "do not call again" days end (CAM-648)."""
HELD = frozenset({TaskState.RESERVED, TaskState.IN_CALL})


class Fenced(Exception):
    """An engine that lost its lease tried to write."""


class Directory:
    def __init__(self) -> None:
        self.contacts: dict[int, ContactRow] = {}
        self.tasks: dict[int, TaskRow] = {}
        self.attempts: dict[AttemptId, AttemptRow] = {}
        self.suppressed: dict[PhoneNumber, Instant] = {}
        self.campaigns: dict[CampaignId, tuple[CampaignState, CampaignReason]] = {}
        self.held: dict[CampaignId, RefusalCode | None] = {}
        self.agents: dict[AgentId, AgentMoved] = {}
        self.resting: dict[HotlineId, Instant | None] = {}
        self.refusals: Counter[RefusalCode] = Counter()
        self.frequency_cap = 0
        self.marks_count: dict[CampaignId, timedelta] = {}
        self.fencing = 0
        self.journal: list[Entry] = []
        self._live_number: dict[PhoneNumber, AttemptId] = {}
        self._live_task: dict[int, AttemptId] = {}
        self._dialled: dict[PhoneNumber, list[Instant]] = {}
        self._in_wrap_up: set[AttemptId] = set()
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

    def say(self, result: ResultEntered, now: Instant) -> None:
        """The web writes a result down at once; what it means for the task is the engine's business."""
        self._write("_say", result, now)

    def take_lease(self, fencing: int, now: Instant) -> None:
        """A new engine writes from now on; what the dead one had reserved and not dialled is free again."""
        self._write("_take_lease", fencing, now)

    # --- the journal ------------------------------------------------------------------------------

    def apply(self, facts: Sequence[Fact], *, fencing: int) -> list[AttemptRefused]:
        """Commits the facts of a batch as a whole. Attempts that must not begin are answered, not written."""
        if fencing != self.fencing:
            raise Fenced(f"fencing {fencing} is not {self.fencing}")
        refused: list[AttemptRefused] = []
        self.journal.append(("_apply", (tuple(facts),)))
        self._apply(facts, refused)
        return refused

    def _apply(self, facts: Iterable[Fact], refused: list[AttemptRefused] | None = None) -> None:
        for fact in facts:
            if isinstance(fact, AttemptOpened):
                code = self._opened(fact)
                if code is not None and refused is not None:
                    refused.append(AttemptRefused(fact.attempt_id, code))
                continue
            writer = _WRITERS.get(type(fact))
            if writer is not None:
                writer(self, fact)

    def _opened(self, fact: AttemptOpened) -> RefusalCode | None:
        if fact.number in self.suppressed:
            return RefusalCode.SUPPRESSED
        if fact.number in self._live_number or fact.task_id in self._live_task:
            return RefusalCode.IN_ANOTHER_CALL
        if self.frequency_cap and self._calls_of_day(fact.number, fact.at) >= self.frequency_cap:
            return RefusalCode.FREQUENCY_CAP
        marked_at = self.contacts[fact.contact_id].marked_at
        if marked_at and fact.at < marked_at + self.marks_count.get(fact.campaign_id, timedelta(0)):
            return RefusalCode.DO_NOT_CALL_AGAIN
        self.attempts[fact.attempt_id] = AttemptRow(
            fact.attempt_id,
            fact.campaign_id,
            fact.task_id,
            fact.contact_id,
            fact.number,
            fact.number_index,
            fact.hotline_id,
            fact.trunk_id,
            fact.agent_id,
            AttemptState.DIALLING,
            fact.at,
        )
        self._live_number[fact.number] = fact.attempt_id
        self._live_task[fact.task_id] = fact.attempt_id
        self._dialled.setdefault(fact.number, []).append(fact.at)
        task = self.tasks[fact.task_id]
        task.attempts += 1
        task.last_hotline = fact.hotline_id
        return None

    def _attempt_moved(self, fact: AttemptMoved) -> None:
        row = self.attempts.get(fact.attempt_id)
        if row is None or row.ended_at is not None:
            return
        row.state, row.agent_id, row.offers = fact.state, fact.agent_id, fact.offers
        if fact.state in (AttemptState.WAITING_AGENT, AttemptState.CONNECTED):
            row.answered_at = row.answered_at or fact.at
        if fact.state is AttemptState.CONNECTED:
            row.connected_at = row.connected_at or fact.at

    def _attempt_ended(self, fact: AttemptEnded) -> None:
        row = self.attempts.get(fact.attempt_id)
        if row is None or row.ended_at is not None:
            return
        row.state, row.ended_at, row.outcome, row.counted = AttemptState.ENDED, fact.at, fact.outcome, fact.counted
        row.agent_id = fact.agent_id if fact.agent_id is not None else row.agent_id
        self._live_number.pop(row.number, None)
        self._live_task.pop(row.task_id, None)
        self.tasks[row.task_id].last_outcome = fact.outcome
        if fact.outcome is Outcome.ANSWERED:
            self._in_wrap_up.add(row.id)

    def _wrap_up_ended(self, fact: WrapUpEnded) -> None:
        row = self.attempts.get(fact.attempt_id)
        if row is not None and row.wrapped_up_at is None:
            row.wrapped_up_at, row.result_id = fact.at, fact.result_id
            self._in_wrap_up.discard(row.id)

    def _task_moved(self, fact: TaskMoved) -> None:
        row = self.tasks[fact.task_id]
        row.moved_at = fact.at
        row.last_outcome = fact.outcome or row.last_outcome
        if fact.state in HELD or fact.state is TaskState.WRAP_UP:
            return self._place(row, fact.state, keep_rank=True)
        row.rounds = row.rounds if fact.rounds is None else fact.rounds
        row.number_index = row.number_index if fact.number_index is None else fact.number_index
        row.by_event = row.by_event if fact.by_event is None else fact.by_event
        row.agreed, row.guaranteed = fact.agreed, fact.guaranteed
        row.preferred_agent, row.anyone_at = fact.preferred_agent, fact.anyone_at
        row.next_at, row.refusal, row.skipped = fact.next_at, fact.refusal, fact.skipped_hotline
        return self._place(row, fact.state)

    def _task_refused(self, fact: TaskRefused) -> None:
        self.refusals[fact.refusal.code] += 1
        self.tasks[fact.task_id].refusal = fact.refusal.code

    def _contact_marked(self, fact: ContactMarked) -> None:
        self.contacts[fact.contact_id].marked_at = fact.at

    def _agent_moved(self, fact: AgentMoved) -> None:
        self.agents[fact.agent_id] = fact

    def _campaign_moved(self, fact: CampaignMoved) -> None:
        self.campaigns[fact.campaign_id] = (fact.state, fact.reason)
        if fact.state is CampaignState.FINISHED:
            for row in self.tasks.values():
                if row.campaign_id == fact.campaign_id and row.state in UNFINISHED:
                    self._place(row, _left_over(row))

    def _campaign_held(self, fact: CampaignHeld) -> None:
        self.held[fact.campaign_id] = fact.code

    def _hotline_rested(self, fact: HotlineRested) -> None:
        self.resting[fact.hotline_id] = fact.until

    # --- selection --------------------------------------------------------------------------------

    def reserve(self, request: ReserveTasks, now: Instant) -> TasksReserved:
        """Best rank first, then first come first served; what is reserved is locked for this engine."""
        campaign = request.campaign_id
        self._write("_fall_due", campaign, now)
        chosen = self._choose(request, now)
        self._write("_reserve", tuple(row.id for row in chosen), self.fencing)
        planned = self._planned.get(campaign, [])
        while planned and not self._is_planned(planned[0]):
            heapq.heappop(planned)
        personal = [self.tasks[task] for task in self._personal.get(campaign, ())]
        grace = (row.anyone_at for row in personal)
        return TasksReserved(
            campaign,
            request.request,
            tuple(self.card(row, now) for row in chosen),
            int(any(self._places[campaign, state] for state in UNFINISHED)),
            earliest(planned[0][0] if planned else None, *(at for at in grace if at is not None and at > now)),
            frozenset(row.preferred_agent for row in personal if row.preferred_agent is not None),
        )

    def release(self, task_ids: Iterable[TaskId]) -> None:
        self._write("_release", tuple(task_ids))

    def _choose(self, request: ReserveTasks, now: Instant) -> list[TaskRow]:
        queues = self._queues.get(request.campaign_id, {})
        zones = [zone for zone in queues if request.zones is None or zone in request.zones]
        chosen: list[TaskRow] = []
        passed: list[tuple[str, tuple[int, int, int, int]]] = []
        while len(chosen) < request.limit:
            heads = [(queues[zone][0], zone) for zone in zones if self._clean(queues[zone])]
            if not heads:
                break
            head, zone = min(heads)
            heapq.heappop(queues[zone])
            row = self.tasks[head[2]]
            if personal_to_others(row, request.agents, now):
                passed.append((zone, head))
            else:
                chosen.append(row)
        for zone, entry in passed:
            heapq.heappush(queues[zone], entry)
        return chosen

    def _clean(self, queue: list[tuple[int, int, int, int]]) -> bool:
        while queue:
            _, _, task_id, stamp = queue[0]
            row = self.tasks[task_id]
            if row.stamp == stamp and row.state in QUEUED:
                return True
            heapq.heappop(queue)
        return False

    def card(self, row: TaskRow, now: Instant) -> TaskCard:
        contact = self.contacts[row.contact_id]
        return TaskCard(
            id=TaskId(row.id),
            campaign_id=row.campaign_id,
            contact_id=ContactId(row.contact_id),
            numbers=tuple(self._dialable(number, zone, now) for number, zone in contact.numbers),
            number_index=row.number_index,
            time_zone=row.time_zone,
            priority=row.priority,
            rounds=row.rounds,
            by_event=row.by_event,
            agreed=row.agreed,
            preferred_agent=row.preferred_agent,
            anyone_at=row.anyone_at,
            guaranteed=row.guaranteed,
            not_before=row.not_before,
            not_after=row.not_after,
            marked_at=contact.marked_at,
            last_hotline=row.last_hotline,
        )

    def _dialable(self, number: PhoneNumber, zone: str, now: Instant) -> Dialable:
        return Dialable(
            number,
            zone,
            suppressed=number in self.suppressed,
            attempts_last_day=self._calls_of_day(number, now),
            in_call=number in self._live_number,
        )

    def _calls_of_day(self, number: PhoneNumber, now: Instant) -> int:
        return sum(now - at < DAY for at in self._dialled.get(number, ()))

    # --- after a restart --------------------------------------------------------------------------

    def open_attempts(self, now: Instant) -> list[AttemptRestored]:
        return [
            AttemptRestored(
                row.id,
                self.card(self.tasks[row.task_id], now),
                row.state,
                row.number_index,
                row.hotline_id,
                row.trunk_id,
                row.agent_id,
                row.offers,
                row.began_at,
                row.answered_at,
                row.connected_at,
                row.said,
            )
            for row in (self.attempts[attempt] for attempt in sorted(self._live_task.values()))
        ]

    def open_wrap_ups(self, now: Instant) -> list[WrapUpRestored]:
        return [
            WrapUpRestored(
                row.id, self.card(self.tasks[row.task_id], now), row.agent_id, row.number_index, row.ended_at, row.said
            )
            for row in (self.attempts[attempt] for attempt in sorted(self._in_wrap_up))
            if row.agent_id is not None and row.ended_at is not None
        ]

    # --- questions --------------------------------------------------------------------------------

    def live_attempts(self) -> list[AttemptRow]:
        return [self.attempts[attempt] for attempt in self._live_task.values()]

    def held_tasks(self) -> list[TaskRow]:
        """Tasks reserved or in a call."""
        return [self.tasks[task] for task in self._held_tasks]

    def takes_late_result(self, result: ResultEntered) -> bool:
        """Whether the conversation is over and its task in nobody's hands."""
        row = self.attempts.get(result.attempt_id)
        if row is None or row.wrapped_up_at is None or row.agent_id != result.agent_id:
            return False
        task = self.tasks[row.task_id]
        return task.state not in HELD and task.state is not TaskState.WRAP_UP and not self.is_live(task.id)

    def is_live(self, task_id: int) -> bool:
        return task_id in self._live_task

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

    @classmethod
    def replayed(cls, journal: Sequence[Entry]) -> Directory:
        fresh = cls()
        for name, arguments in journal:
            getattr(fresh, name)(*arguments)
        return fresh

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

    def _say(self, result: ResultEntered, now: Instant) -> None:
        row = self.attempts.get(result.attempt_id)
        if row is not None and row.agent_id == result.agent_id and row.connected_at is not None:
            row.said, row.said_at = result, now

    def _take_lease(self, fencing: int, now: Instant) -> None:
        self.fencing = fencing
        for row in self.held_tasks():
            if row.id not in self._live_task and row.state is TaskState.RESERVED:
                self._give_back(row)
            elif row.id not in self._live_task:
                row.next_at = now + LOST_TASK_WAIT
                self._place(row, TaskState.PLANNED)

    def _fall_due(self, campaign_id: CampaignId, now: Instant) -> None:
        planned = self._planned.get(campaign_id, [])
        while planned and planned[0][0] <= now:
            entry = heapq.heappop(planned)
            if self._is_planned(entry):
                self._place(self.tasks[entry[1]], TaskState.WAITING)

    def _is_planned(self, entry: tuple[Instant, int, int]) -> bool:
        row = self.tasks[entry[1]]
        return row.stamp == entry[2] and row.state in COMES_BACK

    def _reserve(self, task_ids: tuple[int, ...], fencing: int) -> None:
        for task_id in task_ids:
            row = self.tasks[task_id]
            self._change(row, TaskState.RESERVED)
            row.reserved_by = fencing
            self._held_tasks.add(task_id)

    def _release(self, task_ids: tuple[int, ...]) -> None:
        for task_id in task_ids:
            row = self.tasks[task_id]
            if row.state is TaskState.RESERVED:
                self._give_back(row)

    def _give_back(self, row: TaskRow) -> None:
        state, _ = self.campaigns.get(row.campaign_id, (CampaignState.RUNNING, CampaignReason.NONE))
        self._place(row, _left_over(row) if state is CampaignState.FINISHED else TaskState.WAITING, keep_rank=True)

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


def _left_over(row: TaskRow) -> TaskState:
    return TaskState.NOT_REACHED if row.attempts else TaskState.NOT_PROCESSED


def personal_to_others(row: TaskRow, agents: Sequence[AgentId], now: Instant) -> bool:
    """An agreed call back of an agent who is not there, before anybody may take it."""
    if row.preferred_agent is None or row.preferred_agent in agents:
        return False
    return row.anyone_at is None or now < row.anyone_at


_WRITERS: dict[type[Any], Callable[[Directory, Any], None]] = {
    AttemptMoved: Directory._attempt_moved,
    AttemptEnded: Directory._attempt_ended,
    WrapUpEnded: Directory._wrap_up_ended,
    TaskMoved: Directory._task_moved,
    TaskRefused: Directory._task_refused,
    ContactMarked: Directory._contact_marked,
    AgentMoved: Directory._agent_moved,
    CampaignMoved: Directory._campaign_moved,
    CampaignHeld: Directory._campaign_held,
    HotlineRested: Directory._hotline_rested,
}
