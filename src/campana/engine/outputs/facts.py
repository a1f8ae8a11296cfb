"""Facts for the journal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from campana.engine.words import (
    AgentState,
    AttemptState,
    CampaignReason,
    CampaignState,
    Cause,
    DialMode,
    Outcome,
    PaceBound,
    PacingMethod,
    RefusalCode,
    RetryEvent,
    TaskState,
    Verdict,
)
from campana.kernel.clock import Instant
from campana.kernel.ids import AgentId, AttemptId, CampaignId, ContactId, HotlineId, LegId, ResultId, TaskId, TrunkId
from campana.kernel.phone import PhoneNumber


@dataclass(frozen=True, slots=True)
class Permit:
    """Why an attempt was allowed: the rules that were asked and what each saw."""

    checks: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a task was not dialled. ``until``: ask again then; ``final``: never in this campaign."""

    code: RefusalCode
    until: Instant | None = None
    final: bool = False
    detail: str = ""


@dataclass(frozen=True, slots=True)
class AttemptOpened:
    """``campaign_id`` and ``task_id`` are None for a call by hand; ``request_id`` is then what asked for it."""

    attempt_id: AttemptId
    campaign_id: CampaignId | None
    task_id: TaskId | None
    contact_id: ContactId | None
    number: PhoneNumber
    number_index: int
    hotline_id: HotlineId
    trunk_id: TrunkId
    agent_id: AgentId | None
    mode: DialMode
    permit: Permit
    at: Instant
    request_id: int | None = None
    arrived: LegId | None = None
    """Of a call that came in: its leg. Whose number it is, the database says; nobody is protected from his own call."""


@dataclass(frozen=True, slots=True)
class CallRefused:
    """A call by hand that may not be made, and why."""

    request_id: int
    agent_id: AgentId
    code: RefusalCode
    at: Instant


@dataclass(frozen=True, slots=True)
class AttemptMoved:
    """A later moment of a live attempt: ringing, answered (in detection or waiting for an agent), connected."""

    attempt_id: AttemptId
    state: AttemptState
    agent_id: AgentId | None
    offers: int
    at: Instant


@dataclass(frozen=True, slots=True)
class AttemptJudged:
    """What machine detection said (CAM-508)."""

    attempt_id: AttemptId
    verdict: Verdict
    confidence: float | None
    at: Instant


@dataclass(frozen=True, slots=True)
class AttemptEnded:
    attempt_id: AttemptId
    campaign_id: CampaignId | None
    task_id: TaskId | None
    outcome: Outcome
    cause: Cause | None
    sip_code: int | None
    counted: bool
    """Whether it counts against the attempts of the task (CAM-358)."""
    agent_id: AgentId | None
    at: Instant
    abandoned: bool = False
    """A person answered and no agent took the call, short hang-ups not counted (CAM-486)."""


@dataclass(frozen=True, slots=True)
class WrapUpEnded:
    """The agent left wrap-up: with a result, or with none (CAM-343)."""

    attempt_id: AttemptId
    agent_id: AgentId
    result_id: ResultId | None
    at: Instant


@dataclass(frozen=True, slots=True)
class AttemptRecorded:
    attempt_id: AttemptId
    name: str
    seconds: float
    at: Instant


@dataclass(frozen=True, slots=True)
class TaskMoved:
    """The new place of a task. Into a held state (in call, wrap-up) only the state moves; into any other the
    plan (next_at, agreed, preferred_agent, anyone_at, guaranteed) is replaced, and counters unless None."""

    task_id: TaskId
    campaign_id: CampaignId
    state: TaskState
    at: Instant
    next_at: Instant | None = None
    rounds: int | None = None
    number_index: int | None = None
    by_event: Mapping[RetryEvent, int] | None = None
    agreed: bool = False
    preferred_agent: AgentId | None = None
    anyone_at: Instant | None = None
    guaranteed: bool = False
    outcome: Outcome | None = None
    refusal: RefusalCode | None = None
    skipped_hotline: bool = False
    """Ranks after everything else of the campaign (CAM-412)."""


@dataclass(frozen=True, slots=True)
class TaskRefused:
    """A skip with its reason, kept for "why is nothing dialling?" and for the auditor."""

    task_id: TaskId
    campaign_id: CampaignId
    refusal: Refusal
    at: Instant


@dataclass(frozen=True, slots=True)
class ContactMarked:
    """The result "do not call": a dated mark on the contact and its number (CAM-646)."""

    contact_id: ContactId | None
    campaign_id: CampaignId | None
    agent_id: AgentId
    attempt_id: AttemptId
    at: Instant


@dataclass(frozen=True, slots=True)
class AgentMoved:
    """What an agent does now. ``until``: end of a countdown (preview, wrap-up, offer)."""

    agent_id: AgentId
    state: AgentState
    at: Instant
    campaign_id: CampaignId | None = None
    task_id: TaskId | None = None
    attempt_id: AttemptId | None = None
    until: Instant | None = None
    not_ready_after: bool = False
    """Not ready was asked for while talking; it comes with the end of the call."""


@dataclass(frozen=True, slots=True)
class AgentSetNotReady:
    """The engine withdrew readiness itself: too many missed offers (CAM-521)."""

    agent_id: AgentId
    at: Instant


@dataclass(frozen=True, slots=True)
class CampaignMoved:
    campaign_id: CampaignId
    state: CampaignState
    reason: CampaignReason
    at: Instant


@dataclass(frozen=True, slots=True)
class CampaignHeld:
    """Why the campaign starts no call right now though it runs; None when nothing holds it."""

    campaign_id: CampaignId
    code: RefusalCode | None
    at: Instant


@dataclass(frozen=True, slots=True)
class PaceDecided:
    """Why Predictive starts as many calls as it does: the slip of one decision. Said when its reason changes, else
    every few seconds while it changes at all."""

    campaign_id: CampaignId
    method: PacingMethod
    at: Instant
    bound: PaceBound
    """What kept the next call from leaving."""
    allowed: int
    """Calls that might start."""
    team: int
    """Agents at work counted for this campaign; ``free`` of them have nobody to talk to."""
    free: int
    ringing: int
    waiting: int
    lines: int
    """Lines its calls occupy, and how many more (``room``) they may."""
    room: int
    free_soon: float
    """Agents expected free, and live answers expected, by the time a call that leaves now is likely to be answered."""
    answers_soon: float
    risk: float
    """The chance that one more answer finds nobody, and the chance that is taken."""
    accepted: float
    limit: float | None
    answers: int
    """Live answers in the window of the law, and what was lost of them."""
    lost: int
    recent_answers: int
    """The same of the last 200."""
    recent_lost: int
    detecting: int = 0
    """Picked up, and the switch listens who speaks."""
    silent: float = 0.0
    """People taken for machines, as estimated, in the window of the law and among the last 200: lost as well."""
    recent_silent: float = 0.0


@dataclass(frozen=True, slots=True)
class HotlineRested:
    """Quarantine after failures in a row, or its end with ``until`` None (CAM-413)."""

    hotline_id: HotlineId
    until: Instant | None
    at: Instant


@dataclass(frozen=True, slots=True)
class InputRefused:
    """An input that did not fit the state. Journalled; life goes on."""

    input: str
    code: str
    at: Instant


Fact: TypeAlias = (
    AttemptOpened
    | CallRefused
    | AttemptMoved
    | AttemptJudged
    | AttemptEnded
    | WrapUpEnded
    | AttemptRecorded
    | TaskMoved
    | TaskRefused
    | ContactMarked
    | AgentMoved
    | AgentSetNotReady
    | CampaignMoved
    | CampaignHeld
    | PaceDecided
    | HotlineRested
    | InputRefused
)
