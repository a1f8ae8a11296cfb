"""What a shift is made of: engines, directory, world, people, and the mail between them."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator
from datetime import timedelta

from campana.engine.config import CampaignConfig
from campana.engine.inputs import CallRequested, Input, PresenceChanged
from campana.engine.words import CampaignState, ResultClass
from campana.kernel.clock import Instant
from campana.kernel.ids import AgentId, CampaignId, ResultId
from campana.sim.agenda import Agenda
from campana.sim.directory import Directory
from campana.sim.faults import CrashPhase, Fault, Line
from campana.sim.floor import Floor, Wish
from campana.sim.invariants import Inspector
from campana.sim.laws import stream
from campana.sim.meddling import Managers
from campana.sim.plan import ShiftPlan
from campana.sim.report import ShiftReport
from campana.sim.shift.process import Builder, Dialler, Process
from campana.sim.world import World

RESULTS = {kind: ResultId(n) for n, kind in enumerate(ResultClass, start=1)}
DRAIN = timedelta(minutes=30)
"""After the shift nobody starts anything; then everything must have come to rest."""

Trace = Callable[[Instant, str, object], None]


class Stuck(Exception):
    """The shift can not go on."""

    def __init__(self, report: ShiftReport) -> None:
        super().__init__(str(report.violations[-1]))
        self.report = report


class Parts:
    """State only; ``Shift`` joins the parts."""

    inspector: Inspector
    floor: Floor
    world: World
    managers: Managers
    _line: Line

    def __init__(
        self,
        plan: ShiftPlan,
        *,
        build: Builder,
        trace: Trace | None,
    ) -> None:
        self.plan = plan
        self.now = plan.start
        self.organisation = plan.organisation
        self.campaigns: dict[CampaignId, CampaignConfig] = {campaign.id: campaign for campaign in plan.campaigns}
        self.agents = {agent.id: agent for agent in plan.agents}
        self.other_calls = 0
        self.report = ShiftReport(plan.seed, plan.length.total_seconds() / 3600, len(plan.agents), len(plan.campaigns))
        self.coverage: Counter[str] = self.report.coverage
        self.agenda = Agenda()
        self.directory = Directory()
        self.process: Process | None = None
        self.rivals: list[Process] = []
        """Processes whose lease another one has taken, and who do not know it yet."""
        self._build = build
        self._trace = trace
        self._of = stream(plan.seed, 3)
        self._skew = timedelta(0)
        self._engine_now = plan.start
        self._mailbox: deque[Wish] = deque()
        self._database_away_until: Instant | None = None
        self._armed: deque[tuple[CrashPhase | Fault, int]] = deque()
        """What the coming batches meet, and how many of them pass before."""
        self._presence: dict[AgentId, PresenceChanged] = {}
        self._stalled = 0
        self.asked: dict[int, CallRequested] = {}
        """Calls by hand that agents asked for."""

    @property
    def engine(self) -> Dialler | None:
        return self.process.engine if self.process is not None else None

    def presence_of(self, agent_id: AgentId) -> PresenceChanged | None:
        return self._presence.get(agent_id)

    def _processes(self) -> Iterator[Process]:
        yield from self.rivals
        if self.process is not None:
            yield self.process

    def tell(self, given: Input) -> None:
        """Something for the engines; lost when none runs."""
        for process in self._processes():
            process.inbox.append(given)

    def note(self, kind: str, thing: object) -> None:
        if self._trace:
            self._trace(self.engine_time(), kind, thing)

    def asked_zone(self, request_id: int | None) -> str:
        asked = self.asked.get(request_id) if request_id is not None else None
        return asked.time_zone if asked is not None else ""

    def engine_time(self) -> Instant:
        return max(self._engine_now, self.now + self._skew)

    def is_finished(self, campaign_id: CampaignId) -> bool:
        return self.directory.campaigns.get(campaign_id, (None,))[0] is CampaignState.FINISHED
