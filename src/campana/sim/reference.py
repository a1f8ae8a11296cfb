"""The life of a task as the specification tells it, in the plainest words: no state machines, no sharing.

Fed with the attempts of one task in order, it says where the task must be and when it may be dialled again.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from campana.engine.config import RetryPlan
from campana.sim.rows import AttemptRow

EVENTS = {
    "no_answer": "no_answer",
    "busy": "busy",
    "rejected": "rejected",
    "unavailable": "unavailable",
    "congestion": "unavailable",
    "invalid_number": "unavailable",
    "machine": "machine",
    "abandoned": "abandoned",
    "hung_up_waiting": "abandoned",
}


@dataclass
class NaiveTask:
    numbers: int
    plan: RetryPlan
    state: str = "waiting"
    rounds: int = 0
    number: int = 0
    events: Counter[str] = field(default_factory=Counter)
    due: datetime | None = None
    agreed: bool = False

    def meets(self, attempt: AttemptRow) -> None:
        """One attempt and, where there was a talk, what the agent said of it."""
        assert attempt.outcome is not None
        ended = attempt.wrapped_up_at or attempt.ended_at
        assert ended is not None
        outcome = attempt.outcome.value
        if outcome == "answered":
            self._talked(attempt, ended)
        elif outcome in ("hotline_failure", "cancelled"):
            self.state, self.due = "waiting", None
            if outcome == "hotline_failure":
                self.events["hotline"] += 1
        elif outcome in ("system_error", "agent_no_answer"):
            self.state, self.due = "planned", ended + timedelta(minutes=2)
        else:
            self._missed(outcome, attempt.number_index, ended)

    def round_over(self) -> None:
        self.rounds += 1
        self.number = 0

    def _talked(self, attempt: AttemptRow, ended: datetime) -> None:
        self.rounds += 1
        self.number, self.agreed, self.due = 0, False, None
        said = attempt.said.result_class.value if attempt.said and attempt.result_id else "nothing"
        if said == "call_back":
            assert attempt.said is not None
            assert attempt.said.callback_at is not None
            self.state, self.agreed, self.due = "planned", True, attempt.said.callback_at
        elif said == "unreachable":
            self.events["dropped"] += 1
            self._again_or_never("dropped", ended)
        else:
            self.state = {"do_not_call": "excluded", "wrong_number": "invalid"}.get(said, "completed")

    def _missed(self, outcome: str, number: int, ended: datetime) -> None:
        event = EVENTS[outcome]
        self.events[event] += 1
        if event != "abandoned" and number + 1 < self.numbers:
            self.state, self.number, self.due = "waiting", number + 1, None
            return
        self.rounds += 1
        self.number, self.agreed = 0, False
        if outcome == "invalid_number" and set(self.events) <= {"unavailable", "hotline"}:
            self.state = "invalid"
            return
        self._again_or_never(event, ended)

    def _again_or_never(self, event: str, ended: datetime) -> None:
        own = next((retry for kind, retry in self.plan.events.items() if kind.value == event), None)
        if self.rounds >= self.plan.max_attempts or (own is not None and self.events[event] >= own.attempts):
            self.state = "not_reached"
            return
        self.state = "planned"
        self.due = ended + (own.wait if own is not None else self.plan.gap)
