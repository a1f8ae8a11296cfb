"""After the talk: results in time, late or never, and the end of the wrap-up."""

from __future__ import annotations

from datetime import timedelta

from campana.engine.inputs import ExtendRequested, ReadyRequested, ResultEntered
from campana.engine.words import ResultClass
from campana.kernel.clock import Instant
from campana.kernel.ids import AttemptId
from campana.sim.floor.persons import Person, Persons


class Writing(Persons):
    def _wrapping_up(self, person: Person, now: Instant) -> None:
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

    def _write(self, person: Person, now: Instant) -> None:
        if person.attempt_id is not None and person.written != person.attempt_id:
            self._say(person, person.attempt_id, now)

    def _write_and_close(self, person: Person, now: Instant) -> None:
        self._write(person, now)
        self._ready(person, now)

    def _write_late(self, person: Person, attempt_id: AttemptId, now: Instant) -> None:
        if person.written != attempt_id and person.attempt_id != attempt_id:
            self._say(person, attempt_id, now)

    def _say(self, person: Person, attempt_id: AttemptId, now: Instant) -> None:
        of, habits = person.of, self._habits
        said = ResultClass.UNREACHABLE if person.machine else of.choices(self._classes, self._weights)[0]
        person.written = attempt_id
        back = said is ResultClass.CALL_BACK
        at = now + timedelta(seconds=habits.calls_back_in.draw(of)) if back else None
        mine = back and of.random() < habits.calls_back_self
        self.people(ResultEntered(person.seat.agent_id, attempt_id, self._results[said], said, at, callback_to_me=mine))

    def _extend(self, person: Person, now: Instant) -> None:
        self.people(ExtendRequested(person.seat.agent_id))

    def _ready(self, person: Person, now: Instant) -> None:
        self.people(ReadyRequested(person.seat.agent_id))
