"""The record of one call by hand, and the table of its states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from campana.engine.attempt import UNANSWERED_OUTCOMES, Ending
from campana.engine.inputs import ResultEntered
from campana.engine.table import Table
from campana.engine.words import AttemptState, Cause, Outcome
from campana.kernel.clock import Instant
from campana.kernel.ids import AgentId, AttemptId, ContactId, HotlineId, LegId, TrunkId, agent_leg, customer_leg
from campana.kernel.phone import PhoneNumber

AGENT_RING: Final = timedelta(seconds=30)
"""How long the agent's own telephone rings."""
CALLEE_RING: Final = timedelta(seconds=60)


class HandEvent(StrEnum):
    DIAL = "dial"
    """The agent picked up and the number is dialled."""
    RING = "ring"
    ANSWER = "answer"
    LOSE_AGENT = "lose_agent"
    CONNECT = "connect"
    """The agent's telephone was away in the talk and is back."""
    END = "end"


_S, _E = AttemptState, HandEvent

HAND_TABLE: Table[AttemptState, HandEvent] = Table(
    {
        (_S.RINGING_AGENT, _E.DIAL): _S.DIALLING,
        (_S.RINGING_AGENT, _E.END): _S.ENDED,
        (_S.DIALLING, _E.RING): _S.RINGING,
        (_S.DIALLING, _E.ANSWER): _S.CONNECTED,
        (_S.DIALLING, _E.END): _S.ENDED,
        (_S.RINGING, _E.ANSWER): _S.CONNECTED,
        (_S.RINGING, _E.END): _S.ENDED,
        (_S.CONNECTED, _E.LOSE_AGENT): _S.WAITING_AGENT,
        (_S.CONNECTED, _E.END): _S.ENDED,
        (_S.WAITING_AGENT, _E.CONNECT): _S.CONNECTED,
        (_S.WAITING_AGENT, _E.END): _S.ENDED,
    }
)

_OF_THE_AGENTS_LEG: Final[Mapping[Cause, Outcome]] = {
    Cause.HUNG_UP: Outcome.CANCELLED,
    Cause.WE_HUNG_UP: Outcome.CANCELLED,
    Cause.LOST: Outcome.SYSTEM_ERROR,
    Cause.SWITCH_ERROR: Outcome.SYSTEM_ERROR,
}


@dataclass(slots=True)
class HandCall:
    id: AttemptId
    agent_id: AgentId
    number: PhoneNumber
    contact_id: ContactId | None
    hotline_id: HotlineId
    trunk_id: TrunkId
    began_at: Instant
    request_id: int | None = None
    time_zone: str = ""
    """The callee's, as the wish said it; empty is the organisation's."""
    state: AttemptState = AttemptState.RINGING_AGENT
    agent_leg: LegId | None = None
    agent_leg_at: Instant | None = None
    offers: int = 1
    """How often the agent's telephone was rung."""
    lost_at: Instant | None = None
    """Since when it is away in the middle of the talk."""
    picked_up: bool = False
    """The agent is on the line; the number is dialled as soon as the trunk's pace allows."""
    dialled_at: Instant | None = None
    connected_at: Instant | None = None
    ending: Ending | None = None
    restored: bool = False
    result: ResultEntered | None = None

    def __post_init__(self) -> None:
        if self.agent_leg is None and self.state is not AttemptState.ENDED:
            self.agent_leg = agent_leg(self.id, self.offers)

    def next_agent_leg(self) -> LegId:
        self.offers += 1
        return agent_leg(self.id, self.offers)

    @property
    def leg(self) -> LegId:
        return customer_leg(self.id)

    def outcome(self, cause: Cause) -> Outcome:
        """What the end of the leg on which all hangs means now: the agent's until the number is dialled, then the
        callee's."""
        if self.connected_at is not None:
            return Outcome.ANSWERED
        if self.ending is Ending.SILENT:
            return Outcome.SYSTEM_ERROR
        if self.ending is not None:
            return Outcome.CANCELLED
        if self.state is AttemptState.RINGING_AGENT:
            return _OF_THE_AGENTS_LEG.get(cause, Outcome.AGENT_NO_ANSWER)
        return UNANSWERED_OUTCOMES[cause]
