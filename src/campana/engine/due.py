"""What happens by the mere passing of time: one action a kind of timer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from campana.engine import calls, previews, tasks, wrap_up
from campana.engine.attempt import Ending
from campana.engine.by_hand import legs as hand
from campana.engine.by_hand.call import HandCall
from campana.engine.inbound import legs as caller
from campana.engine.inbound import queue as inbound
from campana.engine.inbound.call import InboundCall
from campana.engine.outputs import HotlineRested
from campana.engine.prediction import watching
from campana.engine.state import State
from campana.engine.words import AttemptState, Cause
from campana.kernel.ids import AttemptId


def do_what_is_due(s: State) -> None:
    while True:
        key = s.timers.pop_due(s.now)
        if key is None:
            return
        kind, subject = key
        _TIMERS[kind](s, subject)


def _ring_over(s: State, subject: int) -> None:
    """The switch owed us the end of an unanswered call long ago."""
    attempt = s.attempts.get(AttemptId(subject))
    if attempt is not None:
        calls.hang_up_customer(s, attempt, Ending.SILENT)


def _detect_over(s: State, subject: int) -> None:
    attempt = s.attempts.get(AttemptId(subject))
    if attempt is not None:
        calls.no_verdict(s, attempt)


def _wait_over(s: State, subject: int) -> None:
    attempt = s.attempts.get(AttemptId(subject))
    if attempt is not None and attempt.state is AttemptState.WAITING_AGENT:
        calls.give_up_waiting(s, attempt)


def _message_over(s: State, subject: int) -> None:
    attempt = s.attempts.get(AttemptId(subject))
    if attempt is not None and attempt.state is AttemptState.WAITING_AGENT:
        calls.message_over(s, attempt)


def _hang_over(s: State, subject: int) -> None:
    """A hang-up was not confirmed: the command reached a switch that is up, so the leg is gone."""
    attempt = s.attempts.get(AttemptId(subject))
    if attempt is not None and s.switch_up:
        calls.customer_ended(s, attempt, Cause.WE_HUNG_UP)


def _agent_ring_over(s: State, subject: int) -> None:
    attempt = s.attempts.get(AttemptId(subject))
    if attempt is not None:
        calls.rang_in_vain(s, attempt)


def _late(s: State, subject: int) -> None:
    attempt = s.attempts.get(AttemptId(subject))
    if attempt is not None:
        watching.still_waiting(s, attempt)


def _decide(s: State, subject: int) -> None:
    s.eager.add(subject)  # type: ignore[arg-type]


def _return_due(s: State, subject: int) -> None:
    attempt = s.attempts.get(AttemptId(subject))
    if attempt is not None:
        calls.return_due(s, attempt)


def _of_agent(act: Callable[[State, Any], None]) -> Callable[[State, int], None]:
    def run(s: State, subject: int) -> None:
        agent = s.agents.get(subject)  # type: ignore[call-overload]
        if agent is not None:
            act(s, agent)

    return run


def _of_call(act: Callable[[State, HandCall], None]) -> Callable[[State, int], None]:
    def run(s: State, subject: int) -> None:
        call = s.by_hand.get(AttemptId(subject))
        if call is not None:
            act(s, call)

    return run


def _of_arrival(act: Callable[[State, InboundCall], None]) -> Callable[[State, int], None]:
    def run(s: State, subject: int) -> None:
        call = s.inbound.get(AttemptId(subject))
        if call is not None:
            act(s, call)

    return run


def _of_campaign(s: State, subject: int) -> None:
    s.dirty.add(subject)  # type: ignore[arg-type]


def _due(s: State, subject: int) -> None:
    campaign = s.campaigns.get(subject)  # type: ignore[call-overload]
    if campaign is not None:
        campaign.dry = False
        s.dirty.add(campaign.id)


def _buffer_over(s: State, subject: int) -> None:
    campaign = s.campaigns.get(subject)  # type: ignore[call-overload]
    if campaign is not None:
        tasks.age_buffer(s, campaign)


def _rest_over(s: State, subject: int) -> None:
    hotline = s.hotlines.get(subject)  # type: ignore[call-overload]
    if hotline is not None:
        hotline.resting_until = None
        s.emit(HotlineRested(hotline.config.id, None, s.now))
        s.touch_all()


_TIMERS: Final[dict[str, Callable[[State, int], None]]] = {
    "ring": _ring_over,
    "detect": _detect_over,
    "wait": _wait_over,
    "message": _message_over,
    "hang": _hang_over,
    "agent_ring": _agent_ring_over,
    "return": _return_due,
    "late": _late,
    "decide": _decide,
    "hand_agent": _of_call(hand.agent_silent),
    "hand_pace": _of_call(hand.dial),
    "hand_return": _of_call(hand.return_due),
    "hand_ring": _of_call(hand.silent),
    "hand_hang": _of_call(hand.hang_up_unconfirmed),
    "in_silent": _of_arrival(caller.silent),
    "in_wait": _of_arrival(caller.wait_over),
    "in_hang": _of_arrival(caller.hang_up_unconfirmed),
    "in_ring": _of_arrival(inbound.rang_in_vain),
    "in_return": _of_arrival(inbound.return_due),
    "in_again": _of_arrival(lambda s, call: inbound.wake(s)),
    "offer": _of_agent(previews.offer_over),
    "preview": _of_agent(previews.countdown_over),
    "wrap_up": _of_agent(wrap_up.time_over),
    "start": _of_campaign,
    "end": _of_campaign,
    "hours": _of_campaign,
    "lonely": _of_campaign,
    "pace": lambda s, subject: s.free_lines(),
    "due": _due,
    "buffer": _buffer_over,
    "rest": _rest_over,
}
