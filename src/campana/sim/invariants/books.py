"""What the inspector knows: books of its own, kept from the committed facts, and the way to say what is wrong."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias

from campana.engine.config import CampaignConfig, OrganisationConfig
from campana.engine.outputs import (
    AgentMoved,
    AttemptOpened,
)
from campana.engine.words import (
    AgentState,
    AttemptState,
    CampaignState,
    LocalTime,
    Outcome,
    RetryEvent,
)
from campana.kernel.clock import Instant
from campana.kernel.ids import AgentId, AttemptId, CampaignId
from campana.kernel.phone import PhoneNumber
from campana.sim.reference import NaiveTask
from campana.sim.report import Violation
from campana.sim.world import Watch

if TYPE_CHECKING:
    from campana.sim.shift import Shift


Settings: TypeAlias = tuple[Instant, OrganisationConfig, dict[CampaignId, CampaignConfig], int]
"""Since when; organisation, campaigns, calls outside campaigns."""
CALM = timedelta(seconds=150)
"""After a disturbance (crash, lost switch, changed settings) liveness is judged only when this is over."""
IDLE = timedelta(seconds=60)
LISTENING = timedelta(seconds=20)
"""Machine detection takes six seconds at most; events may come late."""
LOOK_EVERY = timedelta(seconds=20)
PACED = timedelta(seconds=10)
"""So long a trunk's calls are counted."""
DAY = timedelta(days=1)
MAY_CALL = frozenset({AgentState.NOT_READY, AgentState.READY, AgentState.AVAILABLE})
LOOKING = frozenset({AgentState.OFFERED, AgentState.PREVIEW})
EVENT_OF: dict[Outcome, RetryEvent] = {
    Outcome.NO_ANSWER: RetryEvent.NO_ANSWER,
    Outcome.BUSY: RetryEvent.BUSY,
    Outcome.REJECTED: RetryEvent.REJECTED,
    Outcome.UNAVAILABLE: RetryEvent.UNAVAILABLE,
    Outcome.MACHINE: RetryEvent.MACHINE,
}


@dataclass(slots=True)
class Live:
    opened: AttemptOpened
    state: AttemptState = AttemptState.DIALLING
    agent_id: AgentId | None = None
    answered_at: Instant | None = None
    offers: int = 0
    since: Instant | None = None
    """When it came into this state."""


class Books(Watch):
    ABANDONED = frozenset({Outcome.ABANDONED, Outcome.HUNG_UP_WAITING})

    def __init__(self, shift: Shift) -> None:
        self._shift = shift
        self._live: dict[AttemptId, Live] = {}
        self._suppressed: dict[PhoneNumber, Instant] = dict.fromkeys(shift.plan.suppressed, shift.plan.start)
        self._committed_at: dict[AttemptId, Instant] = {}
        self._counted: Counter[tuple[int, str]] = Counter()
        self._met: Counter[tuple[int, RetryEvent]] = Counter()
        self._agreed: Counter[int] = Counter()
        self._dialled: defaultdict[PhoneNumber, deque[Instant]] = defaultdict(deque)
        self._trunk_dials: defaultdict[str, deque[Instant]] = defaultdict(deque)
        self._refilled: deque[Instant] = deque(maxlen=8)
        self._agents: dict[AgentId, AgentMoved] = {}
        self._running: dict[CampaignId, CampaignState] = {}
        self._opened_at: dict[CampaignId, Instant] = {}
        self._idle: Counter[CampaignId] = Counter()
        self._answers: Counter[int] = Counter()
        self._refused_requests: set[int] = set()
        """By the database: the product answers them in the same transaction, here a crash may come between."""
        self._asked: set[AttemptId] = set()
        self._asked_again: set[AttemptId] = set()
        """Talks whose agents came back with another telephone: the old one's leg gives way."""
        self._models: dict[int, NaiveTask] = {}
        self._over: dict[int, AttemptId] = {}
        """Attempts that ended or were closed, whose tasks have not moved on yet."""
        self._added = shift.plan.start - CALM
        """When tasks came into a campaign last."""
        self._abandoned_at: dict[PhoneNumber, Instant] = {}
        self._refused_at: Counter[tuple[int, Instant]] = Counter()
        self._alone_since: dict[CampaignId, Instant] = {}
        """Since when nobody of a campaign has been in the Dialling status."""
        self._apart: set[AttemptId] = set()
        """Talks whose two sides did not hear each other at the last look."""
        self._left: dict[AgentId, Instant] = {}
        self._settings: deque[Settings] = deque(maxlen=8)
        self._calm_from = shift.plan.start
        self._seen: set[tuple[str, str]] = set()

    # --- saying so --------------------------------------------------------------------------------

    def violate(self, rule: str, detail: str) -> None:
        shift = self._shift
        shift.coverage[f"violation:{rule}"] += 1
        if len(shift.report.violations) < 100 and (rule, detail) not in self._seen:
            self._seen.add((rule, detail))
            found = Violation(rule, shift.now.isoformat(timespec="milliseconds"), detail)
            shift.report.violations.append(found)
            shift.note("**", found)

    def disturbed(self, now: Instant) -> None:
        self._calm_from = max(self._calm_from, now + CALM)

    def crashed(self, now: Instant) -> None:
        self.disturbed(now)
        self._agents.clear()

    def begins(self, now: Instant) -> None:
        """An engine that knows nothing of what was before but what it is told."""
        self._alone_since.clear()
        self.refilled(now)

    def refilled(self, now: Instant) -> None:
        """The paces of trunks begin anew: a second's worth of calls more may leave."""
        self._refilled.append(now)

    def changed(self) -> None:
        """Managers changed settings; what was decided just before is judged by either."""
        shift = self._shift
        self.disturbed(shift.now)
        self._settings.append((shift.now, shift.organisation, dict(shift.campaigns), shift.other_calls))

    def suppressed(self, number: PhoneNumber, now: Instant) -> None:
        self._suppressed.setdefault(number, now)

    def returned(self, task_ids: Collection[int]) -> None:
        """Tasks that begin from the beginning."""
        for key in [key for key in self._counted if key[0] in task_ids]:
            del self._counted[key]
        for task_id in task_ids:
            self._agreed[task_id] = 0

    def added(self) -> None:
        self._added = self._shift.now

    def asked_to_hang_up(self, attempt: AttemptId) -> None:
        self._asked.add(attempt)

    def asked_to_ring_again(self, attempt: AttemptId) -> None:
        self._asked_again.add(attempt)

    def came(self, campaigns: Collection[CampaignId]) -> None:
        """Somebody is in the Dialling status for these."""
        for campaign_id in campaigns:
            self._alone_since.pop(campaign_id, None)

    def left(self, agent: AgentId, now: Instant) -> None:
        self._left[agent] = now


def may_call(campaign: CampaignConfig, organisation: OrganisationConfig, zone: str, at: Instant) -> bool:
    if (campaign.start_at and at < campaign.start_at) or (campaign.end_at and at >= campaign.end_at):
        return False
    ours, theirs = campaign.schedule.is_open(at, organisation.time_zone), campaign.schedule.is_open(at, zone)
    match campaign.local_time:
        case LocalTime.OFF:
            return ours
        case LocalTime.BOTH:
            return ours and theirs
        case LocalTime.CALLEE:
            return theirs
