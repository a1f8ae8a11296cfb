"""From the wish to the ringing telephone: the rules, the attempt, the agent's leg."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from campana.engine import floor
from campana.engine.agent import Agent, AgentEvent
from campana.engine.by_hand.call import AGENT_RING, HandCall
from campana.engine.by_hand.end import drop
from campana.engine.inputs import CallRequested
from campana.engine.lines import Hotline
from campana.engine.outputs import AttemptMoved, AttemptOpened, CallRefused, Permit, RingAgent
from campana.engine.silence import overdue
from campana.engine.state import State
from campana.engine.words import AgentState, DialMode, RefusalCode
from campana.kernel.ids import HotlineId

OLD: Final = timedelta(seconds=20)
"""A wish that waited longer for an engine is not carried out: nobody expects that call any more."""
_FREE: Final = frozenset({AgentState.NOT_READY, AgentState.READY, AgentState.AVAILABLE})


def request(s: State, given: CallRequested) -> None:
    agent = s.agents.get(given.agent_id)
    code = _objection(s, given, agent)
    hotline, why = (None, code) if code is not None else _hotline(s, agent)
    if agent is None or hotline is None:
        s.emit(CallRefused(given.request_id, given.agent_id, why or RefusalCode.NO_HOTLINE, s.now))
        return
    _open(s, given, agent, hotline)


def withdraw(s: State, call: HandCall, code: RefusalCode) -> None:
    """The database did not let the attempt begin: no leg will ever speak."""
    drop(s, call)
    agent = s.agents.get(call.agent_id)
    if agent is not None:
        floor.release(s, agent)
    if call.request_id is not None:
        s.emit(CallRefused(call.request_id, call.agent_id, code, s.now))


def _objection(s: State, given: CallRequested, agent: Agent | None) -> RefusalCode | None:
    """The first rule that says no. Whether the number is suppressed, in another call or was called too often today
    is asked of the database when the attempt is written."""
    tenant = s.organisation
    if s.now - given.asked_at > OLD:
        return RefusalCode.REQUEST_OLD
    if agent is None or agent.removed or agent.state not in _FREE:
        return RefusalCode.AGENT_BUSY
    if tenant.emergency_stop:
        return RefusalCode.EMERGENCY_STOP
    if not s.switch_up:
        return RefusalCode.SWITCH_AWAY
    if given.number.startswith(tenant.blocked_prefixes):
        return RefusalCode.BLOCKED_NUMBER
    if not tenant.lets_call_by_hand(s.now, given.time_zone):
        return RefusalCode.OUTSIDE_HOURS
    if s.live_calls + s.other_calls >= tenant.licence_calls:  # what is kept free of campaigns is kept for these
        return RefusalCode.LICENCE_FULL
    return None


def _hotline(s: State, agent: Agent | None) -> tuple[Hotline | None, RefusalCode | None]:
    """The agent's own number, or the first that works; or the mildest reason why there is none."""
    own = agent.config.hotline if agent is not None else None
    code = RefusalCode.NO_HOTLINE
    for hotline_id in (own,) if own is not None else sorted(s.hotlines):
        hotline = s.hotlines.get(hotline_id)
        trunk = s.trunks.get(hotline.config.trunk_id) if hotline is not None else None
        if hotline is None or not hotline.config.enabled or trunk is None or not trunk.config.enabled:
            continue
        if not hotline.works(s.now):
            code = RefusalCode.HOTLINE_RESTING if code is RefusalCode.NO_HOTLINE else code
        elif trunk.full:
            code = RefusalCode.TRUNK_FULL
        else:
            return hotline, None
    return None, code


def _open(s: State, given: CallRequested, agent: Agent, hotline: Hotline) -> None:
    trunk = s.trunks[hotline.config.trunk_id]
    trunk.hold()
    call = HandCall(
        s.new_attempt_id(),
        agent.id,
        given.number,
        given.contact_id,
        hotline.config.id,
        trunk.config.id,
        s.now,
        request_id=given.request_id,
        time_zone=given.time_zone,
    )
    s.by_hand[call.id] = call
    s.emit(
        AttemptOpened(
            call.id,
            None,
            None,
            given.contact_id,
            given.number,
            0,
            call.hotline_id,
            call.trunk_id,
            agent.id,
            DialMode.MANUAL,
            _permit(s, given, hotline.config.id),
            s.now,
            given.request_id,
        )
    )
    s.emit(AttemptMoved(call.id, call.state, agent.id, 1, s.now))
    floor.move(s, agent, AgentEvent.CALL, attempt_id=call.id, until=s.now + AGENT_RING)
    assert call.agent_leg is not None
    s.emit(RingAgent(call.agent_leg, agent.config.endpoint, given.number, AGENT_RING, call.leg))
    s.timers.set("hand_agent", call.id, overdue(s.now, AGENT_RING))


def _permit(s: State, given: CallRequested, hotline_id: HotlineId) -> Permit:
    zone = given.time_zone or s.organisation.time_zone
    return Permit(
        {"by_hand": "passed", "suppression": "passed", "blocked_prefix": "passed", "frequency": "passed", "hours": zone}
    )
