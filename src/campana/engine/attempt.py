"""One attempt: one dialling of one number (appendix C.3).

The customer's leg lives as long as the attempt. Offers to agents come and go beneath it: while the customer
waits, telephones are rung one after another, each with a leg of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from campana.engine.config import TaskCard
from campana.engine.inputs import ResultEntered
from campana.engine.table import Table
from campana.engine.words import AttemptState, Cause, Outcome, Verdict
from campana.kernel.clock import Instant
from campana.kernel.ids import AgentId, AttemptId, CampaignId, HotlineId, LegId, TrunkId, agent_leg, customer_leg
from campana.kernel.phone import PhoneNumber


class AttemptEvent(StrEnum):
    RING = "ring"
    DETECT = "detect"
    """Answered, and the switch listens who speaks."""
    ANSWER = "answer"
    PASS = "pass"
    """What was listened to may be a person."""
    CONNECT = "connect"
    LOSE_AGENT = "lose_agent"
    END = "end"


_S, _E = AttemptState, AttemptEvent

ATTEMPT_TABLE: Table[AttemptState, AttemptEvent] = Table(
    {
        (_S.DIALLING, _E.RING): _S.RINGING,
        (_S.DIALLING, _E.DETECT): _S.DETECTING,
        (_S.DIALLING, _E.ANSWER): _S.WAITING_AGENT,
        (_S.DIALLING, _E.END): _S.ENDED,
        (_S.RINGING, _E.DETECT): _S.DETECTING,
        (_S.RINGING, _E.ANSWER): _S.WAITING_AGENT,
        (_S.RINGING, _E.END): _S.ENDED,
        (_S.DETECTING, _E.PASS): _S.WAITING_AGENT,
        (_S.DETECTING, _E.END): _S.ENDED,
        (_S.WAITING_AGENT, _E.CONNECT): _S.CONNECTED,
        (_S.WAITING_AGENT, _E.END): _S.ENDED,
        (_S.CONNECTED, _E.LOSE_AGENT): _S.WAITING_AGENT,
        (_S.CONNECTED, _E.END): _S.ENDED,
    }
)

UNANSWERED = frozenset({_S.DIALLING, _S.RINGING})

UNANSWERED_OUTCOMES: Final[Mapping[Cause, Outcome]] = {
    Cause.HUNG_UP: Outcome.UNAVAILABLE,
    Cause.WE_HUNG_UP: Outcome.CANCELLED,
    Cause.BUSY: Outcome.BUSY,
    Cause.RING_TIMEOUT: Outcome.NO_ANSWER,
    Cause.REJECTED: Outcome.REJECTED,
    Cause.UNAVAILABLE: Outcome.UNAVAILABLE,
    Cause.NOT_FOUND: Outcome.INVALID_NUMBER,
    Cause.CONGESTION: Outcome.CONGESTION,
    Cause.TRUNK_DEAD: Outcome.HOTLINE_FAILURE,
    Cause.LOST: Outcome.SYSTEM_ERROR,
    Cause.SWITCH_ERROR: Outcome.SYSTEM_ERROR,
}

UNCOUNTED = frozenset({Outcome.HOTLINE_FAILURE, Outcome.CANCELLED, Outcome.SYSTEM_ERROR, Outcome.AGENT_NO_ANSWER})
"""Outcomes that take nothing from the attempts of a task (CAM-358)."""


class Ending(StrEnum):
    """Why we asked for the end of the customer's leg ourselves."""

    CANCEL = "cancel"
    """Stopped before the answer: pause at once, or the reserved agent went away."""
    MAX_WAIT = "max_wait"
    MACHINE = "machine"
    """No person answered."""
    AGENT = "agent"
    """The agent hung up."""
    SILENT = "silent"
    """The switch owed us news and did not deliver: its leg is ended to be sure."""


@dataclass(slots=True)
class Attempt:
    """The engine's record of one live attempt."""

    id: AttemptId
    campaign_id: CampaignId
    card: TaskCard
    number_index: int
    hotline_id: HotlineId
    trunk_id: TrunkId
    began_at: Instant
    state: AttemptState = AttemptState.DIALLING
    agent_id: AgentId | None = None
    """Reserved, being rung, or talking."""
    agent_leg: LegId | None = None
    agent_leg_at: Instant | None = None
    offers: int = 0
    answered_at: Instant | None = None
    verdict: Verdict | None = None
    connected_at: Instant | None = None
    lost_at: Instant | None = None
    """Since when the agent's telephone is away in the middle of the talk."""
    talked_to: AgentId | None = None
    """Whose telephone that was."""
    ending: Ending | None = None
    restored: bool = False
    """Taken over from the journal; the switch has not yet confirmed it."""
    number: PhoneNumber = PhoneNumber("")
    """What is dialled; the card of a restored attempt may not have it any more."""
    passed_by: set[AgentId] = field(default_factory=set)
    """Agents who did not answer this customer."""
    too_late: bool = False
    """No agent was there two seconds after the answer, and the pacer was told."""
    judged: bool = False
    """Whether it was abandoned has been counted."""

    @property
    def leg(self) -> LegId:
        return customer_leg(self.id)

    def next_agent_leg(self) -> LegId:
        self.offers += 1
        return agent_leg(self.id, self.offers)

    def outcome(self, cause: Cause) -> Outcome:
        """What the end of the customer's leg means in the present state."""
        if self.state in UNANSWERED:
            if self.ending is Ending.SILENT:
                return Outcome.SYSTEM_ERROR
            return UNANSWERED_OUTCOMES[cause]
        if self.ending is Ending.MACHINE:
            return Outcome.MACHINE
        if self.state in {AttemptState.DETECTING, AttemptState.WAITING_AGENT}:
            return Outcome.ABANDONED if self.ending is Ending.MAX_WAIT else Outcome.HUNG_UP_WAITING
        return Outcome.ANSWERED


@dataclass(slots=True)
class Conversation:
    """A talk that ended and whose agent is still in wrap-up."""

    attempt: Attempt
    result: ResultEntered | None = None
