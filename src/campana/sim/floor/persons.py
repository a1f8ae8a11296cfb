"""The people of the floor, and what all they do has in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from campana.engine.inputs import PresenceChanged
from campana.engine.words import AgentState, Presence, ResultClass
from campana.kernel.clock import Instant
from campana.kernel.ids import AttemptId, ResultId, TaskId
from campana.sim.agenda import Agenda
from campana.sim.floor.habits import Habits, People, Seat, Whom
from campana.sim.laws import stream

MAY_CALL = frozenset({AgentState.NOT_READY, AgentState.READY, AgentState.AVAILABLE})
TALKING = frozenset({AgentState.IN_CALL, AgentState.WRAP_UP})
LEAVABLE = frozenset({AgentState.RESERVED, AgentState.RINGING, AgentState.OFFERED, AgentState.PREVIEW})


@dataclass(slots=True)
class Person:
    seat: Seat
    of: Random
    wanted: Presence = Presence.OFF
    online: bool = False
    state: AgentState = AgentState.OFFLINE
    task_id: TaskId | None = None
    attempt_id: AttemptId | None = None
    machine: bool = False
    written: AttemptId | None = None
    turn: int = 0
    resting: bool = False


class Persons:
    def __init__(
        self,
        *,
        seed: int,
        agenda: Agenda,
        seats: Sequence[Seat],
        people: People,
        results: Mapping[ResultClass, ResultId],
        habits: Habits | None = None,
        whom: Callable[[Random], Whom] | None = None,
    ) -> None:
        self.people = people
        self._agenda = agenda
        self._habits = habits or Habits()
        self._results = results
        self._classes = list(self._habits.results)
        self._weights = [self._habits.results[each] for each in self._classes]
        self._whom = whom
        self._own = {s.agent_id: stream(seed, 8, s.agent_id) for s in seats}
        self._persons = {s.agent_id: Person(s, stream(seed, 7, s.agent_id)) for s in seats}
        self._by_endpoint = {p.seat.endpoint: p for p in self._persons.values()}
        self.cut_off: Callable[[str, Instant], None] = lambda endpoint, now: None
        """Told when the telephone at an endpoint is gone without a word."""
        self.closed = False

    def _want(self, person: Person, presence: Presence, *, online: bool = True, dialling: bool = True) -> None:
        person.wanted, person.online = presence, online
        self.people(PresenceChanged(person.seat.agent_id, presence, online=online, dialling=online and dialling))

    def _later(self, person: Person, now: Instant, seconds: float, act: Callable[[Person, Instant], None]) -> None:
        self._agenda.after(now, seconds, self._still, person, person.turn, act)

    def _still(self, person: Person, turn: int, act: Callable[[Person, Instant], None], now: Instant) -> None:
        if person.turn == turn:
            act(person, now)
