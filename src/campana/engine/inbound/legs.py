"""The two legs of a call that came in. Nobody but the caller, the agent, or the end of the wait ends it."""

from __future__ import annotations

from typing import Final

from campana.engine import calls
from campana.engine.attempt import Ending
from campana.engine.by_hand import after
from campana.engine.inbound import queue
from campana.engine.inbound.call import INBOUND_TABLE, InboundCall, InboundEvent
from campana.engine.inputs import LegEnded
from campana.engine.messages import INBOUND_MESSAGE
from campana.engine.outputs import AttemptEnded, HangUp, PlaySound
from campana.engine.state import State
from campana.engine.words import AttemptState, Cause, RefusalCode

TIMERS: Final = ("in_silent", "in_wait", "in_hang", "in_ring", "in_return", "in_again")


def answered(s: State, call: InboundCall) -> bool:
    """Picked up by us: the caller hears the message, or waits for an agent."""
    if not queue.step(s, call, InboundEvent.ANSWER):
        return False
    call.answered_at = call.answered_at or s.now
    s.timers.set("in_silent", call.id, None)
    if call.ending is not None:
        return True  # the hang-up is on its way
    if call.refused is not None:
        message(s, call)
    else:
        queue.wait(s, call)
    return True


def sound_finished(s: State, call: InboundCall) -> None:
    """The message was heard: now the call is over."""
    if call.refused is not None and call.ending is None:
        hang_up(s, call, Ending.MAX_WAIT)


def message(s: State, call: InboundCall) -> None:
    """Nobody takes it: the caller hears why, where there is a message, and is hung up."""
    sound = message_of(s, call)
    if sound:
        s.emit(PlaySound(call.leg, sound))
        s.timers.set("in_wait", call.id, s.now + INBOUND_MESSAGE)
    else:
        hang_up(s, call, Ending.MAX_WAIT)


def message_of(s: State, call: InboundCall) -> str:
    route = queue.route_of(s, call)
    return route.message if route is not None else ""


def wait_over(s: State, call: InboundCall) -> None:
    """Nobody took it in time; or the switch never said that the message was over."""
    if call.state is not AttemptState.WAITING_AGENT or call.ending is not None:
        return
    if call.refused is not None:
        hang_up(s, call, Ending.MAX_WAIT)
        return
    queue.stop_offers(s, call)
    call.refused = RefusalCode.NO_AGENT
    message(s, call)


def ended(s: State, call: InboundCall, given: LegEnded) -> None:
    """One of the two legs is gone: the caller's ends the call, the agent's ends a talk or an offer."""
    if given.leg == call.leg:
        caller_ended(s, call, given.cause, given.sip_code)
    elif (why := queue.agent_ended(s, call, given.cause)) is not None:
        hang_up(s, call, why)


def caller_ended(s: State, call: InboundCall, cause: Cause, sip_code: int | None = None) -> None:
    """The caller's leg is gone, whatever the reason."""
    talked = call.state is AttemptState.CONNECTED
    outcome = call.outcome(cause)
    call.state = INBOUND_TABLE.next(call.state, InboundEvent.END) or AttemptState.ENDED
    if call.agent_leg is not None:
        s.emit(HangUp(call.agent_leg))
    drop(s, call)
    s.emit(AttemptEnded(call.id, None, None, outcome, cause, sip_code, False, call.agent_id, s.now))
    agent = s.agents.get(call.agent_id) if call.agent_id is not None else None
    if talked:
        after.begin(s, call, agent)
    else:
        queue.let_go(s, call, agent)


def hang_up(s: State, call: InboundCall, why: Ending) -> None:
    """Ask for the end of the caller's leg; the attempt ends when the switch confirms."""
    call.ending = call.ending or why
    s.emit(HangUp(call.leg))
    for kind in TIMERS:
        s.timers.set(kind, call.id, None)
    s.timers.set("in_hang", call.id, s.now + calls.HANG_UP_ANSWER)


def silent(s: State, call: InboundCall) -> None:
    """The switch never said that the call was picked up."""
    if call.state is AttemptState.RINGING:
        hang_up(s, call, Ending.SILENT)


def hang_up_unconfirmed(s: State, call: InboundCall) -> None:
    """A hang-up reached a switch that is up and was not confirmed: the leg is gone."""
    if s.switch_up:
        caller_ended(s, call, Cause.WE_HUNG_UP)


def drop(s: State, call: InboundCall) -> None:
    """Forget a live call and give back what it occupied."""
    s.inbound.pop(call.id, None)
    s.arrived.pop(call.leg, None)
    queue.forget(s, call)
    for kind in TIMERS:
        s.timers.set(kind, call.id, None)
    trunk = s.trunks.get(call.trunk_id)
    if trunk is not None:
        trunk.give_back()
    s.free_lines()
