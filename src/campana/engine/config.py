"""Configuration as the engine sees it: frozen snapshots that enter as inputs, never models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from campana.engine.inbound.route import InboundRoute
from campana.engine.words import (
    BudgetWindow,
    CallerIdPolicy,
    CampaignReason,
    CampaignState,
    DialMode,
    Goal,
    Governed,
    LocalTime,
    PaceStart,
    PacingMethod,
    PreviewStart,
    RetryEvent,
    StartKind,
    Wanted,
)
from campana.kernel.clock import Instant
from campana.kernel.ids import AgentId, CampaignId, ContactId, HotlineId, OrganisationId, TaskId, TrunkId
from campana.kernel.phone import PhoneNumber
from campana.kernel.windows import Schedule


@dataclass(frozen=True, slots=True)
class OrganisationConfig:
    id: OrganisationId
    time_zone: str
    licence_calls: int = 100
    """Most customer calls at one moment over everything: campaigns, manual and inbound (CAM-467)."""
    reserved_calls: int = 0
    """Kept free of campaigns for inbound and manual calls (CAM-468)."""
    frequency_cap: int = 0
    """Most attempts to one number in 24 hours over all campaigns; 0 is off (CAM-235)."""
    blocked_prefixes: tuple[str, ...] = ()
    """International digits that must never be dialled: premium and blocked destinations (CAM-236)."""
    emergency_stop: bool = False
    calling_hours: Schedule = Schedule()
    """When people may call by hand, on the callee's clock: where the law sets hours for every call."""
    record_by_hand: bool = False
    """Talks of calls that agents make themselves are recorded."""
    missed_offers: int = 3
    """Offers missed in a row after which an agent is set Not ready (CAM-521)."""

    def lets_call_by_hand(self, at: Instant, time_zone: str) -> bool:
        """``time_zone``: the callee's; empty is our own."""
        return self.calling_hours.is_open(at, time_zone or self.time_zone)


@dataclass(frozen=True, slots=True)
class TrunkConfig:
    id: TrunkId
    endpoint: str
    """What the switch calls it, for example a PJSIP endpoint name."""
    channels: int = 30
    calls_per_second: float = 10.0
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class HotlineConfig:
    id: HotlineId
    number: PhoneNumber
    trunk_id: TrunkId
    enabled: bool = True
    resting_until: Instant | None = None
    inbound: InboundRoute | None = None
    """Who answers this number; None: nobody, callers are turned away."""


@dataclass(frozen=True, slots=True)
class AgentConfig:
    id: AgentId
    name: str
    endpoint: str
    """Where the agent's telephone is, in the switch's words: ``PJSIP/1001``."""
    campaigns: frozenset[CampaignId] = frozenset()
    hotline: HotlineId | None = None
    """The number shown when this agent calls by hand; None: the first that works."""


@dataclass(frozen=True, slots=True)
class Retry:
    """After one kind of event: how many attempts in all may meet it, and the wait before the next."""

    attempts: int
    wait: timedelta


@dataclass(frozen=True, slots=True)
class RetryPlan:
    """CAM-357: per-event counts and waits, under an absolute number of rounds per task."""

    max_attempts: int = 3
    gap: timedelta = timedelta(minutes=30)
    events: Mapping[RetryEvent, Retry] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CampaignConfig:
    id: CampaignId
    organisation_id: OrganisationId
    mode: DialMode
    state: CampaignState
    """As last journalled; read by the engine only when it meets the campaign first."""
    reason: CampaignReason = CampaignReason.NONE
    wanted: Wanted | None = None
    """The latest request of a person; None when nobody asked."""
    version: int = 1
    reopened: int = 0
    """Grows when people take the campaign from Finished or Paused back to Scheduled (CAM-726)."""

    start_at: Instant | None = None
    end_at: Instant | None = None
    start_kind: StartKind = StartKind.AUTOMATIC
    goal: Goal = Goal.EXHAUST
    only_with_agent: bool = True
    """CAM-042: Running only while an agent of the campaign is available."""
    no_agent_grace: timedelta = timedelta(minutes=5)
    priority: int | None = None
    """1 first; None ranks after all numbered (CAM-453)."""
    max_calls: int | None = None

    schedule: Schedule = Schedule()
    """Working-hours profile, hour grid and holidays, already intersected (CAM-429)."""
    local_time: LocalTime = LocalTime.OFF
    zones: frozenset[str] = frozenset()
    """Time zones in which the campaign has tasks."""

    hotlines: tuple[HotlineId, ...] = ()
    caller_id: CallerIdPolicy = CallerIdPolicy.SINGLE
    answer_wait: timedelta = timedelta(seconds=30)
    retry: RetryPlan = RetryPlan()
    do_not_call_again: timedelta = timedelta(days=30)

    coefficient: float = 1.0
    """Simultaneous unanswered attempts per free agent (CAM-481); 1.0 reserves the agent first."""
    pacing: PacingMethod = PacingMethod.ADAPTIVE
    """Of the mode Predictive (CAM-124)."""
    pickup_rate: int = 50
    """Per cent of calls expected to be answered (CAM-480)."""
    pace_start: PaceStart = PaceStart.CAREFUL
    max_abandon: float | None = 0.03
    """The share of live answers that may be abandoned; None is no limit, 0 never dials ahead (CAM-483, 486)."""
    governed: Governed = Governed.ABANDONED
    detect: bool = False
    """Calls answered by a machine are hung up, no agent rings (CAM-505)."""
    detection: timedelta = timedelta(seconds=3.5)
    """The longest time from the answer to a verdict (CAM-508)."""
    false_machines: float = 0.03
    """The share of calls taken for machines that were people, as estimated: silent calls, which spend the budget."""
    budget_window: BudgetWindow = BudgetWindow.DAYS_30
    agent_ring: timedelta = timedelta(seconds=30)
    max_wait: timedelta = timedelta(seconds=60)
    short_hang_up: timedelta = timedelta(seconds=2)
    """A customer who hangs up sooner while waiting is not counted as abandoned (CAM-486)."""
    wrap_up: timedelta = timedelta(seconds=15)
    result_required: bool = True
    ready_early: bool = True
    extend_once: bool = True
    recording: bool = False
    music: str = ""
    """What a customer hears who waits for an agent; blank is the switch's own (CAM-515)."""
    abandoned_message: str = ""
    """What a customer hears for whom no agent came, before the call ends; blank: it just ends (CAM-490)."""

    preview_time: timedelta = timedelta(seconds=30)
    preview_start: PreviewStart = PreviewStart.ACCEPTED
    accept_timeout: timedelta = timedelta(seconds=30)
    may_skip: bool = True
    may_hold: bool = True


@dataclass(frozen=True, slots=True)
class Dialable:
    """One number of a contact as it stood when the task was reserved."""

    number: PhoneNumber
    time_zone: str
    suppressed: bool = False
    attempts_last_day: int = 0
    in_call: bool = False
    abandoned_at: Instant | None = None
    """When somebody last answered it and got no agent, in whatever campaign (CAM-490)."""


@dataclass(frozen=True, slots=True)
class TaskCard:
    """Everything the rules need to decide about one task. Read from the database when reserved."""

    id: TaskId
    campaign_id: CampaignId
    contact_id: ContactId
    numbers: tuple[Dialable, ...]
    """In dialling order, at most five (CAM-223)."""
    number_index: int = 0
    """Which number is next within the present round."""
    time_zone: str = "UTC"
    priority: int | None = None
    rounds: int = 0
    """Counted attempts that closed a round; ``RetryPlan.max_attempts`` limits them."""
    by_event: Mapping[RetryEvent, int] = field(default_factory=dict)
    agreed: bool = False
    """An agreed call back: made even when the attempts are used up (CAM-344)."""
    preferred_agent: AgentId | None = None
    anyone_at: Instant | None = None
    """From when on anybody of the campaign may take a personal call back."""
    guaranteed: bool = False
    """Abandoned before: dial only with an agent reserved (CAM-359)."""
    not_before: Instant | None = None
    not_after: Instant | None = None
    marked_at: Instant | None = None
    """The youngest "do not call again" mark on the contact (CAM-646)."""
    last_hotline: HotlineId | None = None
