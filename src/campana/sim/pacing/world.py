"""A working day at one campaign, second by second, for a pacer that sees only what a dialler sees."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import count

from campana.engine.pacing.adaptive import Happening, Kind, Limits, Situation
from campana.sim.pacing.scenarios import Scenario

Decide = Callable[[Situation, Limits], int]

SLIPPED_TALK = 8.0
"""Seconds a machine that was taken for a person holds an agent."""
DEAF_PAUSE = 45.0
"""Seconds an agent is paused whose telephone was not answered."""


@dataclass(slots=True)
class Call:
    launched: float
    state: str = "ringing"
    since: float = 0.0
    ring: float = 0.0
    machine: bool = False
    dice: random.Random = field(default_factory=random.Random)
    """Its own, so that the same call behaves the same whichever pacer launched it, and days can be compared."""


@dataclass(slots=True)
class Agent:
    number: int
    state: str = "idle"
    since: float = 0.0


@dataclass(slots=True)
class Day:
    """What came of it."""

    scenario: str
    agents: int
    launched: int = 0
    busy_seconds: float = 0.0
    staffed_seconds: float = 0.0
    talk_seconds: float = 0.0
    verdicts: list[tuple[float, bool]] = field(default_factory=list)
    """Every live answer: when it was decided, whether it was abandoned."""

    @property
    def utilisation(self) -> float:
        return self.busy_seconds / max(self.staffed_seconds, 1.0)

    @property
    def abandonment(self) -> float:
        return sum(lost for _, lost in self.verdicts) / max(1, len(self.verdicts))


class World:
    def __init__(self, scenario: Scenario, seed: int, decide: Decide, *, dt: float = 1.0) -> None:
        self.s = scenario
        self._seed = seed
        self._dice = random.Random(seed)
        self._decide = decide
        self._dt = dt
        self._serial = count()
        self._due: list[tuple[float, int, Callable[[float], None]]] = []
        self.agents = [Agent(number) for number in range(scenario.agents)]
        self.calls: set[int] = set()
        self._call: dict[int, Call] = {}
        self._waiting: list[int] = []
        self._happened: list[Happening] = []
        self.day = Day(scenario.name, scenario.agents)

    def run(self) -> Day:
        now, end = 0.0, self.s.hours * 3600
        limits = Limits(self.s.max_abandon, self.s.cap, self.s.max_wait, self.s.ring_timeout)
        while now < end:
            now += self._dt
            while self._due and self._due[0][0] <= now:
                at, _, what = heapq.heappop(self._due)
                what(at)
            self._account()
            for _ in range(max(0, min(self._decide(self._look(now), limits), self.s.cap - len(self._call)))):
                self._launch(now)
        return self.day

    def _account(self) -> None:
        for agent in self.agents:
            if agent.state in ("talk", "wrap"):
                self.day.busy_seconds += self._dt
                self.day.staffed_seconds += self._dt
                if agent.state == "talk":
                    self.day.talk_seconds += self._dt
            elif agent.state == "idle":
                self.day.staffed_seconds += self._dt

    def _look(self, now: float) -> Situation:
        ages: dict[str, list[float]] = {
            "ringing": [],
            "detecting": [],
            "waiting": [],
            "idle": [],
            "talk": [],
            "wrap": [],
        }
        for call in self._call.values():
            if call.state in ages:
                ages[call.state].append(now - call.since)
        for agent in self.agents:
            if agent.state in ages:
                ages[agent.state].append(now - agent.since)
        happened, self._happened = self._happened, []
        return Situation(
            now=now,
            idle=ages["idle"],
            talking=ages["talk"],
            wrapping=ages["wrap"],
            ringing=ages["ringing"],
            detecting=ages["detecting"],
            waiting=ages["waiting"],
            lines=len(self._call),
            happened=happened,
        )

    def _at(self, when: float, what: Callable[[float], None]) -> None:
        heapq.heappush(self._due, (when, next(self._serial), what))

    def _note(self, at: float, kind: Kind, seconds: float = 0.0, ring: float = 0.0) -> None:
        self._happened.append(Happening(at, kind, seconds, ring))

    def _launch(self, now: float) -> None:
        self.day.launched += 1
        key, s = next(self._serial), self.s
        dice = random.Random(f"{self._seed}/{self.day.launched}")
        self._call[key] = Call(now, since=now, dice=dice)
        lot, live = dice.random(), s.live_at(now)
        if lot < live:
            self._ring_out(key, now, s.ring.draw(dice), machine=False)
        elif lot < live + s.machine:
            self._ring_out(key, now, s.machine_ring.draw(dice), machine=True)
        elif lot < live + s.machine + s.busy:
            self._at(now + 2.0 + dice.random(), lambda at: self._end(key, at, Kind.BUSY))
        elif lot < live + s.machine + s.busy + s.invalid:
            self._at(now + 1.0 + dice.random(), lambda at: self._end(key, at, Kind.INVALID))
        else:
            self._at(now + s.ring_timeout, lambda at: self._end(key, at, Kind.NO_ANSWER))

    def _ring_out(self, key: int, now: float, ring: float, *, machine: bool) -> None:
        if ring >= self.s.ring_timeout:
            self._at(now + self.s.ring_timeout, lambda at: self._end(key, at, Kind.NO_ANSWER))
        else:
            self._call[key].machine = machine
            self._at(now + ring, lambda at: self._pick_up(key, at))

    def _end(self, key: int, at: float, kind: Kind) -> None:
        call = self._call.pop(key)
        self._note(at, kind, at - call.launched)

    def _pick_up(self, key: int, at: float) -> None:
        call = self._call[key]
        call.state, call.since, call.ring = "detecting", at, at - call.launched
        self._note(at, Kind.PICKUP, call.ring)
        delay = self.s.detection.draw(call.dice)
        if delay > 0:
            self._at(at + delay, lambda when: self._verdict(key, when))
        else:
            self._verdict(key, at)

    def _verdict(self, key: int, at: float) -> None:
        call = self._call[key]
        if call.machine and call.dice.random() >= self.s.slips:
            self._call.pop(key)
            self._note(at, Kind.MACHINE, at - call.launched, call.ring)
            return
        self._note(at, Kind.HUMAN, at - call.launched, call.ring)
        call.state, call.since = "waiting", at
        self._waiting.append(key)
        patience = self.s.patience.draw(call.dice) if not call.machine else 1e9
        self._at(at + min(self.s.max_wait, patience), lambda when: self._give_up(key, when))
        self._match(at)

    def _give_up(self, key: int, at: float) -> None:
        call = self._call.get(key)
        if call is None or call.state != "waiting":
            return
        del self._call[key]
        self._waiting.remove(key)
        self._note(at, Kind.ABANDON, at - call.since)
        self.day.verdicts.append((at, True))

    def _match(self, at: float) -> None:
        while self._waiting:
            idle = [agent for agent in self.agents if agent.state == "idle"]
            if not idle:
                return
            agent = min(idle, key=lambda each: each.since)
            if self.s.deaf and self._dice.random() < self.s.deaf:
                self._go(agent, "paused", at)
                self._note(at, Kind.AGENT_NO_ANSWER)
                self._at(at + DEAF_PAUSE, partial(self._back, agent, kind=Kind.RESUME))
                continue
            self._connect(self._waiting.pop(0), agent, at)

    def _connect(self, key: int, agent: Agent, at: float) -> None:
        call = self._call[key]
        self._note(at, Kind.CONNECT, at - call.since)
        call.state = "talk"
        self.day.verdicts.append((at, False))
        self._go(agent, "talk", at)
        length = SLIPPED_TALK * call.dice.uniform(0.7, 1.3) if call.machine else self.s.talk.draw(call.dice)
        self._at(at + length, lambda when: self._talk_over(key, agent, when))

    def _talk_over(self, key: int, agent: Agent, at: float) -> None:
        del self._call[key]
        self._note(at, Kind.TALK_END, at - agent.since)
        dice = self._dice
        if self.s.leaves_every and dice.random() < 1 / self.s.leaves_every:
            self._leave(agent, at, Kind.LOGOUT, Kind.LOGIN)
        elif self.s.break_every and dice.random() < 1 / self.s.break_every:
            self._leave(agent, at, Kind.PAUSE, Kind.RESUME)
        else:
            length = self.s.wrap.draw(dice)
            if length <= 0:
                self._free(agent, at)
            else:
                self._go(agent, "wrap", at)
                self._at(at + length, lambda when: self._wrap_over(agent, when))

    def _leave(self, agent: Agent, at: float, away: Kind, back: Kind) -> None:
        self._go(agent, "away", at)
        self._note(at, away)
        self._at(at + self.s.break_lasts.draw(self._dice), partial(self._back, agent, kind=back))

    def _wrap_over(self, agent: Agent, at: float) -> None:
        self._note(at, Kind.WRAP_END, at - agent.since)
        self._free(agent, at)

    def _back(self, agent: Agent, at: float, *, kind: Kind) -> None:
        self._note(at, kind)
        self._free(agent, at)

    def _free(self, agent: Agent, at: float) -> None:
        self._go(agent, "idle", at)
        self._match(at)

    @staticmethod
    def _go(agent: Agent, state: str, at: float) -> None:
        agent.state, agent.since = state, at
