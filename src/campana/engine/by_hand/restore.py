"""Calls by hand after a crash, a takeover or a lost switch. Nothing is ever dialled a second time."""

from __future__ import annotations

from collections.abc import Mapping

from campana.engine import calls, floor
from campana.engine.by_hand import after, legs
from campana.engine.by_hand.call import AGENT_RING, CALLEE_RING, HandCall
from campana.engine.inputs import CallRestored, LiveLeg
from campana.engine.outputs import Bridge, HangUp, PlayHoldMusic
from campana.engine.silence import IN_FLIGHT, overdue
from campana.engine.state import State
from campana.engine.words import AgentState, AttemptState, Cause
from campana.kernel.ids import LegId, agent_leg


def restore(s: State, given: CallRestored) -> None:
    """Believe the journal until the switch speaks."""
    call = HandCall(
        given.attempt_id,
        given.agent_id,
        given.number,
        given.contact_id,
        given.hotline_id,
        given.trunk_id,
        given.began_at,
        state=given.state,
        connected_at=given.connected_at,
        offers=max(1, given.offers),
        restored=True,
        result=given.result,
    )
    agent = s.agents.get(given.agent_id)
    if given.state is AttemptState.ENDED:
        after.resume(s, call, agent)
        return
    s.by_hand[call.id] = call
    trunk = s.trunks.get(call.trunk_id)
    if trunk is not None:
        trunk.hold()
    if agent is not None:
        agent.attempt_id, agent.since = call.id, given.connected_at or given.began_at
        ringing = given.state in {AttemptState.RINGING_AGENT, AttemptState.WAITING_AGENT}
        agent.state = AgentState.RINGING if ringing else AgentState.IN_CALL
        floor.announce(s, agent)


def reconcile(s: State, up: Mapping[LegId, LiveLeg]) -> None:
    """The switch has the last word: which legs of calls by hand are up."""
    for call in list(s.by_hand.values()):
        restored, call.restored = call.restored, False
        if call.state is AttemptState.RINGING_AGENT:
            _agent_first(s, call, up, restored)
        else:
            _callee(s, call, up, restored)


def _agent_first(s: State, call: HandCall, up: Mapping[LegId, LiveLeg], restored: bool) -> None:
    leg = up.get(call.agent_leg) if call.agent_leg is not None else None
    if leg is None:
        if restored or s.now - call.began_at >= IN_FLIGHT:
            legs.agent_ended(s, call, Cause.LOST)
    elif call.ending is not None:
        legs.hang_up(s, call)
    elif call.picked_up:
        legs.dial(s, call)
    elif leg.answered:
        legs.agent_answered(s, call)
    elif restored:
        s.timers.set("hand_agent", call.id, max(overdue(call.began_at, AGENT_RING), s.now + calls.HANG_UP_ANSWER))


def _callee(s: State, call: HandCall, up: Mapping[LegId, LiveLeg], restored: bool) -> None:
    leg = up.get(call.leg)
    if leg is None:
        fresh = call.dialled_at is not None and s.now - call.dialled_at < IN_FLIGHT
        if restored or not (fresh and call.state is AttemptState.DIALLING):
            legs.ended(s, call, Cause.LOST)
        return
    if call.ending is not None:
        s.emit(HangUp(call.leg))
        s.timers.set("hand_hang", call.id, s.now + calls.HANG_UP_ANSWER)
        return
    if call.state is AttemptState.WAITING_AGENT:
        _lost_telephone(s, call, up)
        return
    if call.agent_leg is not None and call.agent_leg not in up and not _takes_earlier_leg(call, up):
        legs.agent_ended(s, call, Cause.LOST)
        return
    if leg.answered and call.state is not AttemptState.CONNECTED:
        legs.answered(s, call)
    elif leg.answered and call.agent_leg is not None:
        s.emit(Bridge(call.leg, call.agent_leg))  # the last engine, or the connection, may have died before it was said
    elif restored:
        s.timers.set("hand_ring", call.id, max(overdue(call.began_at, CALLEE_RING), s.now + calls.HANG_UP_ANSWER))


def _lost_telephone(s: State, call: HandCall, up: Mapping[LegId, LiveLeg]) -> None:
    """The agent's telephone was being rung again in the middle of the talk."""
    call.lost_at = call.lost_at or s.now
    leg = up.get(call.agent_leg) if call.agent_leg is not None else None
    fresh = call.agent_leg_at is not None and s.now - call.agent_leg_at < IN_FLIGHT
    s.emit(PlayHoldMusic(call.leg))
    if leg is not None and leg.answered:
        legs.agent_answered(s, call)
    elif leg is not None:
        s.timers.set("hand_agent", call.id, overdue(s.now, AGENT_RING))
    elif call.agent_leg is not None and not fresh:
        agent = s.agents.get(call.agent_id)
        if agent is not None and not agent.online and _takes_earlier_leg(call, up):
            legs.agent_answered(s, call)
        else:
            legs.agent_ended(s, call, Cause.LOST)


def _takes_earlier_leg(call: HandCall, up: Mapping[LegId, LiveLeg]) -> bool:
    """Whether a telephone that should have been rung again was never told to give way: who is on it talks on."""
    earlier = (agent_leg(call.id, offer) for offer in range(call.offers - 1, 0, -1))
    found = next((leg for leg in earlier if leg in up and up[leg].answered), None)
    call.agent_leg = found or call.agent_leg
    return found is not None
