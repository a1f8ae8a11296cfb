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
    number: int
    launched: float
    since: float = 0.0
    ring: float = 0.0
    machine: bool = False
    dice: random.Random = field(default_factory=random.Random)
    """Its own, so that the same call behaves the same whichever pacer launched it, and days can be compared."""


@dataclass(slots=True)
class Agent:
    number: int
    state: str = "away"
    since: float = 0.0
    break_due: bool = False
    """Sent on a break with many others; goes when his talk is over."""


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
        self._present: dict[str, dict[int, Agent]] = {state: {} for state in ("idle", "talk", "wrap", "away")}
        """Agents by state, who is longest in it first."""
        self._calls: dict[str, dict[int, Call]] = {state: {} for state in ("ringing", "detecting", "waiting")}
        self._talks = 0
        self._happened: list[Happening] = []
        self.day = Day(scenario.name, scenario.agents)

    @property
    def lines(self) -> int:
        return self._talks + sum(len(calls) for calls in self._calls.values())

    def run(self) -> Day:
        now, end = 0.0, self.s.hours * 3600
        limits = Limits(self.s.max_abandon, self.s.cap, self.s.max_wait, self.s.ring_timeout)
        for agent in self.agents:
            self._present["away"][agent.number] = agent
            self._at(self.s.ramp * self._dice.random(), partial(self._back, agent, kind=Kind.LOGIN))
        if self.s.mass_break_every:
            self._at(self.s.mass_break_every, self._mass_break)
        while now < end:
            now += self._dt
            while self._due and self._due[0][0] <= now:
                at, _, what = heapq.heappop(self._due)
                what(at)
            self._account()
            wanted = self._decide(self._look(now), limits)
            for _ in range(max(0, min(wanted, self.s.cap - self.lines))):
                self._launch(now)
        return self.day

    def _account(self) -> None:
        talk, wrap, idle = (len(self._present[state]) for state in ("talk", "wrap", "idle"))
        self.day.busy_seconds += self._dt * (talk + wrap)
        self.day.staffed_seconds += self._dt * (talk + wrap + idle)
        self.day.talk_seconds += self._dt * talk

    def _look(self, now: float) -> Situation:
        calls = {state: [now - call.since for call in those.values()] for state, those in self._calls.items()}
        agents = {state: [now - agent.since for agent in those.values()] for state, those in self._present.items()}
        happened, self._happened = self._happened, []
        return Situation(
            now=now,
            idle=agents["idle"],
            talking=agents["talk"],
            wrapping=agents["wrap"],
            ringing=calls["ringing"],
            detecting=calls["detecting"],
            waiting=calls["waiting"],
            lines=self.lines,
            happened=happened,
        )

    def _at(self, when: float, what: Callable[[float], None]) -> None:
        heapq.heappush(self._due, (when, next(self._serial), what))

    def _note(self, at: float, kind: Kind, seconds: float = 0.0, ring: float = 0.0) -> None:
        self._happened.append(Happening(at, kind, seconds, ring))

    def _launch(self, now: float) -> None:
        self.day.launched += 1
        s, dice = self.s, random.Random(self._seed * 10_000_019 + self.day.launched)
        call = Call(self.day.launched, now, since=now, dice=dice)
        self._calls["ringing"][call.number] = call
        lot, live = dice.random(), s.live_at(now)
        if lot < live:
            self._ring_out(call, now, s.ring.draw(dice), machine=False)
        elif lot < live + s.machine:
            self._ring_out(call, now, s.machine_ring.draw(dice), machine=True)
        elif lot < live + s.machine + s.busy:
            self._at(now + 2.0 + dice.random(), partial(self._end, call, kind=Kind.BUSY))
        elif lot < live + s.machine + s.busy + s.invalid:
            self._at(now + 1.0 + dice.random(), partial(self._end, call, kind=Kind.INVALID))
        else:
            self._at(now + s.ring_timeout, partial(self._end, call, kind=Kind.NO_ANSWER))

    def _ring_out(self, call: Call, now: float, ring: float, *, machine: bool) -> None:
        if ring >= self.s.ring_timeout:
            self._at(now + self.s.ring_timeout, partial(self._end, call, kind=Kind.NO_ANSWER))
        else:
            call.machine = machine
            self._at(now + ring, partial(self._pick_up, call))

    def _end(self, call: Call, at: float, *, kind: Kind) -> None:
        del self._calls["ringing"][call.number]
        self._note(at, kind, at - call.launched)

    def _pick_up(self, call: Call, at: float) -> None:
        del self._calls["ringing"][call.number]
        self._calls["detecting"][call.number] = call
        call.since, call.ring = at, at - call.launched
        self._note(at, Kind.PICKUP, call.ring)
        delay = self.s.detection.draw(call.dice)
        if delay > 0:
            self._at(at + delay, partial(self._verdict, call))
        else:
            self._verdict(call, at)

    def _verdict(self, call: Call, at: float) -> None:
        del self._calls["detecting"][call.number]
        if call.machine and call.dice.random() >= self.s.slips:
            self._note(at, Kind.MACHINE, at - call.launched, call.ring)
            return
        self._note(at, Kind.HUMAN, at - call.launched, call.ring)
        call.since = at
        self._calls["waiting"][call.number] = call
        patience = self.s.patience.draw(call.dice) if not call.machine else 1e9
        self._at(at + min(self.s.max_wait, patience), partial(self._give_up, call))
        self._match(at)

    def _give_up(self, call: Call, at: float) -> None:
        if self._calls["waiting"].pop(call.number, None) is None:
            return
        self._note(at, Kind.ABANDON, at - call.since)
        self.day.verdicts.append((at, True))

    def _match(self, at: float) -> None:
        waiting, idle = self._calls["waiting"], self._present["idle"]
        while waiting and idle:
            agent = next(iter(idle.values()))
            if self.s.deaf and self._dice.random() < self.s.deaf:
                self._go(agent, "away", at)
                self._note(at, Kind.AGENT_NO_ANSWER)
                self._at(at + DEAF_PAUSE, partial(self._back, agent, kind=Kind.RESUME))
            else:
                self._connect(waiting.pop(next(iter(waiting))), agent, at)

    def _connect(self, call: Call, agent: Agent, at: float) -> None:
        self._note(at, Kind.CONNECT, at - call.since)
        self._talks += 1
        self.day.verdicts.append((at, False))
        self._go(agent, "talk", at)
        length = SLIPPED_TALK * call.dice.uniform(0.7, 1.3) if call.machine else self.s.talk.draw(call.dice)
        self._at(at + length, partial(self._talk_over, agent))

    def _talk_over(self, agent: Agent, at: float) -> None:
        self._talks -= 1
        self._note(at, Kind.TALK_END, at - agent.since)
        dice = self._dice
        if self.s.leaves_every and dice.random() < 1 / self.s.leaves_every:
            self._leave(agent, at, Kind.LOGOUT, Kind.LOGIN)
        elif agent.break_due or (self.s.break_every and dice.random() < 1 / self.s.break_every):
            self._leave(agent, at, Kind.PAUSE, Kind.RESUME)
        else:
            length = self.s.wrap.draw(dice)
            if length <= 0:
                self._free(agent, at)
            else:
                self._go(agent, "wrap", at)
                self._at(at + length, partial(self._wrap_over, agent))

    def _mass_break(self, at: float) -> None:
        self._at(at + self.s.mass_break_every, self._mass_break)
        for agent in self.agents:
            if self._dice.random() < self.s.mass_break_share:
                if agent.state == "idle":
                    self._leave(agent, at, Kind.PAUSE, Kind.RESUME)
                else:
                    agent.break_due = agent.state != "away"

    def _leave(self, agent: Agent, at: float, away: Kind, back: Kind) -> None:
        agent.break_due = False
        self._go(agent, "away", at)
        self._note(at, away)
        self._at(at + self.s.break_lasts.draw(self._dice), partial(self._back, agent, kind=back))

    def _wrap_over(self, agent: Agent, at: float) -> None:
        self._note(at, Kind.WRAP_END, at - agent.since)
        if agent.break_due:
            self._leave(agent, at, Kind.PAUSE, Kind.RESUME)
        else:
            self._free(agent, at)

    def _back(self, agent: Agent, at: float, *, kind: Kind) -> None:
        self._note(at, kind)
        self._free(agent, at)

    def _free(self, agent: Agent, at: float) -> None:
        self._go(agent, "idle", at)
        self._match(at)

    def _go(self, agent: Agent, state: str, at: float) -> None:
        del self._present[agent.state][agent.number]
        self._present[state][agent.number] = agent
        agent.state, agent.since = state, at
