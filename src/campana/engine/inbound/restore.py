"""Calls that came in after a crash, a takeover or a lost switch: adopted, or honestly closed."""

from __future__ import annotations

from collections.abc import Mapping

from campana.engine import calls, floor
from campana.engine.by_hand import after
from campana.engine.inbound import legs, queue
from campana.engine.inbound.arrive import arrive, pick_up
from campana.engine.inbound.call import InboundCall
from campana.engine.inputs import ArrivalRestored, LiveLeg
from campana.engine.outputs import Bridge, HangUp
from campana.engine.silence import IN_FLIGHT, SILENCE
from campana.engine.state import State
from campana.engine.words import AgentState, AttemptState, Cause
from campana.kernel.ids import LegId, agent_leg


def restore(s: State, given: ArrivalRestored) -> None:
    """Believe the journal until the switch speaks."""
    call = InboundCall(
        given.attempt_id,
        given.leg,
        given.number,
        given.hotline_id,
        given.trunk_id,
        given.began_at,
        state=given.state,
        refused=given.refused,
        agent_id=given.agent_id,
        offers=given.offers,
        answered_at=given.answered_at,
        connected_at=given.connected_at,
        result=given.result,
    )
    agent = s.agents.get(given.agent_id) if given.agent_id is not None else None
    if given.state is AttemptState.ENDED:
        after.resume(s, call, agent)
        return
    s.inbound[call.id], s.arrived[call.leg] = call, call.id
    trunk = s.trunks.get(call.trunk_id)
    if trunk is not None:
        trunk.hold()
    if given.agent_id is not None and given.offers:
        call.agent_leg = agent_leg(call.id, given.offers)
    if agent is not None:
        agent.attempt_id, agent.since = call.id, given.connected_at or given.began_at
        talking = given.state is AttemptState.CONNECTED
        agent.state = AgentState.IN_CALL if talking else AgentState.RINGING
        floor.announce(s, agent)


def reconcile(s: State, up: Mapping[LegId, LiveLeg]) -> None:
    """The switch has the last word: who of the callers is still there, and who came while nobody listened."""
    for call in list(s.inbound.values()):
        leg = up.get(call.leg)
        if leg is None:
            legs.caller_ended(s, call, Cause.LOST)
        elif call.ending is not None:
            s.emit(HangUp(call.leg))
            s.timers.set("in_hang", call.id, s.now + calls.HANG_UP_ANSWER)
        else:
            _go_on(s, call, leg, up)
    for leg in up.values():
        if leg.arrived is not None and not leg.answered:
            arrive(s, leg.arrived)
    queue.wake(s)


def _go_on(s: State, call: InboundCall, leg: LiveLeg, up: Mapping[LegId, LiveLeg]) -> None:
    if call.state is AttemptState.RINGING:
        if leg.answered:
            legs.answered(s, call)
        else:
            pick_up(s, call)
    elif call.refused is not None:
        legs.message(s, call)
    else:
        if call.state is AttemptState.WAITING_AGENT:
            queue.wait_on(s, call)
        _agents_leg(s, call, up)


def _agents_leg(s: State, call: InboundCall, up: Mapping[LegId, LiveLeg]) -> None:
    if call.agent_leg is None:
        return
    leg = up.get(call.agent_leg)
    if leg is None:
        fresh = call.agent_leg_at is not None and s.now - call.agent_leg_at < IN_FLIGHT
        if not fresh:
            queue.agent_ended(s, call, Cause.LOST)
    elif call.state is AttemptState.CONNECTED:
        if leg.answered:
            s.emit(Bridge(call.leg, call.agent_leg))  # the last engine, or the connection, may have died before
    elif leg.answered:
        queue.agent_answered(s, call)
    else:
        route = queue.route_of(s, call)
        s.timers.set("in_ring", call.id, s.now + SILENCE + (route.ring if route is not None else queue.RETURN))
