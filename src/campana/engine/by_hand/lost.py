"""A telephone that is lost in the talk of a call by hand, by a page loaded anew for example.

The callee hears music, the agent is rung again for a while, and the talk goes on.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from campana.engine import floor
from campana.engine.agent import Agent, AgentEvent
from campana.engine.by_hand.call import AGENT_RING, HAND_TABLE, HandCall, HandEvent
from campana.engine.outputs import AttemptMoved, Bridge, PlayHoldMusic, RingAgent, StartRecording
from campana.engine.silence import overdue
from campana.engine.state import State
from campana.engine.words import AgentState, AttemptState, Cause
from campana.kernel.ids import recording_name

RETURN: Final = timedelta(seconds=20)
"""How long the callee hears music for the agent; then the call ends."""
AGAIN: Final = timedelta(seconds=2)
AWAY: Final = frozenset({Cause.UNAVAILABLE, Cause.NOT_FOUND, Cause.SWITCH_ERROR, Cause.LOST})


def step(s: State, call: HandCall, event: HandEvent) -> bool:
    state = HAND_TABLE.next(call.state, event)
    if state is None:
        return False
    call.state = state
    s.emit(AttemptMoved(call.id, state, call.agent_id, call.offers, s.now))
    return True


def together(s: State, call: HandCall) -> None:
    """The two hear each other, and are recorded where the organisation says so."""
    assert call.agent_leg is not None
    s.emit(Bridge(call.leg, call.agent_leg))
    if s.organisation.record_by_hand:
        s.emit(StartRecording(call.leg, recording_name(call.id)))


def may_return(s: State, call: HandCall, cause: Cause) -> bool:
    """Whether the agent's leg ended without a hang-up, in a talk, and the agent is still there."""
    agent = s.agents.get(call.agent_id)
    if agent is None or not agent.online or cause in {Cause.HUNG_UP, Cause.WE_HUNG_UP}:
        return False
    if call.state is AttemptState.CONNECTED:
        return agent.state is AgentState.IN_CALL
    if call.state is not AttemptState.WAITING_AGENT or call.lost_at is None:
        return False
    return cause in AWAY and s.now < call.lost_at + RETURN


def lose(s: State, call: HandCall) -> None:
    """The callee hears music; the telephone is rung at once, and then again and again."""
    if call.state is AttemptState.WAITING_AGENT:
        s.timers.set("hand_agent", call.id, None)
        s.timers.set("hand_return", call.id, s.now + AGAIN)
        return
    call.lost_at = s.now
    step(s, call, HandEvent.LOSE_AGENT)
    s.emit(PlayHoldMusic(call.leg))
    ring(s, call, s.agents[call.agent_id])


def ring(s: State, call: HandCall, agent: Agent) -> None:
    call.agent_leg, call.agent_leg_at = call.next_agent_leg(), s.now
    s.timers.set("hand_return", call.id, None)
    floor.move(s, agent, AgentEvent.RING, attempt_id=call.id, until=s.now + AGENT_RING)
    s.emit(RingAgent(call.agent_leg, agent.config.endpoint, call.number, AGENT_RING, call.leg))
    s.emit(AttemptMoved(call.id, call.state, call.agent_id, call.offers, s.now))
    s.timers.set("hand_agent", call.id, overdue(s.now, AGENT_RING))


def found(s: State, call: HandCall, agent: Agent | None) -> bool:
    """The agent picked up again."""
    if agent is None or agent.state is not AgentState.RINGING or call.agent_leg is None or call.ending is not None:
        return False
    step(s, call, HandEvent.CONNECT)
    call.lost_at = None
    s.timers.set("hand_agent", call.id, None)
    floor.move(s, agent, AgentEvent.CONNECT, attempt_id=call.id)
    together(s, call)
    return True
