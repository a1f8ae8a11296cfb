"""The floor of agents: people at desks and telephones, who are mostly diligent.

The floor hears the facts an agent's screen would show (``hear``) and answers with the wishes a desk
would send (``people``). Every agent has a stream of randomness of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import TypeAlias

from campana.engine.inputs import (
    CallRequested,
    DialNowRequested,
    ExtendRequested,
    HangUpRequested,
    HoldRequested,
    PresenceChanged,
    PreviewAccepted,
    ReadyRequested,
    ResultEntered,
    SkipRequested,
)
from campana.engine.outputs import AgentMoved, AgentSetNotReady, Fact
from campana.engine.words import AgentState, Cause, Presence, ResultClass
from campana.kernel.clock import Instant
from campana.kernel.ids import AgentId, AttemptId, ContactId, LegId, ResultId, TaskId, leg_attempt
from campana.kernel.phone import PhoneNumber
from campana.sim.agenda import Agenda
from campana.sim.laws import Between, Law, Memoryless, stream
from campana.sim.world import RingReaction

Wish: TypeAlias = (
    PresenceChanged
    | PreviewAccepted
    | DialNowRequested
    | SkipRequested
    | HoldRequested
    | CallRequested
    | HangUpRequested
    | ResultEntered
    | ReadyRequested
    | ExtendRequested
)
Whom: TypeAlias = tuple[PhoneNumber, str, ContactId | None]
"""A number to call by hand, its time zone and whose it is, where that is known."""
People: TypeAlias = Callable[[Wish], None]
"""Where wishes go: the engine's inputs in a shift, the relay's mailbox in the demo."""

RESULTS: Mapping[ResultClass, float] = {
    ResultClass.SUCCESS: 0.28,
    ResultClass.REFUSAL: 0.36,
    ResultClass.CALL_BACK: 0.16,
    ResultClass.UNREACHABLE: 0.08,
    ResultClass.WRONG_NUMBER: 0.06,
    ResultClass.DO_NOT_CALL: 0.06,
}


@dataclass(frozen=True, slots=True)
class Habits:
    """Laws of times, and shares between 0 and 1."""

    signs_in: Law = Between(0.0, 300.0)
    opens_screen_late: float = 0.03
    picks_up: Law = Memoryless(1.5, floor=0.4)
    misses: float = 0.01
    refuses: float = 0.005
    accepts: Law = Memoryless(4.0, floor=0.5)
    ignores_offer: float = 0.03
    declines_offer: float = 0.03
    reads: Law = Memoryless(8.0, floor=1.0)
    dials_now: float = 0.4
    skips: float = 0.05
    holds: float = 0.05
    writes: Law = Memoryless(7.0, floor=1.0)
    forgets_result: float = 0.05
    writes_late: float = 0.3
    """Of the forgotten results, how many are entered minutes later."""
    writes_during_talk: float = 0.05
    ready_early: float = 0.3
    extends: float = 0.05
    hangs_up_by_desk: float = 0.3
    works: Law = Memoryless(5400.0, floor=600.0)
    rests: Law = Between(120.0, 900.0)
    leaves_mid_dial: float = 0.01
    signs_out: float = 0.4
    """Of those who leave mid-dial, how many sign out rather than press Not ready."""
    returns: Law = Memoryless(120.0, floor=10.0)
    calls_by_hand: Law = Memoryless(2700.0, floor=60.0)
    """How long until an agent next wants to call somebody, where there is somebody to call."""
    gives_up_calling: float = 0.1
    calls_back_in: Law = Between(120.0, 10800.0)
    calls_back_self: float = 0.5
    results: Mapping[ResultClass, float] = field(default_factory=lambda: RESULTS)


@dataclass(frozen=True, slots=True)
class Seat:
    agent_id: AgentId
    endpoint: str


@dataclass(slots=True)
class _Person:
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


class Floor:
    """Agents in ``seats`` working from ``open`` to ``close`` by their ``habits``."""

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
        self._persons = {s.agent_id: _Person(s, stream(seed, 7, s.agent_id)) for s in seats}
        self._by_endpoint = {p.seat.endpoint: p for p in self._persons.values()}
        self.closed = False

    # --- the day ----------------------------------------------------------------------------------

    def open(self, now: Instant) -> None:
        for person in self._persons.values():
            self._agenda.after(now, self._habits.signs_in.draw(person.of), self._come, person)
            if self._whom is not None:
                self._want_to_call(person, now)

    def close(self, now: Instant) -> None:
        """Everybody goes home as soon as they are done."""
        self.closed = True
        for person in self._persons.values():
            self._want(person, Presence.OFF, online=person.state in TALKING)
            if person.state in TALKING:
                self._agenda.after(now, 60.0, self._go_home, person)

    def _go_home(self, person: _Person, now: Instant) -> None:
        if person.state in TALKING:
            self._agenda.after(now, 60.0, self._go_home, person)
        else:
            self._want(person, Presence.OFF, online=False)

    def _come(self, person: _Person, now: Instant) -> None:
        if self.closed:
            return
        habits, of = self._habits, person.of
        person.resting = False
        if of.random() < habits.opens_screen_late:
            self._want(person, Presence.READY, dialling=False)
            self._agenda.after(now, habits.returns.draw(of), self._come, person)
            return
        self._want(person, Presence.READY)
        self._agenda.after(now, habits.works.draw(of), self._rest, person)

    def _rest(self, person: _Person, now: Instant) -> None:
        if self.closed or person.resting:
            return
        person.resting = True
        self._want(person, Presence.NOT_READY)
        self._agenda.after(now, self._habits.rests.draw(person.of), self._come, person)

    def meet(self, now: Instant, *, minutes: float) -> None:
        """A meeting: everybody presses Not ready and comes back together."""
        for person in self._persons.values():
            if person.online and not person.resting:
                person.resting = True
                self._want(person, Presence.NOT_READY)
                self._agenda.after(now, minutes * 60, self._come, person)

    def _leave(self, person: _Person, now: Instant) -> None:
        """Walks away while something is being dialled for them."""
        if self.closed or person.resting or person.state in TALKING:
            return
        person.resting = True
        out = person.of.random() < self._habits.signs_out
        self._want(person, Presence.OFF if out else Presence.NOT_READY, online=not out)
        self._agenda.after(now, self._habits.returns.draw(person.of), self._come, person)

    def _want(self, person: _Person, presence: Presence, *, online: bool = True, dialling: bool = True) -> None:
        person.wanted, person.online = presence, online
        self.people(PresenceChanged(person.seat.agent_id, presence, online=online, dialling=online and dialling))

    # --- calls of their own -----------------------------------------------------------------------

    def _want_to_call(self, person: _Person, now: Instant) -> None:
        wait = self._habits.calls_by_hand.draw(self._own[person.seat.agent_id])
        self._agenda.after(now, wait, self._call, person)

    def _call(self, person: _Person, now: Instant) -> None:
        if self.closed or self._whom is None:
            return
        if person.state in MAY_CALL:
            number, zone, contact = self._whom(self._own[person.seat.agent_id])
            self.people(CallRequested(0, person.seat.agent_id, number, zone, contact, now))
        self._want_to_call(person, now)

    def _give_up(self, person: _Person, attempt_id: AttemptId, now: Instant) -> None:
        """Rings too long; the talk, if it has begun, ends as well."""
        if person.attempt_id == attempt_id:
            self.people(HangUpRequested(person.seat.agent_id, attempt_id))

    # --- the screen -------------------------------------------------------------------------------

    def hear(self, fact: Fact, now: Instant) -> None:
        """What the agents' screens show of the journal."""
        if isinstance(fact, AgentSetNotReady):
            person = self._persons.get(fact.agent_id)
            if person and not person.resting and not self.closed:
                person.resting = True
                person.wanted = Presence.NOT_READY
                self._agenda.after(now, self._habits.returns.draw(person.of), self._come, person)
        elif isinstance(fact, AgentMoved) and fact.agent_id in self._persons:
            self._moved(self._persons[fact.agent_id], fact, now)

    def _moved(self, person: _Person, fact: AgentMoved, now: Instant) -> None:
        same = (person.state, person.task_id, person.attempt_id) == (fact.state, fact.task_id, fact.attempt_id)
        person.state, person.task_id, person.attempt_id = fact.state, fact.task_id, fact.attempt_id
        if same:
            return
        person.turn += 1
        habits, of = self._habits, person.of
        if fact.state is AgentState.RINGING and fact.task_id is None:
            own = self._own[person.seat.agent_id]
            if own.random() < habits.gives_up_calling:
                self._agenda.after(now, own.random() * 20, self._give_up, person, fact.attempt_id)
        if fact.state in LEAVABLE and of.random() < habits.leaves_mid_dial:
            self._agenda.after(now, of.random() * 6, self._leave, person)
        match fact.state:
            case AgentState.OFFERED:
                self._offered(person, now)
            case AgentState.PREVIEW:
                self._previewing(person, now)
            case AgentState.IN_CALL if of.random() < habits.writes_during_talk:
                self._later(person, now, 15.0, self._write)
            case AgentState.WRAP_UP if fact.until is None and fact.task_id is None:
                self._later(person, now, habits.writes.draw(self._own[person.seat.agent_id]), self._write_and_close)
            case AgentState.WRAP_UP:
                self._wrapping_up(person, now)
            case _:
                pass

    def _offered(self, person: _Person, now: Instant) -> None:
        of, habits = person.of, self._habits
        chance = of.random()
        if chance < habits.ignores_offer:
            return
        act = self._decline if chance < habits.ignores_offer + habits.declines_offer else self._accept
        self._later(person, now, habits.accepts.draw(of), act)

    def _accept(self, person: _Person, now: Instant) -> None:
        if person.task_id is not None:
            self.people(PreviewAccepted(person.seat.agent_id, person.task_id))

    def _decline(self, person: _Person, now: Instant) -> None:
        if person.task_id is not None:
            self.people(SkipRequested(person.seat.agent_id, person.task_id, "not now"))

    def _previewing(self, person: _Person, now: Instant) -> None:
        of, habits = person.of, self._habits
        chance, reads = of.random(), habits.reads.draw(of)
        if chance < habits.skips:
            self._later(person, now, reads, self._decline)
        elif chance < habits.skips + habits.holds:
            self._later(person, now, reads, self._hold)
            self._later(person, now, reads + 20 + habits.reads.draw(of), self._dial)
        elif chance < habits.skips + habits.holds + habits.dials_now:
            self._later(person, now, reads, self._dial)

    def _hold(self, person: _Person, now: Instant) -> None:
        if person.task_id is not None:
            self.people(HoldRequested(person.seat.agent_id, person.task_id))

    def _dial(self, person: _Person, now: Instant) -> None:
        if person.task_id is not None and person.state is AgentState.PREVIEW:
            self.people(DialNowRequested(person.seat.agent_id, person.task_id))

    def _wrapping_up(self, person: _Person, now: Instant) -> None:
        of, habits = person.of, self._habits
        writes = habits.writes.draw(of)
        if of.random() >= habits.forgets_result and person.written != person.attempt_id:
            self._later(person, now, writes, self._write)
        elif of.random() < habits.writes_late and person.attempt_id is not None:
            self._agenda.after(now, 60 + writes * 20, self._write_late, person, person.attempt_id)
        if of.random() < habits.extends:
            self._later(person, now, min(writes, 2.0), self._extend)
        if of.random() < habits.ready_early:
            self._later(person, now, writes + 1.0, self._ready)

    def _write(self, person: _Person, now: Instant) -> None:
        if person.attempt_id is not None and person.written != person.attempt_id:
            self._say(person, person.attempt_id, now)

    def _write_and_close(self, person: _Person, now: Instant) -> None:
        self._write(person, now)
        self._ready(person, now)

    def _write_late(self, person: _Person, attempt_id: AttemptId, now: Instant) -> None:
        if person.written != attempt_id and person.attempt_id != attempt_id:
            self._say(person, attempt_id, now)

    def _say(self, person: _Person, attempt_id: AttemptId, now: Instant) -> None:
        of, habits = person.of, self._habits
        said = ResultClass.UNREACHABLE if person.machine else of.choices(self._classes, self._weights)[0]
        person.written = attempt_id
        back = said is ResultClass.CALL_BACK
        at = now + timedelta(seconds=habits.calls_back_in.draw(of)) if back else None
        mine = back and of.random() < habits.calls_back_self
        self.people(ResultEntered(person.seat.agent_id, attempt_id, self._results[said], said, at, callback_to_me=mine))

    def _extend(self, person: _Person, now: Instant) -> None:
        self.people(ExtendRequested(person.seat.agent_id))

    def _ready(self, person: _Person, now: Instant) -> None:
        self.people(ReadyRequested(person.seat.agent_id))

    def _later(self, person: _Person, now: Instant, seconds: float, act: Callable[[_Person, Instant], None]) -> None:
        self._agenda.after(now, seconds, self._still, person, person.turn, act)

    def _still(self, person: _Person, turn: int, act: Callable[[_Person, Instant], None], now: Instant) -> None:
        if person.turn == turn:
            act(person, now)

    # --- the telephones ---------------------------------------------------------------------------

    def ring(self, endpoint: str, leg: LegId, now: Instant) -> RingReaction:
        person = self._by_endpoint.get(endpoint)
        if person is None or not person.online:
            return RingReaction(None, refuses=Cause.UNAVAILABLE)
        of, habits = person.of, self._habits
        chance, after = of.random(), habits.picks_up.draw(of)
        if chance < habits.refuses:
            return RingReaction(None, refuses=Cause.REJECTED)
        return RingReaction(None if chance < habits.refuses + habits.misses else after)

    def talk_began(self, endpoint: str, leg: LegId, machine: bool, now: Instant) -> None:
        person = self._by_endpoint.get(endpoint)
        if person is not None:
            person.machine = machine

    def talk_over(self, endpoint: str, leg: LegId, now: Instant) -> bool:
        person, attempt = self._by_endpoint.get(endpoint), leg_attempt(leg)
        if person is None or attempt is None or person.of.random() >= self._habits.hangs_up_by_desk:
            return True
        self.people(HangUpRequested(person.seat.agent_id, attempt))
        return False


MAY_CALL = frozenset({AgentState.NOT_READY, AgentState.READY, AgentState.AVAILABLE})
TALKING = frozenset({AgentState.IN_CALL, AgentState.WRAP_UP})
LEAVABLE = frozenset({AgentState.RESERVED, AgentState.RINGING, AgentState.OFFERED, AgentState.PREVIEW})
