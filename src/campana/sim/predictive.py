"""The acceptance of Predictive (CAM-484, 485, 489): one campaign, 20 lines, five agents, through the real engine."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from campana.engine.config import CampaignConfig, HotlineConfig, OrganisationConfig, RetryPlan, TrunkConfig
from campana.engine.outputs import AgentMoved, Fact, PaceDecided
from campana.engine.words import AgentState, CampaignState, DialMode
from campana.kernel.clock import Instant
from campana.kernel.ids import AgentId, AttemptId, CampaignId, HotlineId, OrganisationId, TrunkId
from campana.kernel.phone import phone_number
from campana.sim.callees import Fate
from campana.sim.campaign.plan import Cohort, Laws, Plan, Shift
from campana.sim.campaign.run import CampaignRun, Figures
from campana.sim.laws import Between, Memoryless

START: Final = datetime(2026, 3, 2, 6, tzinfo=UTC)
LINES: Final = 20
LAWS: Final = Laws(
    answer=0.3,
    misses={Fate.NO_ANSWER: 0.7, Fate.BUSY: 0.3},
    rings=Between(10.0, 20.0),
    patience=Memoryless(20.0, floor=2.0),
    talks=Memoryless(60.0),
    picks_up=Between(0.3, 1.0),
    present=1.0,
)
"""30 % answer, after 15 s of ringing, and talk for 60 s; agents answer in less than two seconds."""


@dataclass(slots=True)
class Seen:
    """What a run showed beside its figures."""

    figures: Figures = field(default_factory=Figures)
    most_lines: int = 0
    all_busy: list[int] = field(default_factory=list)
    """Unanswered calls at looks at which all agents had been busy for ten seconds."""

    @property
    def ringing_when_busy(self) -> float:
        return sum(self.all_busy) / max(1, len(self.all_busy))


class _Watched(CampaignRun):
    def __init__(self, plan: Plan, seed: int) -> None:
        super().__init__(plan, seed)
        self.shown = Seen()
        self._free: set[AgentId] = set()
        self._busy_since: Instant | None = None

    def _note(self, fact: Fact, void: set[AttemptId]) -> None:
        super()._note(fact, void)
        if isinstance(fact, AgentMoved):
            (self._free.add if fact.state is AgentState.AVAILABLE else self._free.discard)(fact.agent_id)
            self._busy_since = None if self._free else self._busy_since or fact.at
        elif isinstance(fact, PaceDecided):
            self.shown.most_lines = max(self.shown.most_lines, fact.lines)
            if self._busy_since is not None and fact.at - self._busy_since >= timedelta(seconds=10):
                self.shown.all_busy.append(fact.ringing)


def run(hours: float, *, agents: int = 5, seed: int = 7, warm_up: float = 1.0, **settings: Any) -> Seen:
    """``warm_up``: hours at the beginning that are not in the figures. ``settings``: of the campaign."""
    config = CampaignConfig(
        CampaignId(1),
        OrganisationId(1),
        DialMode.PREDICTIVE,
        CampaignState.DRAFT,
        retry=RetryPlan(max_attempts=1),
        wrap_up=timedelta(0),
    )
    plan = Plan(
        START,
        OrganisationConfig(OrganisationId(1), "UTC", licence_calls=LINES),
        replace(config, **settings),
        (TrunkConfig(TrunkId(1), "trunk", channels=LINES, calls_per_second=LINES),),
        (HotlineConfig(HotlineId(1), phone_number("84280000001"), TrunkId(1)),),
        (Shift(agents),),
        (Cohort(int(1500 * hours * agents / 5) + 100, "UTC"),),
        LAWS,
    )
    watched = _Watched(plan, seed)
    warm = START + timedelta(hours=warm_up)
    result = watched.run(until=START + timedelta(hours=hours), warm_up=lambda result: watched.now >= warm)
    watched.shown.figures = result.figures
    return watched.shown
