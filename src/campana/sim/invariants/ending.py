"""What must have come to rest when the shift is over."""

from __future__ import annotations

from campana.engine.words import (
    AgentState,
    CampaignState,
    TaskState,
)
from campana.sim.directory import QUEUED, Directory
from campana.sim.invariants.waiting import Waiting
from campana.sim.rows import AttemptRow


class Ending(Waiting):
    def final_checks(self) -> None:
        shift, directory = self._shift, self._shift.directory
        if shift.engine is None:
            self.violate("the engine comes back", "no engine at the end")
        self._calls_over()
        self._tasks_placed()
        self._nothing_leaks()
        for agent_id, moved in directory.agents.items():
            if agent_id in shift.agents and moved.state not in (AgentState.OFF, AgentState.OFFLINE):
                self.violate("everybody gets home", f"agent {agent_id} is {moved.state} at the end")
        if Directory.replayed(directory.journal).digest() != directory.digest():
            self.violate("the facts replayed give the same state", "they do not")

    def _calls_over(self) -> None:
        shift, directory = self._shift, self._shift.directory
        for attempt in (*directory.live_attempts(), *directory.live_arrivals()):
            self.violate("no attempt is stuck", f"{_short(attempt)} at the end")
        for attempt in directory.unclosed():
            self.violate("no talk is left unclosed", f"{_short(attempt)} at the end")
        for request_id in shift.asked:
            if not self._answers[request_id] and request_id not in self._refused_requests:
                self.violate("a request is answered once", f"request {request_id} never")
        for leg in shift.world.up():
            self.violate("no call is left behind", f"{leg.leg} is up at the end")

    def _tasks_placed(self) -> None:
        directory = self._shift.directory
        finished = {cid for cid, (state, _) in directory.campaigns.items() if state is CampaignState.FINISHED}
        for row in directory.tasks.values():
            if row.state in (TaskState.RESERVED, TaskState.IN_CALL, TaskState.WRAP_UP):
                self.violate("no task is stuck", f"task {row.id} is {row.state} at the end")
            elif row.state is TaskState.PLANNED and row.next_at is None:
                self.violate("no task is lost", f"task {row.id} is planned for never")
            elif not row.state.final and row.state not in QUEUED and row.state is not TaskState.PLANNED:
                self.violate("no task is lost", f"task {row.id} is {row.state}")
            elif not row.state.final and row.campaign_id in finished:
                self.violate("a finished campaign has only final tasks", f"task {row.id} is {row.state}")


def _short(row: AttemptRow) -> str:
    return f"{row.id:x} of task {row.task_id} is {row.state}"
