"""Facts of the engine written into the rows, as the product's journal does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any

from campana.engine.inputs import AttemptRefused
from campana.engine.outputs import (
    AgentMoved,
    AttemptEnded,
    AttemptJudged,
    AttemptMoved,
    AttemptOpened,
    CampaignHeld,
    CampaignMoved,
    ContactMarked,
    Fact,
    HotlineRested,
    TaskMoved,
    TaskRefused,
    WrapUpEnded,
)
from campana.engine.words import AttemptState, CampaignState, Outcome, RefusalCode, TaskState
from campana.kernel.ids import LegId
from campana.sim.directory.tables import HELD, UNFINISHED, Tables, left_over
from campana.sim.rows import AttemptRow


class Fenced(Exception):
    """An engine that lost its lease tried to write."""


class Facts(Tables):
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

    def _objection(self, fact: AttemptOpened) -> RefusalCode | None:
        """What only the database can know since the task was read."""
        if fact.number in self.suppressed:
            return RefusalCode.SUPPRESSED
        if fact.number in self._live_number or (fact.task_id is not None and fact.task_id in self._live_task):
            return RefusalCode.IN_ANOTHER_CALL
        if self.frequency_cap and self._calls_of_day(fact.number, fact.at) >= self.frequency_cap:
            return RefusalCode.FREQUENCY_CAP
        if fact.campaign_id is not None and fact.contact_id is not None:  # marks keep campaigns away, not people
            if self.contacts[fact.contact_id].deleted_at:
                return RefusalCode.INVALID_NUMBER
            marked_at = self.contacts[fact.contact_id].marked_at
            if marked_at and fact.at < marked_at + self.marks_count.get(fact.campaign_id, timedelta(0)):
                return RefusalCode.DO_NOT_CALL_AGAIN
        return None

    def _opened(self, fact: AttemptOpened) -> RefusalCode | None:
        code = self._objection(fact) if fact.arrived is None else self._known_already(fact)
        if code is not None:
            return code
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
            AttemptState.DIALLING if fact.arrived is None else AttemptState.RINGING,
            fact.at,
        )
        if fact.arrived is not None:
            self._arrived(fact, fact.arrived)
            return None
        self._live_number[fact.number] = fact.attempt_id
        self._dialled.setdefault(fact.number, []).append(fact.at)
        if fact.task_id is None:
            return None
        self._live_task[fact.task_id] = fact.attempt_id
        task = self.tasks[fact.task_id]
        task.attempts += 1
        task.last_attempt = fact.attempt_id
        task.last_hotline = fact.hotline_id
        return None

    def _known_already(self, fact: AttemptOpened) -> RefusalCode | None:
        return RefusalCode.IN_ANOTHER_CALL if fact.arrived in self.arrivals else None

    def _arrived(self, fact: AttemptOpened, leg: LegId) -> None:
        row = self.attempts[fact.attempt_id]
        said = fact.permit.checks.get("inbound", "")
        row.arrived, row.refused = leg, RefusalCode(said) if said in set(RefusalCode) else None
        self.arrivals[leg] = row.id
        self._live_arrivals.add(row.id)

    def _attempt_moved(self, fact: AttemptMoved) -> None:
        row = self.attempts.get(fact.attempt_id)
        if row is None or row.ended_at is not None:
            return
        row.state, row.agent_id, row.offers = fact.state, fact.agent_id, fact.offers
        if fact.state in (AttemptState.DETECTING, AttemptState.WAITING_AGENT, AttemptState.CONNECTED):
            row.answered_at = row.answered_at or fact.at
        if fact.state is AttemptState.CONNECTED:
            row.connected_at = row.connected_at or fact.at

    def _attempt_judged(self, fact: AttemptJudged) -> None:
        row = self.attempts.get(fact.attempt_id)
        if row is not None:
            row.verdict, row.verdict_at = fact.verdict, fact.at

    def _attempt_ended(self, fact: AttemptEnded) -> None:
        row = self.attempts.get(fact.attempt_id)
        if row is None or row.ended_at is not None:
            return
        row.state, row.ended_at, row.outcome, row.counted = AttemptState.ENDED, fact.at, fact.outcome, fact.counted
        row.agent_id = fact.agent_id if fact.agent_id is not None else row.agent_id
        row.abandoned = fact.abandoned
        if fact.abandoned:
            self._abandoned[row.number] = fact.at
        if row.arrived is None:
            self._live_number.pop(row.number, None)
        self._live_arrivals.discard(row.id)
        if row.task_id is not None:
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
        if fact.contact_id is not None:
            self.contacts[fact.contact_id].marked_at = fact.at

    def _agent_moved(self, fact: AgentMoved) -> None:
        self.agents[fact.agent_id] = fact

    def _campaign_moved(self, fact: CampaignMoved) -> None:
        self.campaigns[fact.campaign_id] = (fact.state, fact.reason)
        if fact.state is CampaignState.FINISHED:
            open_rows = [r for r in self.tasks.values() if r.campaign_id == fact.campaign_id and r.state in UNFINISHED]
            self.left_open[fact.campaign_id] = len(open_rows)
            for row in open_rows:
                self._place(row, left_over(row))

    def _campaign_held(self, fact: CampaignHeld) -> None:
        self.held[fact.campaign_id] = fact.code

    def _hotline_rested(self, fact: HotlineRested) -> None:
        self.resting[fact.hotline_id] = fact.until


_WRITERS: dict[type[Any], Callable[[Facts, Any], None]] = {
    AttemptMoved: Facts._attempt_moved,
    AttemptJudged: Facts._attempt_judged,
    AttemptEnded: Facts._attempt_ended,
    WrapUpEnded: Facts._wrap_up_ended,
    TaskMoved: Facts._task_moved,
    TaskRefused: Facts._task_refused,
    ContactMarked: Facts._contact_marked,
    AgentMoved: Facts._agent_moved,
    CampaignMoved: Facts._campaign_moved,
    CampaignHeld: Facts._campaign_held,
    HotlineRested: Facts._hotline_rested,
}
