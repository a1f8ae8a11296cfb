"""The agents of a simulated campaign: on shift, on breaks, at the telephone, writing down results."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import TypeAlias

from campana.engine.inputs import (
    DialNowRequested,
    Input,
    PresenceChanged,
    PreviewAccepted,
    ReadyRequested,
    ResultEntered,
)
from campana.engine.outputs import AgentMoved
from campana.engine.rules import windows
from campana.engine.words import AgentState, Presence, ResultClass
from campana.kernel.clock import Instant
from campana.kernel.ids import AgentId, AttemptId, LegId, ResultId, TaskId
from campana.sim.agenda import Agenda
from campana.sim.campaign.plan import Plan, Shift
from campana.sim.laws import stream
from campana.sim.world import RingReaction

Tell: TypeAlias = Callable[[Input], None]
LOOK: timedelta = timedelta(minutes=5)
"""How often people look whether their shift begins or ends."""
SIGNS_IN = 120.0
WORKING = frozenset(
    {
        AgentState.AVAILABLE,
        AgentState.OFFERED,
        AgentState.PREVIEW,
        AgentState.RESERVED,
        AgentState.RINGING,
        AgentState.IN_CALL,
        AgentState.WRAP_UP,
    }
)


@dataclass(slots=True)
class _Person:
    id: AgentId
    shift: Shift
    of: Random
    here: bool = False
    resting: bool = False
    shown: bool = False
    state: AgentState = AgentState.OFFLINE
    since: Instant | None = None
    task_id: TaskId | None = None
    attempt_id: AttemptId | None = None
    turn: int = 0


class People:
    """``worked``: seconds in which people were there for the campaign; ``talked`` and ``wrapped`` are part of it."""

    def __init__(self, plan: Plan, seed: int, agenda: Agenda, tell: Tell) -> None:
        self._plan, self._agenda, self._tell = plan, agenda, tell
        self._laws = plan.laws
        self._results = {kind: ResultId(n) for n, kind in enumerate(ResultClass, start=1)}
        self._classes, self._weights = list(plan.laws.results), list(plan.laws.results.values())
        self._persons: dict[AgentId, _Person] = {}
        for shift in plan.shifts:
            for _ in range(shift.agents):
                who = AgentId(len(self._persons) + 1)
                self._persons[who] = _Person(who, shift, stream(seed, 7, who))
        self._by_endpoint = {endpoint(each): person for each, person in self._persons.items()}
        present = plan.laws.present
        mean_away = sum(plan.laws.away.draw(stream(seed, 9, n)) for n in range(200)) / 200
        self._mean_work = mean_away * present / (1 - present) if present < 0.999 else None
        self._at_work: dict[Shift, bool] = {}
        self.worked = self.talked = self.wrapped = 0.0

    def ids(self) -> list[AgentId]:
        return list(self._persons)

    def open(self, now: Instant) -> None:
        self._look(now)

    def is_here(self) -> bool:
        return any(person.here for person in self._persons.values())

    # --- shifts and breaks ------------------------------------------------------------------------

    def _look(self, now: Instant) -> None:
        plan = self._plan
        open_now = windows.anybody_open(plan.campaign, plan.zone, now)
        at_work = {shift: open_now and shift.working(now, plan.zone) for shift in plan.shifts}
        for person in self._persons.values() if at_work != self._at_work else ():
            due = at_work[person.shift]
            if due and not person.here:
                person.here = True
                self._agenda.after(now, person.of.random() * SIGNS_IN, self._arrive, person)
            elif not due and person.here:
                person.here = person.resting = False
                self._show(person)
        self._at_work = at_work
        self._agenda.at(_next_look(now), self._look)

    def _arrive(self, person: _Person, now: Instant) -> None:
        if not person.here:
            return
        if person.of.random() > self._laws.present:  # some begin with something else
            person.resting = True
            self._agenda.after(now, self._laws.away.draw(person.of), self._back, person)
        else:
            self._work(person, now)

    def _work(self, person: _Person, now: Instant) -> None:
        person.resting = False
        self._show(person)
        if self._mean_work is not None:
            self._agenda.after(now, person.of.expovariate(1 / max(self._mean_work, 1.0)), self._rest, person)

    def _rest(self, person: _Person, now: Instant) -> None:
        if person.here and not person.resting:
            person.resting = True
            self._show(person)
            self._agenda.after(now, self._laws.away.draw(person.of), self._back, person)

    def _back(self, person: _Person, now: Instant) -> None:
        if person.here and person.resting:
            self._work(person, now)

    def _show(self, person: _Person) -> None:
        """Wishes are told when they change; who talks finishes the talk, as the engine sees to."""
        wanted = Presence.READY if person.here and not person.resting else Presence.NOT_READY
        if (wanted is Presence.READY) != person.shown:
            person.shown = wanted is Presence.READY
            self._tell(PresenceChanged(person.id, wanted, online=True, dialling=person.shown))

    # --- the screen -------------------------------------------------------------------------------

    def hear(self, fact: AgentMoved, now: Instant) -> None:
        person = self._persons[fact.agent_id]
        same = (person.state, person.task_id, person.attempt_id) == (fact.state, fact.task_id, fact.attempt_id)
        if same:
            return
        self._count(person, now)
        person.state, person.task_id, person.attempt_id = fact.state, fact.task_id, fact.attempt_id
        person.turn += 1
        if fact.state is AgentState.OFFERED:
            self._later(person, now, self._laws.picks_up.draw(person.of), self._accept)
        elif fact.state is AgentState.PREVIEW:
            self._later(person, now, self._laws.reads.draw(person.of), self._dial)
        elif fact.state is AgentState.WRAP_UP:
            self._wrap_up(person, now)

    def _count(self, person: _Person, now: Instant) -> None:
        if person.since is not None and person.state in WORKING:
            span = (now - person.since).total_seconds()
            self.worked += span
            if person.state is AgentState.IN_CALL:
                self.talked += span
            elif person.state is AgentState.WRAP_UP:
                self.wrapped += span
        person.since = now

    def settle(self, now: Instant) -> None:
        """Counts what is going on up to now."""
        for person in self._persons.values():
            self._count(person, now)

    def _accept(self, person: _Person, now: Instant) -> None:
        if person.task_id is not None:
            self._tell(PreviewAccepted(person.id, person.task_id))

    def _dial(self, person: _Person, now: Instant) -> None:
        if person.task_id is not None:
            self._tell(DialNowRequested(person.id, person.task_id))

    def _wrap_up(self, person: _Person, now: Instant) -> None:
        limit = self._plan.campaign.wrap_up.total_seconds()
        writes = self._laws.wraps.draw(person.of)
        self._later(person, now, min(writes, limit * 0.9), self._say)
        if self._plan.campaign.ready_early and writes < limit:
            self._later(person, now, writes + 0.01, self._ready)

    def _say(self, person: _Person, now: Instant) -> None:
        if person.attempt_id is None:
            return
        said = person.of.choices(self._classes, self._weights)[0]
        at = None
        if said is ResultClass.CALL_BACK:
            at = now + timedelta(seconds=self._laws.calls_back_in.draw(person.of))
        self._tell(ResultEntered(person.id, person.attempt_id, self._results[said], said, at))

    def _ready(self, person: _Person, now: Instant) -> None:
        self._tell(ReadyRequested(person.id))

    def _later(self, person: _Person, now: Instant, seconds: float, act: Callable[[_Person, Instant], None]) -> None:
        self._agenda.after(now, seconds, self._still, person, person.turn, act)

    def _still(self, person: _Person, turn: int, act: Callable[[_Person, Instant], None], now: Instant) -> None:
        if person.turn == turn:
            act(person, now)

    # --- the telephones ---------------------------------------------------------------------------

    def ring(self, endpoint: str, leg: LegId, now: Instant) -> RingReaction:
        return RingReaction(self._laws.picks_up.draw(self._by_endpoint[endpoint].of))

    def talk_began(self, endpoint: str, leg: LegId, machine: bool, now: Instant) -> None:
        return None

    def talk_over(self, endpoint: str, leg: LegId, now: Instant) -> bool:
        return True


def endpoint(agent_id: AgentId) -> str:
    return f"PJSIP/{agent_id}"


def _next_look(now: Instant) -> Instant:
    """The next full five minutes: hours begin and end there."""
    floor = now.replace(minute=now.minute - now.minute % 5, second=0, microsecond=0)
    return floor + LOOK
