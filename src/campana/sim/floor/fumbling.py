"""Wishes that do not fit: whatever a page or a program can send, at any time, of any contact or call."""

from __future__ import annotations

from typing import Final

from campana.engine.inputs import (
    DialNowRequested,
    ExtendRequested,
    HangUpRequested,
    HoldRequested,
    PreviewAccepted,
    ReadyRequested,
    ResultEntered,
    RingAgainRequested,
    SkipRequested,
)
from campana.engine.words import Presence, ResultClass
from campana.kernel.clock import Instant
from campana.kernel.ids import TaskId
from campana.sim.floor.day import Day
from campana.sim.floor.persons import Person

OF_A_CONTACT: Final = (PreviewAccepted, DialNowRequested, SkipRequested, HoldRequested)


class Fumbling(Day):
    def _will_fumble(self, person: Person, now: Instant) -> None:
        if self._habits.fumbles is not None:
            self._agenda.after(now, self._habits.fumbles.draw(person.of), self._fumble, person)

    def _fumble(self, person: Person, now: Instant) -> None:
        if self.closed:
            return
        self._will_fumble(person, now)
        of, agent = person.of, person.seat.agent_id
        task = person.task_id if person.task_id is not None and of.random() < 0.7 else TaskId(of.randint(1, 40))
        anybody = of.choice(list(self._persons.values()))
        attempt = person.attempt_id or anybody.attempt_id or person.written
        choice = of.randrange(11)
        if choice == 0:
            self._wander(person, now)
        elif choice <= len(OF_A_CONTACT):
            self.people(OF_A_CONTACT[choice - 1](agent, task))
        elif choice == 5:
            self.people(ReadyRequested(agent))
        elif choice == 6:
            self.people(ExtendRequested(agent))
        elif choice == 7:
            self._calls_somebody(person, now)
        elif attempt is None:
            return
        elif choice == 8:
            self.people(HangUpRequested(agent, attempt))
        elif choice == 9:
            self.people(RingAgainRequested(agent, attempt))
        else:
            said = of.choice(
                [kind for kind in ResultClass if kind in self._results and kind is not ResultClass.CALL_BACK]
            )
            self.people(ResultEntered(agent, attempt, self._results[said], said))

    def _wander(self, person: Person, now: Instant) -> None:
        """Off, away, or there without the campaign screen, in whatever state; soon back."""
        presence = person.of.choice(list(Presence))
        person.resting = True
        self._want(person, presence, online=person.of.random() < 0.7, dialling=person.of.random() < 0.5)
        self._agenda.after(now, self._habits.returns.draw(person.of), self._come, person)
