"""After the talk of a call by hand, or of one that came in: the agent writes, and closes the call (CRM-236).

There is no countdown. It ends when the agent says so, or has gone away or off: what is missing then is shown among
the results still to be entered.
"""

from __future__ import annotations

from typing import TypeAlias

from campana.engine import floor
from campana.engine.agent import Agent, AgentEvent
from campana.engine.by_hand.call import HandCall
from campana.engine.inbound.call import InboundCall
from campana.engine.inputs import ResultEntered
from campana.engine.outputs import ContactMarked, WrapUpEnded
from campana.engine.state import State
from campana.engine.words import AgentState, Presence, ResultClass

Talk: TypeAlias = HandCall | InboundCall


def begin(s: State, call: Talk, agent: Agent | None) -> None:
    s.unclosed[call.id] = call
    if agent is None or agent.state is not AgentState.IN_CALL or not may_stay(agent):
        _finish(s, call)
        return
    floor.move(s, agent, AgentEvent.WRAP_UP, attempt_id=call.id)


def resume(s: State, call: Talk, agent: Agent | None) -> None:
    """After a restart. Whether the agent is there is not known yet."""
    s.unclosed[call.id] = call
    if agent is None or agent.attempt_id is not None:
        _finish(s, call)
        return
    agent.state = AgentState.IN_CALL
    floor.move(s, agent, AgentEvent.WRAP_UP, attempt_id=call.id)


def keep_result(s: State, given: ResultEntered) -> bool:
    """Keep what the agent said of a talk that goes on or is not closed; False when it is neither."""
    attempt_id = given.attempt_id
    call = s.by_hand.get(attempt_id) or s.inbound.get(attempt_id) or s.unclosed.get(attempt_id)
    if call is None or call.connected_at is None or call.agent_id != given.agent_id:
        return False
    call.result = given
    return True


def close(s: State, agent: Agent) -> bool:
    """The agent has done writing; False when there is nothing to close."""
    call = s.unclosed.get(agent.attempt_id) if agent.attempt_id is not None else None
    if call is None or agent.state is not AgentState.WRAP_UP:
        return False
    _finish(s, call)
    return True


def may_stay(agent: Agent) -> bool:
    """Whether somebody is there who will close the call."""
    return agent.online and agent.presence is not Presence.OFF and not agent.removed


def _finish(s: State, call: Talk) -> None:
    del s.unclosed[call.id]
    said = call.result
    assert call.agent_id is not None, "somebody talked"
    s.emit(WrapUpEnded(call.id, call.agent_id, said.result_id if said else None, s.now))
    if said is not None and said.result_class is ResultClass.DO_NOT_CALL:
        s.emit(ContactMarked(call.contact_id, None, call.agent_id, call.id, s.now))
    agent = s.agents.get(call.agent_id)
    if agent is not None and agent.attempt_id == call.id:
        floor.release(s, agent)
