"""The two legs of a call by hand: the agent's first, then the callee's."""

from __future__ import annotations

from campana.engine import calls, floor
from campana.engine.agent import Agent, AgentEvent
from campana.engine.attempt import UNCOUNTED, Ending
from campana.engine.by_hand import after, lost
from campana.engine.by_hand.call import CALLEE_RING, HAND_TABLE, HandCall, HandEvent
from campana.engine.by_hand.end import drop
from campana.engine.outputs import AttemptEnded, HangUp, Originate, PlayRinging
from campana.engine.silence import overdue
from campana.engine.state import State
from campana.engine.words import AgentState, AttemptState, Cause


def agent_answered(s: State, call: HandCall) -> bool:
    """The agent is on the line: now the number is dialled, or the talk goes on."""
    agent = s.agents.get(call.agent_id)
    if call.state is AttemptState.WAITING_AGENT:
        return lost.found(s, call, agent)
    if call.state is not AttemptState.RINGING_AGENT or call.picked_up or call.agent_leg is None:
        return False
    if agent is None or agent.state is not AgentState.RINGING or call.ending is not None:
        return False
    call.picked_up = True
    s.timers.set("hand_agent", call.id, None)
    floor.move(s, agent, AgentEvent.CONNECT, attempt_id=call.id)
    s.emit(PlayRinging(call.agent_leg))
    dial(s, call)
    return True


def dial(s: State, call: HandCall) -> None:
    """Dial the number, or wait for the trunk's pace. What was stopped meanwhile is not dialled any more."""
    hotline, trunk = s.hotlines.get(call.hotline_id), s.trunks.get(call.trunk_id)
    if call.state is not AttemptState.RINGING_AGENT or not call.picked_up or call.ending is not None:
        return
    tenant = s.organisation
    closed = not tenant.lets_call_by_hand(s.now, call.time_zone)
    if tenant.emergency_stop or closed or hotline is None or trunk is None:
        hang_up(s, call)
        return
    paced_until = trunk.paced_until(s.now)
    if paced_until is not None:
        s.timers.set("hand_pace", call.id, paced_until)
        return
    trunk.spend(s.now)
    call.dialled_at = s.now
    _step(s, call, HandEvent.DIAL)
    s.emit(Originate(call.leg, trunk.config.endpoint, call.number, hotline.config.number, CALLEE_RING))
    s.timers.set("hand_ring", call.id, overdue(s.now, CALLEE_RING))


def ringing(s: State, call: HandCall) -> bool:
    return _step(s, call, HandEvent.RING)


def answered(s: State, call: HandCall) -> bool:
    """The callee picked up: the two are let together."""
    if call.ending is not None:
        return call.state in {AttemptState.DIALLING, AttemptState.RINGING}  # the hang-up is on its way
    if not _step(s, call, HandEvent.ANSWER):
        return False
    call.connected_at = s.now
    s.timers.set("hand_ring", call.id, None)
    hotline = s.hotlines.get(call.hotline_id)
    if hotline is not None:
        hotline.succeed()
    if call.agent_leg is not None:
        lost.together(s, call)
    return True


def ended(s: State, call: HandCall, cause: Cause, sip_code: int | None = None) -> None:
    """The callee's leg is gone, whatever the reason."""
    if call.state is not AttemptState.RINGING_AGENT:  # a leg that was never dialled can say nothing
        _finish(s, call, cause, sip_code)


def agent_ended(s: State, call: HandCall, cause: Cause) -> None:
    """The agent's leg is gone: the call is over before it was dialled, or the callee's leg ends with it."""
    call.agent_leg = None
    if call.state is AttemptState.RINGING_AGENT:
        _finish(s, call, cause)
    elif call.ending is None and lost.may_return(s, call, cause):
        lost.lose(s, call)
    else:
        _hang_up_callee(s, call, Ending.AGENT if call.connected_at is not None else Ending.CANCEL)


def ring_again(s: State, call: HandCall, agent: Agent) -> bool:
    """The telephone is back: its old leg, which may not even know that it is dead, gives way to a new one."""
    if call.agent_id != agent.id or call.ending is not None:
        return False
    talking = call.state is AttemptState.CONNECTED and agent.state is AgentState.IN_CALL
    rung = call.state is AttemptState.WAITING_AGENT and agent.state is AgentState.RINGING
    if not talking and not rung:
        return False
    if call.agent_leg is not None:
        s.emit(HangUp(call.agent_leg))
        call.agent_leg = None
    if talking:
        lost.lose(s, call)
    else:
        lost.ring(s, call, agent)
    return True


def return_due(s: State, call: HandCall) -> None:
    """Try the lost telephone once more."""
    agent = s.agents.get(call.agent_id)
    if agent is not None and call.state is AttemptState.WAITING_AGENT and call.agent_leg is None:
        lost.ring(s, call, agent)


def hang_up(s: State, call: HandCall) -> None:
    """The agent wants it over: the attempt ends when the switch confirms."""
    if call.state is not AttemptState.RINGING_AGENT:
        _hang_up_callee(s, call, Ending.AGENT if call.connected_at is not None else Ending.CANCEL)
    elif call.agent_leg is not None:
        call.ending = call.ending or Ending.CANCEL
        s.emit(HangUp(call.agent_leg))
        s.timers.set("hand_pace", call.id, None)
        s.timers.set("hand_hang", call.id, s.now + calls.HANG_UP_ANSWER)


def agent_silent(s: State, call: HandCall) -> None:
    """The switch never said how the agent's telephone fared: treat it as not answered."""
    if call.state in {AttemptState.RINGING_AGENT, AttemptState.WAITING_AGENT} and call.agent_leg is not None:
        s.emit(HangUp(call.agent_leg))
        agent_ended(s, call, Cause.RING_TIMEOUT)


def silent(s: State, call: HandCall) -> None:
    """The switch owed us the end of an unanswered call long ago."""
    _hang_up_callee(s, call, Ending.SILENT)


def hang_up_unconfirmed(s: State, call: HandCall) -> None:
    """A hang-up reached a switch that is up and was not confirmed: the leg is gone."""
    if s.switch_up:
        _finish(s, call, Cause.WE_HUNG_UP)


def _hang_up_callee(s: State, call: HandCall, why: Ending) -> None:
    call.ending = call.ending or why
    s.emit(HangUp(call.leg))
    for kind in ("hand_ring", "hand_return", "hand_agent"):
        s.timers.set(kind, call.id, None)
    s.timers.set("hand_hang", call.id, s.now + calls.HANG_UP_ANSWER)


def _step(s: State, call: HandCall, event: HandEvent) -> bool:
    return lost.step(s, call, event)


def _finish(s: State, call: HandCall, cause: Cause, sip_code: int | None = None) -> None:
    outcome = call.outcome(cause)
    if call.state is not AttemptState.RINGING_AGENT:
        calls.hotline_health(s, call.hotline_id, outcome, cause)
    call.state = HAND_TABLE.next(call.state, HandEvent.END) or AttemptState.ENDED
    if call.agent_leg is not None:
        s.emit(HangUp(call.agent_leg))
    drop(s, call)
    counted = outcome not in UNCOUNTED
    s.emit(AttemptEnded(call.id, None, None, outcome, cause, sip_code, counted, call.agent_id, s.now))
    agent = s.agents.get(call.agent_id)
    if call.connected_at is not None:
        after.begin(s, call, agent)
    elif agent is not None and agent.attempt_id == call.id:
        floor.release(s, agent)
