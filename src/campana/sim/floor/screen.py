"""The screen: what agents see of the journal, and what they press."""

from __future__ import annotations

from campana.engine.inputs import (
    DialNowRequested,
    HoldRequested,
    PreviewAccepted,
    RingAgainRequested,
    SkipRequested,
)
from campana.engine.outputs import AgentMoved, AgentSetNotReady, Fact
from campana.engine.words import AgentState, Presence
from campana.kernel.clock import Instant
from campana.kernel.ids import AttemptId
from campana.sim.floor.fumbling import Fumbling
from campana.sim.floor.persons import LEAVABLE, Person
from campana.sim.floor.writing import Writing


class Screen(Fumbling, Writing):
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

    def _moved(self, person: Person, fact: AgentMoved, now: Instant) -> None:
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
        if fact.state is AgentState.IN_CALL and habits.loses_telephone and of.random() < habits.loses_telephone:
            self._later(person, now, of.random() * 10, self._lose_telephone)
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

    def _lose_telephone(self, person: Person, now: Instant) -> None:
        """The desk comes back a moment later and asks for the call."""
        self.cut_off(person.seat.endpoint, now)
        self._agenda.after(now, 0.2 + person.of.random() * 5, self._ask_for_call, person, person.attempt_id)

    def _ask_for_call(self, person: Person, attempt_id: AttemptId, now: Instant) -> None:
        if person.attempt_id == attempt_id:
            self.people(RingAgainRequested(person.seat.agent_id, attempt_id))

    def _offered(self, person: Person, now: Instant) -> None:
        of, habits = person.of, self._habits
        chance = of.random()
        if chance < habits.ignores_offer:
            return
        act = self._decline if chance < habits.ignores_offer + habits.declines_offer else self._accept
        self._later(person, now, habits.accepts.draw(of), act)

    def _accept(self, person: Person, now: Instant) -> None:
        if person.task_id is not None:
            self.people(PreviewAccepted(person.seat.agent_id, person.task_id))

    def _decline(self, person: Person, now: Instant) -> None:
        if person.task_id is not None:
            self.people(SkipRequested(person.seat.agent_id, person.task_id, "not now"))

    def _previewing(self, person: Person, now: Instant) -> None:
        of, habits = person.of, self._habits
        chance, reads = of.random(), habits.reads.draw(of)
        if chance < habits.skips:
            self._later(person, now, reads, self._decline)
        elif chance < habits.skips + habits.holds:
            self._later(person, now, reads, self._hold)
            self._later(person, now, reads + 20 + habits.reads.draw(of), self._dial)
        elif chance < habits.skips + habits.holds + habits.dials_now:
            self._later(person, now, reads, self._dial)

    def _hold(self, person: Person, now: Instant) -> None:
        if person.task_id is not None:
            self.people(HoldRequested(person.seat.agent_id, person.task_id))

    def _dial(self, person: Person, now: Instant) -> None:
        if person.task_id is not None and person.state is AgentState.PREVIEW:
            self.people(DialNowRequested(person.seat.agent_id, person.task_id))
