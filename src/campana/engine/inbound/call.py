"""The record of one call that came in, and the table of its states.

| state | event | next |
|---|---|---|
| ringing: nobody has picked up yet | answer | waiting for an agent, with music or a message |
| waiting | connect | talking |
| talking | the agent's telephone is lost | waiting, for this agent first |
| any but ended | end | ended |
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from campana.engine.attempt import Ending
from campana.engine.inputs import ResultEntered
from campana.engine.table import Table
from campana.engine.words import AttemptState, Cause, Outcome, RefusalCode
from campana.kernel.clock import Instant
from campana.kernel.ids import AgentId, AttemptId, ContactId, HotlineId, LegId, TrunkId, agent_leg
from campana.kernel.phone import PhoneNumber


class InboundEvent(StrEnum):
    ANSWER = "answer"
    CONNECT = "connect"
    LOSE_AGENT = "lose_agent"
    END = "end"


_S, _E = AttemptState, InboundEvent

INBOUND_TABLE: Final[Table[AttemptState, InboundEvent]] = Table(
    {
        (_S.RINGING, _E.ANSWER): _S.WAITING_AGENT,
        (_S.RINGING, _E.END): _S.ENDED,
        (_S.WAITING_AGENT, _E.CONNECT): _S.CONNECTED,
        (_S.WAITING_AGENT, _E.END): _S.ENDED,
        (_S.CONNECTED, _E.LOSE_AGENT): _S.WAITING_AGENT,
        (_S.CONNECTED, _E.END): _S.ENDED,
    }
)


@dataclass(slots=True)
class InboundCall:
    id: AttemptId
    leg: LegId
    number: PhoneNumber
    """The caller's; empty where it is withheld."""
    hotline_id: HotlineId
    trunk_id: TrunkId
    began_at: Instant
    state: AttemptState = AttemptState.RINGING
    refused: RefusalCode | None = None
    """Why nobody takes it: it hears the message, or is hung up."""
    agent_id: AgentId | None = None
    """Being rung, or talking."""
    agent_leg: LegId | None = None
    agent_leg_at: Instant | None = None
    offers: int = 0
    answered_at: Instant | None = None
    connected_at: Instant | None = None
    lost_at: Instant | None = None
    """Since when the agent's telephone is away in the middle of the talk."""
    ending: Ending | None = None
    passed_by: dict[AgentId, Instant] = field(default_factory=dict)
    """Who let it pass, and when."""
    contact_id: ContactId | None = None
    """The journal finds the contact by the number; the engine does not need it."""
    result: ResultEntered | None = None

    def next_agent_leg(self) -> LegId:
        self.offers += 1
        return agent_leg(self.id, self.offers)

    def outcome(self, cause: Cause) -> Outcome:
        """What the end of the caller's leg means: talked to an agent, turned away, or gone in vain."""
        if self.state is AttemptState.CONNECTED:
            return Outcome.ANSWERED
        if self.ending is Ending.SILENT or cause in {Cause.LOST, Cause.SWITCH_ERROR}:
            return Outcome.SYSTEM_ERROR
        if self.refused is not None or self.ending is not None:
            return Outcome.MISSED
        return Outcome.LOST
