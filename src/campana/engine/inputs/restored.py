"""What was going on before this engine began."""

from __future__ import annotations

from dataclasses import dataclass

from campana.engine.config import TaskCard
from campana.engine.inputs.people import ResultEntered
from campana.engine.pacing.governor import Answer, Counted
from campana.engine.words import AttemptState, RefusalCode, Verdict
from campana.kernel.clock import Instant
from campana.kernel.ids import AgentId, AttemptId, ContactId, HotlineId, LegId, TrunkId
from campana.kernel.phone import PhoneNumber


@dataclass(frozen=True, slots=True)
class AttemptRestored:
    """After a restart: an attempt the journal left open. The switch has the last word on its legs."""

    attempt_id: AttemptId
    card: TaskCard
    state: AttemptState
    number_index: int
    hotline_id: HotlineId
    trunk_id: TrunkId
    agent_id: AgentId | None
    offers: int
    began_at: Instant
    answered_at: Instant | None = None
    connected_at: Instant | None = None
    result: ResultEntered | None = None
    """What the agent said while talking, as the web wrote it down."""
    number: PhoneNumber = PhoneNumber("")
    """What was dialled: the contact may have been deleted or changed since."""
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class WrapUpRestored:
    """After a restart: a conversation that ended but whose agent had not left wrap-up."""

    attempt_id: AttemptId
    card: TaskCard
    agent_id: AgentId
    number_index: int
    ended_at: Instant
    result: ResultEntered | None = None
    """What the agent said before the restart, as the web wrote it down."""
    until: Instant | None = None
    """When his countdown was to end, where that is known: he may have extended it."""


@dataclass(frozen=True, slots=True)
class CallRestored:
    """After a restart: a call by hand the journal left open, or (``ENDED``) one that was not closed after the talk."""

    attempt_id: AttemptId
    agent_id: AgentId
    number: PhoneNumber
    contact_id: ContactId | None
    hotline_id: HotlineId
    trunk_id: TrunkId
    state: AttemptState
    began_at: Instant
    connected_at: Instant | None = None
    result: ResultEntered | None = None
    offers: int = 1


@dataclass(frozen=True, slots=True)
class ArrivalRestored:
    """After a restart: a call that came in and the journal left open, or (``ENDED``) a talk that was not closed."""

    attempt_id: AttemptId
    leg: LegId
    number: PhoneNumber
    hotline_id: HotlineId
    trunk_id: TrunkId
    state: AttemptState
    agent_id: AgentId | None
    offers: int
    began_at: Instant
    answered_at: Instant | None = None
    connected_at: Instant | None = None
    refused: RefusalCode | None = None
    result: ResultEntered | None = None


@dataclass(frozen=True, slots=True)
class PacingHistory:
    """A predictive campaign's live answers before this engine met it, so that its budget goes on."""

    recent: tuple[Answer, ...] = ()
    """The last ones, oldest first."""
    counted: tuple[Counted, ...] = ()
    """All of the last 30 days."""
    machines: tuple[Instant, ...] = ()
    """When detection said machine, since the first of the recent ones."""
