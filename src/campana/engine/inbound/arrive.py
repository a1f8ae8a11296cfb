"""A call comes in: whose number it is, whether it can be served, and the attempt that stands for it.

The row is committed before the call is picked up, so a call that nobody wrote down is never answered.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from campana.engine import floor
from campana.engine.agent import Agent
from campana.engine.attempt import Ending
from campana.engine.inbound.call import InboundCall
from campana.engine.inbound.legs import drop, hang_up, message_of
from campana.engine.inbound.route import InboundRoute, matching
from campana.engine.inputs import CallArrived
from campana.engine.lines import Hotline
from campana.engine.outputs import AnswerCall, AttemptMoved, AttemptOpened, HangUp, Permit
from campana.engine.state import State
from campana.engine.words import DialMode, Presence, RefusalCode
from campana.kernel.ids import AttemptId
from campana.kernel.phone import BadNumber, PhoneNumber, phone_number

PICK_UP: Final = timedelta(seconds=8)
"""How long the switch may take to say that the call is picked up."""


def arrive(s: State, given: CallArrived) -> None:
    """A leg that is known already is the same call, told twice."""
    if given.leg in s.arrived:
        return
    hotline = _hotline(s, given)
    if hotline is None:
        s.refuse(given, "unknown_hotline")
        s.emit(HangUp(given.leg))
        return
    refused = _objection(s, hotline.config.inbound)
    call = _open(s, given, hotline, refused)
    call.refused = refused
    pick_up(s, call)


def pick_up(s: State, call: InboundCall) -> None:
    """Answer it, be it for the message; who hears nothing is turned away without an answer."""
    if call.refused is not None and not message_of(s, call):
        hang_up(s, call, Ending.MAX_WAIT)
        return
    s.emit(AnswerCall(call.leg))
    s.timers.set("in_silent", call.id, s.now + PICK_UP)


def withdraw(s: State, attempt_id: AttemptId) -> bool:
    """The database did not let the attempt begin; False when it is none of ours."""
    call = s.inbound.get(attempt_id)
    if call is None:
        return False
    agent = s.agents.get(call.agent_id) if call.agent_id is not None else None
    for leg in (call.leg, call.agent_leg):
        if leg is not None:
            s.emit(HangUp(leg))
    drop(s, call)
    if agent is not None and agent.attempt_id == attempt_id:
        floor.release(s, agent)
    return True


def _hotline(s: State, given: CallArrived) -> Hotline | None:
    """The number that was dialled, on the trunk by which it came."""
    ours = {
        hotline.config.number: hotline
        for hotline in s.hotlines.values()
        if (trunk := s.trunks.get(hotline.config.trunk_id)) is not None and trunk.config.endpoint == given.trunk
    }
    number = matching(given.called, ours)
    return ours[PhoneNumber(number)] if number is not None else None


def _objection(s: State, route: InboundRoute | None) -> RefusalCode | None:
    """Why this call can not be served; None when somebody may take it."""
    if route is None:
        return RefusalCode.NO_AGENT
    if s.live_calls + s.other_calls >= s.organisation.licence_calls:  # what is kept free of campaigns is kept for these
        return RefusalCode.LICENCE_FULL
    if not route.open(s.now, s.organisation.time_zone):
        return RefusalCode.OUTSIDE_HOURS
    if not any(_on_duty(s.agents.get(agent_id)) for agent_id in route.agents):
        return RefusalCode.NO_AGENT
    return None


def _on_duty(agent: Agent | None) -> bool:
    """Signed in and at work, be it on a break: whoever waits may be served soon."""
    return agent is not None and agent.online and agent.presence is not Presence.OFF and not agent.removed


def _open(s: State, given: CallArrived, hotline: Hotline, refused: RefusalCode | None) -> InboundCall:
    config = hotline.config
    trunk = s.trunks[config.trunk_id]
    trunk.hold()
    call = InboundCall(s.new_attempt_id(), given.leg, _number(given.caller), config.id, trunk.config.id, s.now)
    s.inbound[call.id], s.arrived[call.leg] = call, call.id
    permit = Permit({"inbound": refused or "passed"})
    s.emit(
        AttemptOpened(
            call.id, None, None, None, call.number, 0, config.id, trunk.config.id, None, DialMode.INBOUND, permit,
            s.now, arrived=call.leg,
        )
    )  # fmt: skip
    s.emit(AttemptMoved(call.id, call.state, None, 0, s.now))
    return call


def _number(caller: str) -> PhoneNumber:
    try:
        return phone_number(caller)
    except BadNumber:
        return PhoneNumber("")
