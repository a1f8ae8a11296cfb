"""What a shift is made of: engine, directory, world, people, and the mail between them."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from datetime import timedelta
from typing import Protocol

from campana.engine.config import CampaignConfig, OrganisationConfig
from campana.engine.engine import Engine
from campana.engine.inputs import CallRequested, Input, PresenceChanged
from campana.engine.outputs import (
    Output,
)
from campana.engine.words import CampaignState, ResultClass
from campana.kernel.clock import Instant
from campana.kernel.ids import AgentId, AttemptId, CampaignId, ResultId
from campana.sim.agenda import Agenda
from campana.sim.directory import Directory
from campana.sim.faults import CrashPhase, Line
from campana.sim.floor import Floor, Wish
from campana.sim.invariants import Inspector
from campana.sim.laws import stream
from campana.sim.meddling import Managers
from campana.sim.plan import ShiftPlan
from campana.sim.report import ShiftReport
from campana.sim.world import World

RESULTS = {kind: ResultId(n) for n, kind in enumerate(ResultClass, start=1)}
DRAIN = timedelta(minutes=30)
"""After the shift nobody starts anything; then everything must have come to rest."""


class Dialler(Protocol):
    """What a shift needs of an engine."""

    def handle(self, given: Input, /, *, now: Instant) -> list[Output]: ...

    def deadline(self) -> Instant | None: ...

    def knows(self, attempt_id: AttemptId) -> bool: ...


Builder = Callable[[OrganisationConfig, int, Instant], Dialler]
Trace = Callable[[Instant, str, object], None]


def build_engine(organisation: OrganisationConfig, fencing: int, now: Instant) -> Dialler:
    return Engine(organisation, fencing=fencing, now=now)


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
        self.engine: Dialler | None = None
        self._build = build
        self._trace = trace
        self._of = stream(plan.seed, 3)
        self._skew = timedelta(0)
        self._engine_now = plan.start
        self._inbox: deque[Input] = deque()
        self._mailbox: deque[Wish] = deque()
        self._read = 0
        """How many wishes of the mailbox the engine has seen but the journal not yet confirmed."""
        self._pending: list[Output] = []
        self._flush_planned = False
        self._database_away_until: Instant | None = None
        self._crash: CrashPhase | None = None
        self._generation = 0
        self._presence: dict[AgentId, PresenceChanged] = {}
        self._stalled = 0
        self.asked: dict[int, CallRequested] = {}
        """Calls by hand that agents asked for."""

    def tell(self, given: Input) -> None:
        """Something for the engine; lost when no engine runs."""
        if self.engine is not None:
            self._inbox.append(given)

    def asked_zone(self, request_id: int | None) -> str:
        asked = self.asked.get(request_id) if request_id is not None else None
        return asked.time_zone if asked is not None else ""

    def engine_time(self) -> Instant:
        return max(self._engine_now, self.now + self._skew)

    def is_finished(self, campaign_id: CampaignId) -> bool:
        return self.directory.campaigns.get(campaign_id, (None,))[0] is CampaignState.FINISHED
