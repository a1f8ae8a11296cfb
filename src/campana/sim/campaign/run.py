"""One simulated run of a plan: the real engine over a simulated exchange, people and directory, in virtual time.

Nothing fails here: no crash, no lost event, no switch that is away. What that costs is the business of ``sim.shift``.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, replace
from datetime import date, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from campana.engine.config import AgentConfig
from campana.engine.inputs import (
    AgentConfigured,
    CampaignConfigured,
    HotlineConfigured,
    Input,
    OrganisationConfigured,
    ResultEntered,
    TimePassed,
    TrunkConfigured,
)
from campana.engine.outputs import (
    AgentMoved,
    AttemptEnded,
    AttemptMoved,
    AttemptOpened,
    CampaignMoved,
    Command,
    Fact,
    Originate,
    Output,
    ReleaseTasks,
    Request,
    ReserveTasks,
)
from campana.engine.words import (
    AttemptState,
    CampaignReason,
    CampaignState,
    Outcome,
    TaskState,
)
from campana.kernel.clock import Instant
from campana.kernel.ids import AttemptId, leg_attempt
from campana.kernel.phone import PhoneNumber, phone_number
from campana.sim.agenda import Agenda
from campana.sim.campaign.callees import PlannedCallees
from campana.sim.campaign.evidence import Seen
from campana.sim.campaign.people import People, endpoint
from campana.sim.campaign.plan import Cohort, Laws, Plan
from campana.sim.directory import Directory
from campana.sim.rows import ContactRow
from campana.sim.shift.process import Builder, build_engine
from campana.sim.world import World

READING: Final = 0.005
"""Seconds the database takes to answer."""
MOST_AT_ONE_INSTANT: Final = 5000


@dataclass(slots=True)
class Figures:
    """Counts, and sums in seconds. ``worked``: agents there for the campaign; the rest of it is waiting and ringing."""

    attempts: int = 0
    answered: int = 0
    connected: int = 0
    abandoned: int = 0
    worked: float = 0.0
    talked: float = 0.0
    wrapped: float = 0.0

    def __sub__(self, other: Figures) -> Figures:
        return Figures(*(getattr(self, f.name) - getattr(other, f.name) for f in fields(self)))

    @property
    def occupancy(self) -> float:
        """Talk and wrap-up over the time agents were there, 0 to 1."""
        return (self.talked + self.wrapped) / self.worked if self.worked else 0.0

    @property
    def abandonment(self) -> float:
        return self.abandoned / self.answered if self.answered else 0.0

    @property
    def talk_minutes_an_hour(self) -> float:
        """Minutes of talk in an hour of an agent."""
        return 60 * self.talked / self.worked if self.worked else 0.0


@dataclass(slots=True)
class Day:
    attempts: int = 0
    answered: int = 0
    connected: int = 0
    abandoned: int = 0
    finished: int = 0
    """Contacts whose last word was spoken."""


@dataclass(slots=True)
class Result:
    seed: int
    began: Instant | None = None
    """The first attempt."""
    finished_at: Instant | None = None
    """When the last contact was done; None when the simulation ended before."""
    figures: Figures = field(default_factory=Figures)
    days: dict[date, Day] = field(default_factory=dict)
    hours: dict[tuple[date, int], Day] = field(default_factory=dict)
    outcomes: Counter[str] = field(default_factory=Counter)
    tasks: Counter[str] = field(default_factory=Counter)
    stopped: str = ""
    """Why the simulation ended: ``finished``, ``until``, ``attempts``."""


Answering = Callable[[Laws, int, Callable[[], Instant]], PlannedCallees]


class Unbounded(list[Any]):
    """A journal that nobody reads again."""

    def append(self, entry: Any) -> None:
        pass


class CampaignRun:
    def __init__(
        self, plan: Plan, seed: int, *, build: Builder = build_engine, callees: Answering = PlannedCallees
    ) -> None:
        plan = plan.ready()
        self.plan, self.seed = plan, seed
        self.now = plan.start
        self.agenda = Agenda()
        self.result = Result(seed)
        self._campaign = plan.campaign
        self._zone = ZoneInfo(plan.zone)
        self._inbox: deque[Input] = deque()
        self._answered: set[AttemptId] = set()
        self._answered_at: dict[AttemptId, Instant] = {}
        self._directory = Directory()
        self._directory.journal = Unbounded()
        self._people = People(plan, seed, self.agenda, self._inbox.append)
        self._callees = callees(plan.laws, seed, lambda: self.now)
        self._world = World(callees=self._callees, trunks=plan.trunks, telephones=self._people, agenda=self.agenda)
        self._world.listener = self._inbox.append
        self._engine = build(plan.organisation, 1, plan.start)
        self._fill()

    def run(
        self,
        *,
        until: Instant | None = None,
        attempts: int | None = None,
        warm_up: Callable[[Result], bool] | None = None,
    ) -> Result:
        """Runs to the end of the campaign, of the plan's horizon, to ``until`` or to so many attempts.

        What passes before ``warm_up`` first says True is not in ``figures``. Called again it goes on from there.
        """
        self.result.stopped = ""
        end = min(until, self.plan.end) if until else self.plan.end
        if self.plan.campaign.end_at is not None and end >= self.plan.campaign.end_at:
            end += timedelta(hours=2)  # talks that began in time are not cut off
        start = Figures()
        stalled = 0
        while not self.result.stopped:
            due, wakes = self.agenda.next_at, self._engine.deadline()
            at = max(self.now, min(each for each in (due, wakes) if each is not None))
            if at > end:
                self.result.stopped = "until"
                break
            stalled = stalled + 1 if at == self.now else 0
            if stalled > MOST_AT_ONE_INSTANT:
                raise RuntimeError(f"the simulation does not move on at {at}")
            self.now = at
            if wakes is not None and wakes <= at:
                self._inbox.append(TimePassed())
            else:
                self.agenda.step()
            while self._inbox:
                self._handle(self._inbox.popleft())
            if warm_up is not None and warm_up(self.result):
                self._people.settle(self.now)
                start, warm_up = self._counted(), None
            if attempts is not None and self.result.figures.attempts >= attempts:
                self.result.stopped = self.result.stopped or "attempts"
        self._people.settle(self.now)
        self.result.figures = self._counted() - start
        self.result.tasks = Counter({str(state): n for state, n in self._directory.by_state().items() if n})
        return self.result

    def _counted(self) -> Figures:
        people = self._people
        return replace(self.result.figures, worked=people.worked, talked=people.talked, wrapped=people.wrapped)

    # --- before -----------------------------------------------------------------------------------

    def _fill(self) -> None:
        plan, directory = self.plan, self._directory
        directory.set_rules(plan.organisation.frequency_cap, {self._campaign.id: self._campaign.do_not_call_again})
        directory.take_lease(1, plan.start)
        for n, cohort in enumerate(_one_by_one(plan.cohorts), start=1):
            numbers = tuple((_number(n, k), cohort.time_zone) for k in range(cohort.numbers))
            for number, zone in numbers:
                self._callees.add(number, zone, cohort.rounds)
            directory.add_contact(ContactRow(n, numbers))
            directory.add_task(n, self._campaign.id, n, cohort.time_zone, None, cohort.due_at)
            row = directory.tasks[n]
            row.rounds, row.agreed = cohort.rounds, cohort.agreed
            row.not_before = None
        first: list[Input] = [OrganisationConfigured(plan.organisation)]
        first += [TrunkConfigured(trunk) for trunk in plan.trunks]
        first += [HotlineConfigured(hotline) for hotline in plan.hotlines]
        first += [CampaignConfigured(self._campaign)]
        first += [
            AgentConfigured(AgentConfig(each, f"agent {each}", endpoint(each), frozenset({self._campaign.id})))
            for each in self._people.ids()
        ]
        self._inbox.extend(first)
        self._world.report(plan.start)
        self._people.open(plan.start)

    # --- what can be seen of it -------------------------------------------------------------------

    def seen(self) -> Iterator[Seen]:
        """The attempts that are over, as the product's own tables would show them."""
        tries: Counter[int | None] = Counter()
        for row in self._directory.attempts.values():
            rounds = tries[row.task_id]
            tries[row.task_id] += 1
            if row.ended_at is None or row.task_id is None:
                continue
            zone = ZoneInfo(self._directory.tasks[row.task_id].time_zone)
            said, talked = row.said, row.connected_at is not None
            yield Seen(
                hour=row.began_at.astimezone(zone).hour,
                rounds=rounds,
                outcome=row.outcome or "",
                rang=((row.answered_at or row.ended_at) - row.began_at).total_seconds(),
                talked=(row.ended_at - row.connected_at).total_seconds() if row.connected_at else None,
                wrapped=(row.wrapped_up_at - row.ended_at).total_seconds() if talked and row.wrapped_up_at else None,
                result=said.result_class if said else None,
                calls_back_in=(said.callback_at - row.ended_at).total_seconds() if said and said.callback_at else None,
                day=row.began_at.astimezone(self._zone).toordinal(),
            )

    def left(self) -> tuple[Cohort, ...]:
        """The contacts that are not done, as a plan that begins now would name them."""
        kinds: Counter[Cohort] = Counter()
        for row in self._directory.tasks.values():
            if not row.state.final:
                numbers = len(self._directory.contacts[row.contact_id].numbers)
                kinds[Cohort(1, row.time_zone, row.rounds, row.next_at, row.agreed, numbers)] += 1
        return tuple(replace(kind, contacts=n) for kind, n in kinds.items())

    @property
    def worked(self) -> float:
        """Seconds in which people were there so far."""
        self._people.settle(self.now)
        return self._people.worked

    # --- meanwhile --------------------------------------------------------------------------------

    def _handle(self, given: Input) -> None:
        if isinstance(given, ResultEntered):
            self._directory.say(given, self.now)
        outputs = self._engine.handle(given, now=self.now)
        if not outputs:
            return
        facts: list[Fact] = []
        others: list[Output] = []
        for output in outputs:
            (others if isinstance(output, Command | Request) else facts).append(output)  # type: ignore[arg-type]
        refused = self._directory.apply(facts, fencing=1)
        self._inbox.extend(refused)
        void = {refusal.attempt_id for refusal in refused}
        for fact in facts:
            self._note(fact, void)
        for other in others:
            if isinstance(other, ReserveTasks):
                self.agenda.after(self.now, READING, self._answer, other)
            elif isinstance(other, ReleaseTasks):
                self._directory.release(other.task_ids, fencing=self._directory.fencing)
            elif not isinstance(other, Originate) or leg_attempt(other.leg) not in void:
                self._world.carry_out(other, self.now)  # type: ignore[arg-type]

    def _answer(self, request: ReserveTasks, now: Instant) -> None:
        self._inbox.append(self._directory.reserve(request, now))

    def _note(self, fact: Fact, void: set[AttemptId]) -> None:
        result, figures = self.result, self.result.figures
        if isinstance(fact, AgentMoved):
            self._people.hear(fact, self.now)
        elif isinstance(fact, AttemptOpened):
            if fact.attempt_id not in void:
                figures.attempts += 1
                result.began = result.began or fact.at
                self._each("attempts")
        elif isinstance(fact, AttemptMoved):
            if fact.state in (AttemptState.WAITING_AGENT, AttemptState.CONNECTED):
                if fact.attempt_id not in self._answered_at:
                    self._answered_at[fact.attempt_id] = fact.at
                    figures.answered += 1
                    self._each("answered")
                if fact.state is AttemptState.CONNECTED:
                    figures.connected += 1
                    self._each("connected")
        elif isinstance(fact, AttemptEnded):
            result.outcomes[fact.outcome] += 1
            answered_at = self._answered_at.pop(fact.attempt_id, None)
            if self._is_abandoned(fact, answered_at):
                figures.abandoned += 1
                self._each("abandoned")
        elif isinstance(fact, CampaignMoved):
            self._moved(fact)
        elif getattr(fact, "state", None) in _FINAL:
            self._each("finished")

    def _is_abandoned(self, fact: AttemptEnded, answered_at: Instant | None) -> bool:
        if fact.outcome is Outcome.ABANDONED:
            return True
        if fact.outcome is not Outcome.HUNG_UP_WAITING or answered_at is None:
            return False
        return fact.at - answered_at >= self._campaign.short_hang_up

    def _moved(self, fact: CampaignMoved) -> None:
        if fact.state is CampaignState.FINISHED:
            if fact.reason is CampaignReason.EXHAUSTED:
                self.result.finished_at = fact.at
            self.result.stopped = "finished"

    def _each(self, name: str) -> None:
        wall = self.now.astimezone(self._zone)
        day = self.result.days.setdefault(wall.date(), Day())
        hour = self.result.hours.setdefault((wall.date(), wall.hour), Day())
        for each in (day, hour):
            setattr(each, name, getattr(each, name) + 1)


_FINAL = frozenset(state for state in TaskState if state.final)


def _one_by_one(cohorts: tuple[Cohort, ...]) -> Iterator[Cohort]:
    """Every contact's cohort; those that have waited longest first, as the list is dialled."""
    for cohort in cohorts:
        for _ in range(cohort.contacts):
            yield cohort


def _number(contact: int, index: int) -> PhoneNumber:
    return phone_number(f"8491{contact:08}{index}")
