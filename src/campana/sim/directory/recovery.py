"""What a new engine finds: the lease, and what the last one left open."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from campana.engine.inputs import ArrivalRestored, AttemptRestored, CallRestored, PacingHistory, WrapUpRestored
from campana.engine.pacing.governor import MOST_MACHINES, PROMPTLY, RECENT, Answer, Counted
from campana.engine.words import AgentState, Outcome, TaskState
from campana.kernel.clock import Instant
from campana.kernel.ids import CampaignId, ContactId
from campana.sim.directory.selection import Selection
from campana.sim.rows import AttemptRow

LOST_TASK_WAIT = timedelta(minutes=2)


class Recovery(Selection):
    def take_lease(self, fencing: int, now: Instant) -> None:
        """A new engine writes from now on; what the dead one had reserved and not dialled is free again, and what its
        agents did is forgotten until they are told anew (``runtime.restore.clear_the_desk``)."""
        self._write("_take_lease", fencing, now)

    def open_attempts(self, now: Instant) -> list[AttemptRestored]:
        return [
            AttemptRestored(
                row.id,
                self.card(self.tasks[task_id], now),
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
                row.number,
                row.verdict,
            )
            for task_id, row in self._live_of_tasks()
        ]

    def _live_of_tasks(self) -> list[tuple[int, AttemptRow]]:
        found = [(task_id, self.attempts[attempt]) for task_id, attempt in self._live_task.items()]
        return sorted(found, key=lambda pair: pair[1].id)

    def open_wrap_ups(self, now: Instant) -> list[WrapUpRestored]:
        return [
            WrapUpRestored(
                row.id,
                self.card(self.tasks[row.task_id], now),
                row.agent_id,
                row.number_index,
                row.ended_at,
                row.said,
                self.countdowns.get(row.id),
            )
            for row in (self.attempts[attempt] for attempt in sorted(self._in_wrap_up))
            if row.agent_id is not None and row.ended_at is not None and row.task_id is not None
        ]

    def open_calls(self) -> list[CallRestored]:
        """Calls by hand that are not over, or whose talk is not closed."""
        return [
            CallRestored(
                row.id,
                row.agent_id,
                row.number,
                ContactId(row.contact_id) if row.contact_id is not None else None,
                row.hotline_id,
                row.trunk_id,
                row.state,
                row.began_at,
                row.connected_at,
                row.said,
                row.offers,
            )
            for row in (self.attempts[attempt] for attempt in sorted({*self._live_number.values(), *self._in_wrap_up}))
            if row.task_id is None and row.agent_id is not None and row.arrived is None
        ]

    def open_arrivals(self) -> list[ArrivalRestored]:
        """Calls that came in and are not over, or whose talk is not closed."""
        return [
            ArrivalRestored(
                row.id,
                row.arrived,
                row.number,
                row.hotline_id,
                row.trunk_id,
                row.state,
                row.agent_id,
                row.offers,
                row.began_at,
                row.answered_at,
                row.connected_at,
                row.refused,
                row.said,
            )
            for row in (self.attempts[attempt] for attempt in sorted(self._live_arrivals | self._in_wrap_up))
            if row.arrived is not None
        ]

    def pacing(self, campaign_id: CampaignId, now: Instant) -> PacingHistory:
        """Live answers of a campaign: the last ones, and all of a month by the quarter of an hour."""
        judged = [
            (row.began_at, answer)
            for row in self.attempts.values()
            if row.campaign_id == campaign_id and (answer := _answer(row, now)) is not None
        ]
        recent = sorted((answer for _, answer in judged), key=lambda answer: answer.at)[-RECENT:]
        counted = [Counted(began, 1, answer.abandoned, answer.late) for began, answer in judged]
        of_machines = [
            row
            for row in self.attempts.values()
            if row.campaign_id == campaign_id and row.outcome is Outcome.MACHINE and row.verdict_at is not None
        ]
        counted += [Counted(row.began_at, 0, 0, 0, 1) for row in of_machines]
        since = recent[0].at if recent else None
        heard = sorted(row.verdict_at for row in of_machines if row.verdict_at is not None)
        machines = tuple(at for at in heard if since is None or at >= since)[-MOST_MACHINES:]
        return PacingHistory(tuple(recent), tuple(counted), machines)

    def unclosed(self) -> list[AttemptRow]:
        """Talks whose agents have not done with them."""
        return [self.attempts[attempt] for attempt in sorted(self._in_wrap_up)]

    def _take_lease(self, fencing: int, now: Instant) -> None:
        self.fencing = fencing
        for row in self.held_tasks():
            if row.id not in self._live_task and row.state is TaskState.RESERVED:
                self._give_back(row)
            elif row.id not in self._live_task:
                row.next_at = now + LOST_TASK_WAIT
                self._place(row, TaskState.PLANNED)
        writing = [moved for moved in self.agents.values() if moved.state is AgentState.WRAP_UP]
        self.countdowns = {moved.attempt_id: moved.until for moved in writing if moved.attempt_id and moved.until}
        for agent_id, moved in self.agents.items():
            self.agents[agent_id] = replace(
                moved, state=AgentState.OFFLINE, campaign_id=None, task_id=None, attempt_id=None, until=None
            )


def _answer(row: AttemptRow, now: Instant) -> Answer | None:
    """A live answer that was judged."""
    if row.answered_at is None or (row.connected_at is None and not row.abandoned):
        return None
    served = row.connected_at or row.ended_at or now
    return Answer(row.answered_at, row.abandoned, late=served > row.answered_at + PROMPTLY)
