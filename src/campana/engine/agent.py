"""One agent: what the person wishes, what the agent does, and the table between (appendix C.4).

Rules at a glance: a wish (presence, online, campaign screen) decides where an agent *rests*. Work takes an
agent out of AVAILABLE and ends in ``RELEASE`` (back to rest) or, after a conversation, in wrap-up. A wish that
changes during a conversation or wrap-up takes effect afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from campana.engine.config import AgentConfig
from campana.engine.table import Table
from campana.engine.words import AgentState, Presence
from campana.kernel.clock import Instant
from campana.kernel.ids import AgentId, AttemptId, CampaignId, TaskId


class AgentEvent(StrEnum):
    OFFER = "offer"
    SHOW = "show"
    RESERVE = "reserve"
    CALL = "call"
    """The agent asked to call somebody: the own telephone rings."""
    RING = "ring"
    CONNECT = "connect"
    WRAP_UP = "wrap_up"


_S, _E = AgentState, AgentEvent

RESTING = frozenset({_S.OFFLINE, _S.OFF, _S.NOT_READY, _S.READY, _S.AVAILABLE})

AGENT_TABLE: Table[AgentState, AgentEvent] = Table(
    {
        (_S.AVAILABLE, _E.OFFER): _S.OFFERED,
        (_S.AVAILABLE, _E.SHOW): _S.PREVIEW,
        (_S.AVAILABLE, _E.RESERVE): _S.RESERVED,
        (_S.AVAILABLE, _E.RING): _S.RINGING,
        (_S.AVAILABLE, _E.CALL): _S.RINGING,
        (_S.READY, _E.CALL): _S.RINGING,
        (_S.NOT_READY, _E.CALL): _S.RINGING,
        (_S.OFFERED, _E.SHOW): _S.PREVIEW,
        (_S.PREVIEW, _E.RESERVE): _S.RESERVED,
        (_S.RESERVED, _E.RING): _S.RINGING,
        (_S.RINGING, _E.CONNECT): _S.IN_CALL,
        (_S.RINGING, _E.RING): _S.RINGING,  # a telephone that was away is back
        (_S.IN_CALL, _E.RING): _S.RINGING,  # the telephone was lost in a talk and is rung again
        (_S.IN_CALL, _E.WRAP_UP): _S.WRAP_UP,
    }
)


def rest_state(presence: Presence, *, online: bool, dialling: bool) -> AgentState:
    """Where somebody with these wishes rests when there is no work."""
    if not online:
        return AgentState.OFFLINE
    if presence is Presence.OFF:
        return AgentState.OFF
    if presence is Presence.NOT_READY:
        return AgentState.NOT_READY
    return AgentState.AVAILABLE if dialling else AgentState.READY


@dataclass(slots=True)
class Agent:
    """The engine's record of one agent."""

    config: AgentConfig
    presence: Presence = Presence.NOT_READY
    online: bool = False
    dialling: bool = False
    state: AgentState = AgentState.OFFLINE
    since: Instant | None = None
    until: Instant | None = None
    campaign_id: CampaignId | None = None
    task_id: TaskId | None = None
    attempt_id: AttemptId | None = None
    misses: int = 0
    """Offers missed in a row."""
    extended: bool = False
    """Whether this wrap-up was extended already."""
    held: bool = False
    """The preview countdown was stopped by the agent."""
    removed: bool = False
    """Deleted in the configuration; leaves after the present call."""
    declined: set[TaskId] = field(default_factory=set)
    """Tasks this agent declined or let pass; not offered to the agent again while buffered."""

    @property
    def id(self) -> AgentId:
        return self.config.id

    @property
    def rest(self) -> AgentState:
        if self.removed:
            return AgentState.OFFLINE
        return rest_state(self.presence, online=self.online, dialling=self.dialling)

    @property
    def resting(self) -> bool:
        return self.state in RESTING

    @property
    def dials(self) -> bool:
        """In the Dialling status, busy or not (CAM-293)."""
        return self.rest is AgentState.AVAILABLE
