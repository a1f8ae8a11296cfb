"""One campaign: its state machine (appendix C.1) and what decides its moves.

People ask (``wanted``), the world allows (hours, agents, tasks, hotlines), the table moves. ``next_event`` is the
whole of "when does a campaign run": one pure function of the record and what it sees around it.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from campana.engine.config import CampaignConfig, TaskCard
from campana.engine.table import Table
from campana.engine.words import (
    CampaignReason,
    CampaignState,
    Goal,
    RefusalCode,
    StartKind,
    Wanted,
)
from campana.kernel.clock import Instant
from campana.kernel.ids import AgentId, AttemptId, CampaignId, HotlineId

if TYPE_CHECKING:  # numpy is for the engine alone; pages read this file too
    from campana.engine.prediction.record import Prediction


class CampaignEvent(StrEnum):
    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    FINISH = "finish"
    END_TIME = "end_time"
    EXHAUST = "exhaust"
    CLOSE_HOURS = "close_hours"
    RUN_DRY = "run_dry"
    LOSE_AGENTS = "lose_agents"
    FAIL_HOTLINES = "fail_hotlines"
    CAUSE_ENDED = "cause_ended"


_S, _E, _R = CampaignState, CampaignEvent, CampaignReason

CAMPAIGN_TABLE: Table[CampaignState, CampaignEvent] = Table(
    {
        (_S.SCHEDULED, _E.START): _S.RUNNING,
        (_S.SCHEDULED, _E.PAUSE): _S.PAUSED,
        (_S.SCHEDULED, _E.FINISH): _S.FINISHED,
        (_S.SCHEDULED, _E.END_TIME): _S.FINISHED,
        (_S.RUNNING, _E.PAUSE): _S.PAUSED,
        (_S.RUNNING, _E.CLOSE_HOURS): _S.PAUSED,
        (_S.RUNNING, _E.RUN_DRY): _S.PAUSED,
        (_S.RUNNING, _E.LOSE_AGENTS): _S.PAUSED,
        (_S.RUNNING, _E.FAIL_HOTLINES): _S.PAUSED,
        (_S.RUNNING, _E.EXHAUST): _S.FINISHED,
        (_S.RUNNING, _E.FINISH): _S.FINISHED,
        (_S.RUNNING, _E.END_TIME): _S.FINISHED,
        (_S.PAUSED, _E.PAUSE): _S.PAUSED,
        (_S.PAUSED, _E.RESUME): _S.SCHEDULED,
        (_S.PAUSED, _E.CAUSE_ENDED): _S.RUNNING,
        (_S.PAUSED, _E.FINISH): _S.FINISHED,
        (_S.PAUSED, _E.END_TIME): _S.FINISHED,
    }
)

REASONS: dict[CampaignEvent, CampaignReason] = {
    _E.PAUSE: _R.BY_USER,
    _E.FINISH: _R.BY_USER,
    _E.END_TIME: _R.END_TIME,
    _E.EXHAUST: _R.EXHAUSTED,
    _E.CLOSE_HOURS: _R.OUTSIDE_HOURS,
    _E.RUN_DRY: _R.NO_CONTACTS,
    _E.LOSE_AGENTS: _R.NO_AGENT,
    _E.FAIL_HOTLINES: _R.HOTLINES_FAILING,
}

FAULTS = frozenset({_R.HOTLINES_FAILING, _R.NO_LICENCE, _R.CONFIGURATION})
"""Pauses that end only when a person says so (CAM-062)."""


@dataclass(slots=True)
class Buffered:
    card: TaskCard
    since: Instant


@dataclass(slots=True)
class Campaign:
    """The engine's record of one campaign."""

    config: CampaignConfig
    state: CampaignState
    reason: CampaignReason
    wanted: Wanted | None = None
    members: set[AgentId] = field(default_factory=set)
    free: dict[AgentId, None] = field(default_factory=dict)
    """Available members, longest idle first."""
    live: set[AttemptId] = field(default_factory=set)
    waiting: deque[AttemptId] = field(default_factory=deque)
    """Answered customers for whom no telephone rings yet, first come first."""
    wrapping: set[AttemptId] = field(default_factory=set)
    """Ended conversations whose agents are still in wrap-up."""
    previews: dict[AgentId, Buffered] = field(default_factory=dict)
    buffer: deque[Buffered] = field(default_factory=deque)
    request: int | None = None
    """Serial of the outstanding ``ReserveTasks``."""
    asked: int = 0
    came_back: bool = False
    """Since the outstanding request a task was placed anew or given back: what the answer says is left may be too
    little."""
    asked_for: frozenset[AgentId] = frozenset()
    """Who was free when the outstanding request was made."""
    dry: bool = False
    """The last answer brought fewer tasks than asked for; ask again only when something changed."""
    exhausted: bool = False
    """The last answer said that no open task remains beyond those the engine holds."""
    open_zones: frozenset[str] | None = frozenset()
    """Zones whose clocks allow calls now; None: the zone does not matter and it is open."""
    zones_until: Instant | None = None
    dialling: set[AgentId] = field(default_factory=set)
    """Members in the Dialling status, busy or not."""
    personal: frozenset[AgentId] = frozenset()
    """Members for whom due personal call backs wait in the database; their next free moment is worth a look."""
    due_previews: dict[AgentId, None] = field(default_factory=dict)
    """Agents whose preview is over and whose call waits for a line, first come first."""
    asleep: bool = False
    """Its reserved tasks went back because nobody became free; the next free agent wakes it."""
    leaving: bool = False
    """Removed while somebody talks: it dials nobody any more and is forgotten after its last call."""
    lonely_since: Instant | None = None
    """Since when no member has been in the Dialling status."""
    held: RefusalCode | None = None
    """What holds it back, as last journalled."""
    place: tuple[int, float] = (100, 0.0)
    """Sort key between campaigns: urgency, then who waited longest for its turn. Kept, as it is asked for so often."""
    hotline_uses: dict[HotlineId, int] = field(default_factory=dict)
    prediction: Prediction | None = None
    """Of a campaign in the mode Predictive."""

    @property
    def id(self) -> CampaignId:
        return self.config.id

    @property
    def running(self) -> bool:
        return self.state is CampaignState.RUNNING and not self.leaving

    @property
    def open_now(self) -> bool:
        return self.open_zones is None or bool(self.open_zones)

    @property
    def idle(self) -> bool:
        """Nothing of it is in anybody's hands."""
        return not (self.buffer or self.previews or self.live or self.wrapping or self.request)

    @property
    def urgency(self) -> int:
        """1 goes first; a campaign without priority comes after all numbered ones (CAM-453)."""
        return self.config.priority or 100

    def take_turn(self, now: Instant | None = None) -> None:
        """It dialled at ``now``, or (None) its urgency may have changed."""
        self.place = (self.urgency, self.place[1] if now is None else now.timestamp())


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a campaign sees around it when its next move is decided."""

    agent_dialling: bool
    hotline_works: bool


def next_event(campaign: Campaign, around: Surroundings, now: Instant) -> CampaignEvent | None:
    """The next move that is due, or None when the campaign stays where it is."""
    config, state = campaign.config, campaign.state
    if state in {CampaignState.FINISHED, CampaignState.ARCHIVED}:
        return None
    if campaign.wanted is Wanted.FINISH:
        return CampaignEvent.FINISH
    if config.end_at is not None and config.end_at <= now:
        return CampaignEvent.END_TIME
    if campaign.wanted is Wanted.PAUSE:
        by_user = state is CampaignState.PAUSED and campaign.reason is CampaignReason.BY_USER
        return None if by_user else CampaignEvent.PAUSE
    if state is CampaignState.SCHEDULED:
        return CampaignEvent.START if _may_start(campaign, around, now) else None
    if state is CampaignState.RUNNING:
        return _running_event(campaign, around, now)
    if campaign.reason is CampaignReason.BY_USER or campaign.reason in FAULTS:
        return CampaignEvent.RESUME if campaign.wanted is Wanted.RUN else None
    return CampaignEvent.CAUSE_ENDED if _cause_ended(campaign, around, now) else None


def _may_start(campaign: Campaign, around: Surroundings, now: Instant) -> bool:
    config = campaign.config
    return (
        (config.start_at is None or config.start_at <= now)
        and campaign.open_now
        and (config.start_kind is StartKind.AUTOMATIC or campaign.wanted is Wanted.RUN)
        and (around.agent_dialling or not config.only_with_agent)
    )


def _running_event(campaign: Campaign, around: Surroundings, now: Instant) -> CampaignEvent | None:
    config = campaign.config
    if campaign.exhausted and campaign.idle:
        return CampaignEvent.EXHAUST if config.goal is Goal.EXHAUST else CampaignEvent.RUN_DRY
    if not around.hotline_works:
        return CampaignEvent.FAIL_HOTLINES
    if not campaign.open_now:
        return CampaignEvent.CLOSE_HOURS
    lonely = campaign.lonely_since is not None and now - campaign.lonely_since >= config.no_agent_grace
    return CampaignEvent.LOSE_AGENTS if config.only_with_agent and lonely else None


def _cause_ended(campaign: Campaign, around: Surroundings, now: Instant) -> bool:
    """Whether an automatic pause has lost its cause; a second cause would only pause it again."""
    if not campaign.open_now or not around.hotline_works:
        return False
    if campaign.config.only_with_agent and not around.agent_dialling:
        return False
    if campaign.reason is CampaignReason.NO_CONTACTS:
        return not campaign.exhausted
    return True


BUFFER_LIFE = timedelta(seconds=30)
"""How long a reserved task may wait for an agent before it is given back and read anew."""
