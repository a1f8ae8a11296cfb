"""The rows of the in-memory directory: what the product keeps in its tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from campana.engine.inputs import ResultEntered
from campana.engine.words import AttemptState, Outcome, RefusalCode, RetryEvent, TaskState, Verdict
from campana.kernel.clock import Instant
from campana.kernel.ids import AgentId, AttemptId, CampaignId, HotlineId, LegId, ResultId, TrunkId
from campana.kernel.phone import PhoneNumber


@dataclass(slots=True)
class ContactRow:
    id: int
    numbers: tuple[tuple[PhoneNumber, str], ...]
    """Number and time zone, in dialling order."""
    marked_at: Instant | None = None
    deleted_at: Instant | None = None


@dataclass(slots=True)
class TaskRow:
    id: int
    campaign_id: CampaignId
    contact_id: int
    time_zone: str
    position: int
    state: TaskState = TaskState.WAITING
    rank: int = 0
    priority: int | None = None
    next_at: Instant | None = None
    not_before: Instant | None = None
    not_after: Instant | None = None
    rounds: int = 0
    number_index: int = 0
    by_event: Mapping[RetryEvent, int] = field(default_factory=dict)
    agreed: bool = False
    guaranteed: bool = False
    preferred_agent: AgentId | None = None
    anyone_at: Instant | None = None
    reserved_by: int | None = None
    attempts: int = 0
    last_attempt: AttemptId | None = None
    last_outcome: Outcome | None = None
    last_hotline: HotlineId | None = None
    refusal: RefusalCode | None = None
    skipped: bool = False
    moved_at: Instant | None = None
    stamp: int = 0
    """Grows with every placing in a queue; older queue entries are void."""


@dataclass(slots=True)
class AttemptRow:
    id: AttemptId
    campaign_id: CampaignId | None
    """None, and no task either: an agent called by hand."""
    task_id: int | None
    contact_id: int | None
    number: PhoneNumber
    number_index: int
    hotline_id: HotlineId
    trunk_id: TrunkId
    agent_id: AgentId | None
    state: AttemptState
    began_at: Instant
    offers: int = 0
    answered_at: Instant | None = None
    connected_at: Instant | None = None
    ended_at: Instant | None = None
    wrapped_up_at: Instant | None = None
    verdict: Verdict | None = None
    verdict_at: Instant | None = None
    outcome: Outcome | None = None
    counted: bool = False
    abandoned: bool = False
    result_id: ResultId | None = None
    said: ResultEntered | None = None
    """What the agent said, written down by the web at once."""
    said_at: Instant | None = None
    arrived: LegId | None = None
    """Of a call that came in: the caller's leg, as the switch named it."""
    refused: RefusalCode | None = None
    """Why nobody was to take it."""
