"""Callers who wait, and the agents to whom they are offered: one after the other, whoever has been idle longest.

The order of everything that wants a free agent (CAM-454, docs/decisions/0023): customers whom a campaign called and
who wait already, due personal call backs, callers who wait here, and then new calls of campaigns.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from campana.engine import floor
from campana.engine.agent import Agent, AgentEvent
from campana.engine.attempt import Ending
from campana.engine.inbound.call import INBOUND_TABLE, InboundCall, InboundEvent
from campana.engine.inbound.route import InboundRoute
from campana.engine.outputs import AttemptMoved, Bridge, HangUp, PlayHoldMusic, RingAgent, StartRecording
from campana.engine.routing import longest_idle
from campana.engine.silence import overdue
from campana.engine.state import State
from campana.engine.words import AgentState, AttemptState, Cause
from campana.kernel.ids import recording_name
from campana.kernel.phone import PhoneNumber

RETURN: Final = timedelta(seconds=20)
"""How long a caller hears music for an agent whose telephone was lost in the talk, before another is rung."""
AGAIN: Final = timedelta(seconds=2)
HEAD_START: Final = timedelta(seconds=2)
"""For so long an agent who became free belongs to his own due call backs, if there are any."""
REST: Final = timedelta(seconds=15)
"""Whoever let a caller pass is not asked about the same one again before."""
AWAY: Final = frozenset({Cause.UNAVAILABLE, Cause.NOT_FOUND, Cause.SWITCH_ERROR, Cause.LOST})


def route_of(s: State, call: InboundCall) -> InboundRoute | None:
    hotline = s.hotlines.get(call.hotline_id)
    return hotline.config.inbound if hotline is not None else None


def step(s: State, call: InboundCall, event: InboundEvent) -> bool:
    state = INBOUND_TABLE.next(call.state, event)
    if state is None:
        return False
    call.state = state
    s.emit(AttemptMoved(call.id, state, call.agent_id, call.offers, s.now))
    return True


# --- waiting ------------------------------------------------------------------------------------------


def wait(s: State, call: InboundCall) -> None:
    """Music from now on, for at most the route's longest wait."""
    route = route_of(s, call) or InboundRoute()
    s.timers.set("in_wait", call.id, (call.answered_at or s.now) + route.max_wait)
    s.emit(PlayHoldMusic(call.leg, route.music))
    _line_up(s, call)


def wait_on(s: State, call: InboundCall) -> None:
    """After the switch was away: music again, and the line where nobody is being rung."""
    route = route_of(s, call) or InboundRoute()
    if s.timers.armed("in_wait", call.id) is None:
        s.timers.set("in_wait", call.id, (call.answered_at or s.now) + route.max_wait)
    s.emit(PlayHoldMusic(call.leg, route.music))
    if call.agent_leg is None and s.timers.armed("in_return", call.id) is None:
        _line_up(s, call)


def serve(s: State) -> None:
    """Offer those who wait, in the order of their coming, as far as agents are free."""
    s.callers_may_be_served = False
    for attempt_id in list(s.callers):
        call = s.inbound.get(attempt_id)
        if call is not None and call.ending is None:
            _offer(s, call)


def wake(s: State) -> None:
    """Somebody became free, or may be asked again."""
    s.callers_may_be_served = True


def forget(s: State, call: InboundCall) -> None:
    if call.id in s.callers:
        s.callers.remove(call.id)


def stop_offers(s: State, call: InboundCall) -> None:
    """Nobody is rung for this caller any more."""
    forget(s, call)
    agent = s.agents.get(call.agent_id) if call.agent_id is not None else None
    if call.agent_leg is not None:
        s.emit(HangUp(call.agent_leg))
    _off_the_hook(s, call)
    let_go(s, call, agent)


def let_go(s: State, call: InboundCall, agent: Agent | None) -> None:
    if agent is not None and agent.attempt_id == call.id and agent.state is AgentState.RINGING:
        floor.release(s, agent)


# --- the agent's leg ----------------------------------------------------------------------------------


def agent_answered(s: State, call: InboundCall) -> bool:
    """Caller and agent are let together."""
    agent = s.agents.get(call.agent_id) if call.agent_id is not None else None
    if agent is None or call.agent_leg is None or agent.state is not AgentState.RINGING or call.ending is not None:
        return False
    call.connected_at = call.connected_at or s.now
    if not step(s, call, InboundEvent.CONNECT):
        return False
    agent.misses, call.lost_at = 0, None
    for kind in ("in_wait", "in_ring", "in_return", "in_again"):
        s.timers.set(kind, call.id, None)
    s.emit(Bridge(call.leg, call.agent_leg))
    route = route_of(s, call)
    if route is not None and route.recording:
        s.emit(StartRecording(call.leg, recording_name(call.id)))
    floor.move(s, agent, AgentEvent.CONNECT, attempt_id=call.id)
    return True


def agent_ended(s: State, call: InboundCall, cause: Cause) -> Ending | None:
    """The agent's leg is gone. ``Ending.AGENT`` when the agent hung up and the caller's leg is to end with it."""
    call.agent_leg = None
    s.timers.set("in_ring", call.id, None)
    agent = s.agents.get(call.agent_id) if call.agent_id is not None else None
    if call.state is AttemptState.CONNECTED:
        if cause in {Cause.HUNG_UP, Cause.WE_HUNG_UP}:
            return Ending.AGENT
        _telephone_lost(s, call, agent)
        return None
    if cause in AWAY and _may_return(s, call, agent):
        s.timers.set("in_return", call.id, s.now + AGAIN)
        return None
    _passed(s, call, agent, missed=cause in floor.MISSED)
    return None


def decline(s: State, call: InboundCall, agent: Agent) -> bool:
    """The agent does not want it: the telephone is quiet, the caller goes to the next (CRM-231)."""
    if (
        call.state is not AttemptState.WAITING_AGENT
        or call.agent_id != agent.id
        or agent.state is not AgentState.RINGING
    ):
        return False
    if call.agent_leg is not None:
        s.emit(HangUp(call.agent_leg))
    _passed(s, call, agent, missed=True)
    return True


def leave(s: State, call: InboundCall, agent: Agent) -> None:
    """The agent being rung went away."""
    if call.agent_leg is not None:
        s.emit(HangUp(call.agent_leg))
    _passed(s, call, agent, missed=False)


def rang_in_vain(s: State, call: InboundCall) -> None:
    """The switch never said how the agent's telephone fared: treat it as not answered."""
    if call.agent_leg is not None and call.state is AttemptState.WAITING_AGENT:
        s.emit(HangUp(call.agent_leg))
        agent_ended(s, call, Cause.RING_TIMEOUT)


def ring_again(s: State, call: InboundCall, agent: Agent) -> bool:
    """The telephone is back: its old leg, which may not even know that it is dead, gives way to a new one."""
    talking = call.state is AttemptState.CONNECTED and agent.state is AgentState.IN_CALL
    rung = call.state is AttemptState.WAITING_AGENT and agent.state is AgentState.RINGING
    if call.agent_id != agent.id or call.ending is not None or not (talking or rung):
        return False
    if call.agent_leg is not None:
        s.emit(HangUp(call.agent_leg))
        call.agent_leg = None
    if talking:
        _telephone_lost(s, call, agent)
    else:
        s.timers.set("in_return", call.id, None)
        _ring(s, call, agent)
    return True


def return_due(s: State, call: InboundCall) -> None:
    """Try the lost telephone once more."""
    agent = s.agents.get(call.agent_id) if call.agent_id is not None else None
    if agent is not None and agent.state is AgentState.RINGING and call.agent_leg is None and call.ending is None:
        _ring(s, call, agent)


# --- inside -------------------------------------------------------------------------------------------


def _line_up(s: State, call: InboundCall) -> None:
    if call.id not in s.callers:
        s.callers.append(call.id)
        s.callers.sort()  # ids grow with time: first come, first served, whoever was away in between
    wake(s)


def _offer(s: State, call: InboundCall) -> bool:
    route = route_of(s, call)
    if not s.switch_up or route is None:
        return False
    free = [agent for agent_id in route.agents if (agent := s.agents.get(agent_id)) and _free(s, agent)]
    free.sort(key=lambda agent: (agent.since or s.now, agent.id))
    lately = {agent_id for agent_id, at in call.passed_by.items() if s.now - at < REST}
    chosen = longest_idle.choose(agent.id for agent in free if agent.id not in lately)
    if chosen is None:
        held_back = any(_idle(agent) for agent_id in route.agents if (agent := s.agents.get(agent_id)))
        if held_back and s.timers.armed("in_again", call.id) is None:
            s.timers.set("in_again", call.id, s.now + HEAD_START)
        return False
    forget(s, call)
    _ring(s, call, s.agents[chosen])
    return True


def _idle(agent: Agent) -> bool:
    return agent.state is AgentState.AVAILABLE and not agent.removed


def _free(s: State, agent: Agent) -> bool:
    """Free for callers: with a telephone and nothing in hand. Due call backs of one's own have a head start."""
    if not _idle(agent):
        return False
    if agent.since is None or s.now - agent.since >= HEAD_START:
        return True
    mine = (s.campaigns.get(campaign_id) for campaign_id in agent.config.campaigns)
    return not any(each is not None and each.running and agent.id in each.personal for each in mine)


def _ring(s: State, call: InboundCall, agent: Agent) -> None:
    route = route_of(s, call) or InboundRoute()
    call.agent_id, call.agent_leg, call.agent_leg_at = agent.id, call.next_agent_leg(), s.now
    floor.move(s, agent, AgentEvent.RING, attempt_id=call.id, until=s.now + route.ring)
    s.emit(RingAgent(call.agent_leg, agent.config.endpoint, _shown(s, call), route.ring, call.leg))
    s.emit(AttemptMoved(call.id, call.state, agent.id, call.offers, s.now))
    s.timers.set("in_ring", call.id, overdue(s.now, route.ring))


def _shown(s: State, call: InboundCall) -> PhoneNumber:
    """What the agent's telephone shows; of a withheld number the one that was dialled."""
    return call.number or s.hotlines[call.hotline_id].config.number


def _passed(s: State, call: InboundCall, agent: Agent | None, *, missed: bool) -> None:
    """Nobody picked up there: the caller goes on waiting, and to the next agent."""
    _off_the_hook(s, call)
    if agent is not None:
        call.passed_by[agent.id] = s.now
        s.timers.set("in_again", call.id, s.now + REST)
        if missed:
            floor.missed(s, agent)
        floor.release(s, agent)
    if call.state is AttemptState.WAITING_AGENT and call.ending is None:
        s.emit(AttemptMoved(call.id, call.state, None, call.offers, s.now))
        _line_up(s, call)


def _off_the_hook(s: State, call: InboundCall) -> None:
    call.agent_leg = call.agent_id = call.lost_at = None
    s.timers.set("in_ring", call.id, None)
    s.timers.set("in_return", call.id, None)


def _may_return(s: State, call: InboundCall, agent: Agent | None) -> bool:
    if call.state is not AttemptState.WAITING_AGENT or call.ending is not None or call.lost_at is None:
        return False
    return agent is not None and agent.online and s.now < call.lost_at + RETURN


def _telephone_lost(s: State, call: InboundCall, agent: Agent | None) -> None:
    """The agent's telephone vanished in a talk without a hang-up: the caller waits, the agent is rung again."""
    step(s, call, InboundEvent.LOSE_AGENT)
    call.lost_at = s.now
    route = route_of(s, call) or InboundRoute()
    s.timers.set("in_wait", call.id, s.now + route.max_wait)
    s.emit(PlayHoldMusic(call.leg, route.music))
    if agent is not None and agent.online:
        _ring(s, call, agent)
    else:
        _passed(s, call, agent, missed=False)
