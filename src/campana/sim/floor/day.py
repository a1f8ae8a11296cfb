"""When people come, rest, meet, leave and go home, and whom they call by themselves."""

from __future__ import annotations

from dataclasses import replace

from campana.engine.inputs import CallRequested, HangUpRequested
from campana.engine.words import Presence
from campana.kernel.clock import Instant
from campana.kernel.ids import AgentId, AttemptId
from campana.sim.floor.persons import MAY_CALL, TALKING, Person, Persons


class Day(Persons):
    def open(self, now: Instant) -> None:
        for person in self._persons.values():
            self._agenda.after(now, self._habits.signs_in.draw(person.of), self._come, person)
            if self._whom is not None:
                self._want_to_call(person, now)
            self._will_fumble(person, now)

    def _will_fumble(self, person: Person, now: Instant) -> None:
        """Some people press what does not fit."""

    def close(self, now: Instant) -> None:
        """Everybody goes home as soon as they are done."""
        self.closed = True
        for person in self._persons.values():
            self._want(person, Presence.OFF, online=person.state in TALKING)
            if person.state in TALKING:
                self._agenda.after(now, 60.0, self._go_home, person)

    def _go_home(self, person: Person, now: Instant) -> None:
        if person.state in TALKING:
            self._agenda.after(now, 60.0, self._go_home, person)
        else:
            self._want(person, Presence.OFF, online=False)

    def _come(self, person: Person, now: Instant) -> None:
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

    def _rest(self, person: Person, now: Instant) -> None:
        if self.closed or person.resting:
            return
        person.resting = True
        self._want(person, Presence.NOT_READY)
        self._agenda.after(now, self._habits.rests.draw(person.of), self._come, person)

    def take_telephone(self, agent_id: AgentId, endpoint: str) -> None:
        """Another telephone; the one before rings at nobody's desk."""
        person = self._persons[agent_id]
        self._by_endpoint.pop(person.seat.endpoint, None)
        person.seat = replace(person.seat, endpoint=endpoint)
        self._by_endpoint[endpoint] = person

    def meet(self, now: Instant, *, minutes: float) -> None:
        """A meeting: everybody presses Not ready and comes back together."""
        for person in self._persons.values():
            if person.online and not person.resting:
                person.resting = True
                self._want(person, Presence.NOT_READY)
                self._agenda.after(now, minutes * 60, self._come, person)

    def _leave(self, person: Person, now: Instant) -> None:
        """Walks away while something is being dialled for them."""
        if self.closed or person.resting or person.state in TALKING:
            return
        person.resting = True
        out = person.of.random() < self._habits.signs_out
        self._want(person, Presence.OFF if out else Presence.NOT_READY, online=not out)
        self._agenda.after(now, self._habits.returns.draw(person.of), self._come, person)

    # --- calls of their own -----------------------------------------------------------------------

    def _want_to_call(self, person: Person, now: Instant) -> None:
        wait = self._habits.calls_by_hand.draw(self._own[person.seat.agent_id])
        self._agenda.after(now, wait, self._call, person)

    def _call(self, person: Person, now: Instant) -> None:
        if self.closed or self._whom is None:
            return
        if person.state in MAY_CALL:
            self._calls_somebody(person, now)
        self._want_to_call(person, now)

    def _calls_somebody(self, person: Person, now: Instant) -> None:
        if self._whom is not None:
            number, zone, contact = self._whom(self._own[person.seat.agent_id])
            self.people(CallRequested(0, person.seat.agent_id, number, zone, contact, now))

    def _give_up(self, person: Person, attempt_id: AttemptId, now: Instant) -> None:
        """Rings too long; the talk, if it has begun, ends as well."""
        if person.attempt_id == attempt_id:
            self.people(HangUpRequested(person.seat.agent_id, attempt_id))
