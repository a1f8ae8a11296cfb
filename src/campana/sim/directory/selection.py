"""Who is called next: reserving tasks by rank, and the cards the engine decides by."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence

from campana.engine.config import Dialable, TaskCard
from campana.engine.inputs import TasksReserved
from campana.engine.outputs import ReserveTasks
from campana.engine.words import TaskState
from campana.kernel.clock import Instant, earliest
from campana.kernel.ids import AgentId, CampaignId, ContactId, TaskId
from campana.kernel.phone import PhoneNumber
from campana.sim.directory.tables import QUEUED, UNFINISHED, Tables
from campana.sim.rows import TaskRow


class Selection(Tables):
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

    def release(self, task_ids: Iterable[TaskId], *, fencing: int) -> None:
        self._write("_release", tuple(task_ids), fencing)

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
        numbers = () if contact.deleted_at else contact.numbers
        return TaskCard(
            id=TaskId(row.id),
            campaign_id=row.campaign_id,
            contact_id=ContactId(row.contact_id),
            numbers=tuple(self._dialable(number, zone, now) for number, zone in numbers),
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
            abandoned_at=self._abandoned.get(number),
        )

    # --- writing ----------------------------------------------------------------------------------

    def _fall_due(self, campaign_id: CampaignId, now: Instant) -> None:
        planned = self._planned.get(campaign_id, [])
        while planned and planned[0][0] <= now:
            entry = heapq.heappop(planned)
            if self._is_planned(entry):
                self._place(self.tasks[entry[1]], TaskState.WAITING)

    def _reserve(self, task_ids: tuple[int, ...], fencing: int) -> None:
        for task_id in task_ids:
            row = self.tasks[task_id]
            self._change(row, TaskState.RESERVED)
            row.reserved_by = fencing
            self._held_tasks.add(task_id)

    def _release(self, task_ids: tuple[int, ...], fencing: int) -> None:
        for task_id in task_ids:
            row = self.tasks[task_id]
            if row.state is TaskState.RESERVED and row.reserved_by == fencing:
                self._give_back(row)


def personal_to_others(row: TaskRow, agents: Sequence[AgentId], now: Instant) -> bool:
    """An agreed call back of an agent who is not there, before anybody may take it."""
    if row.preferred_agent is None or row.preferred_agent in agents:
        return False
    return row.anyone_at is None or now < row.anyone_at
