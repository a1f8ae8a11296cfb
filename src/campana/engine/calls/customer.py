"""The customer's leg: ringing, and its end. Nobody but customer, agent or max wait ends an answered call."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from campana.engine import floor, tasks, wrap_up
from campana.engine.attempt import ATTEMPT_TABLE, UNANSWERED, UNCOUNTED, Attempt, AttemptEvent, Ending
from campana.engine.calls.attempts import drop, step
from campana.engine.messages import ABANDONED_MESSAGE
from campana.engine.outputs import AttemptEnded, HangUp, HotlineRested, PlaySound, TaskMoved
from campana.engine.prediction import watching
from campana.engine.rules.retry import after_outcome
from campana.engine.state import State
from campana.engine.words import AttemptState, Cause, Outcome, RetryEvent, TaskState
from campana.kernel.clock import Instant
from campana.kernel.ids import HotlineId

HANG_UP_ANSWER: Final = timedelta(seconds=5)
"""How long the switch may take to confirm a hang-up."""


def ringing(s: State, attempt: Attempt) -> bool:
    return step(s, attempt, AttemptEvent.RING)


def customer_ended(s: State, attempt: Attempt, cause: Cause, sip_code: int | None = None) -> None:
    """The customer's leg is gone, whatever the reason: account for it and let everybody go."""
    said = s.early_results.get(attempt.id) if attempt.state is AttemptState.WAITING_AGENT else None
    outcome = Outcome.ANSWERED if said is not None else _blame(s, attempt, attempt.outcome(cause))
    was_connected = attempt.state is AttemptState.CONNECTED or said is not None
    abandoned = _abandoned(s, attempt, outcome)
    if attempt.state in UNANSWERED:
        watching.unanswered(s, attempt, outcome)
    elif outcome is not Outcome.MACHINE and attempt.connected_at is None:
        if attempt.state is AttemptState.DETECTING:
            watching.human(s, attempt)  # machines do not hang up so soon
        watching.gone_waiting(s, attempt, counts=abandoned)
    hotline_health(s, attempt.hotline_id, outcome, cause)
    attempt.state = ATTEMPT_TABLE.next(attempt.state, AttemptEvent.END) or AttemptState.ENDED
    if attempt.agent_leg is not None:
        s.emit(HangUp(attempt.agent_leg))
    agent = s.agents.get(attempt.agent_id) if attempt.agent_id else None
    if said is not None and attempt.agent_id != said.agent_id:
        if agent is not None:  # being rung in the place of the one who had talked
            floor.release(s, agent)
        attempt.agent_id, agent = said.agent_id, s.agents.get(said.agent_id)
    if agent is not None and agent.attempt_id != attempt.id:
        agent = None  # busy with something else by now
    counted = outcome not in UNCOUNTED
    drop(s, attempt)
    if abandoned:
        tasks.note_abandoned(s, attempt.number)
    s.emit(
        AttemptEnded(
            attempt.id,
            attempt.campaign_id,
            attempt.card.id,
            outcome,
            cause,
            sip_code,
            counted,
            attempt.agent_id,
            s.now,
            abandoned,
        )
    )
    campaign = s.campaigns[attempt.campaign_id]
    if was_connected:
        s.emit(TaskMoved(attempt.card.id, campaign.id, TaskState.WRAP_UP, s.now, outcome=outcome))
        wrap_up.begin(s, attempt, campaign, agent)
        return
    if agent is not None:
        floor.release(s, agent)
    following = after_outcome(attempt.card, attempt.number_index, outcome, campaign.config, s.now)
    tasks.settle(s, campaign, attempt, following, outcome)


def hang_up_customer(s: State, attempt: Attempt, why: Ending) -> None:
    """Ask for the end of the customer's leg; the attempt ends when the switch confirms."""
    attempt.ending = attempt.ending or why
    s.emit(HangUp(attempt.leg))
    for kind in ("ring", "detect", "wait"):
        s.timers.set(kind, attempt.id, None)
    s.timers.set("hang", attempt.id, s.now + HANG_UP_ANSWER)


def cancel(s: State, attempt: Attempt) -> None:
    """Stop a call that nobody has answered yet."""
    if attempt.state in UNANSWERED and attempt.ending is None:
        hang_up_customer(s, attempt, Ending.CANCEL)


def give_up_waiting(s: State, attempt: Attempt) -> None:
    """Max wait is over and nobody took the call (CAM-519): it ends as abandoned by the system.

    Where the campaign has a message for such customers (CAM-490) they hear it first; no agent is offered meanwhile, and
    for the budget they are lost now.
    """
    campaign = s.campaigns[attempt.campaign_id]
    if attempt.id in campaign.waiting:
        campaign.waiting.remove(attempt.id)
    message = campaign.config.abandoned_message
    if not message or attempt.ending is not None:
        hang_up_customer(s, attempt, Ending.MAX_WAIT)
        return
    attempt.ending = Ending.MAX_WAIT
    if attempt.connected_at is None:
        watching.gone_waiting(s, attempt, counts=True)
    if attempt.agent_leg is not None:
        s.emit(HangUp(attempt.agent_leg))
    s.emit(PlaySound(attempt.leg, message))
    s.timers.set("wait", attempt.id, None)
    s.timers.set("message", attempt.id, s.now + ABANDONED_MESSAGE)


def message_over(s: State, attempt: Attempt) -> None:
    """The message was heard, or the switch never said that it was."""
    s.timers.set("message", attempt.id, None)
    hang_up_customer(s, attempt, Ending.MAX_WAIT)


def _abandoned(s: State, attempt: Attempt, outcome: Outcome) -> bool:
    """Max wait ran out, or the customer hung up waiting and not at once (CAM-486, 520). Whoever had talked to an agent
    and lost him was not abandoned."""
    if attempt.connected_at is not None:
        return False
    if outcome is Outcome.ABANDONED:
        return True
    if outcome is not Outcome.HUNG_UP_WAITING or attempt.answered_at is None:
        return False
    return s.now >= attempt.answered_at + s.campaigns[attempt.campaign_id].config.short_hang_up


def _blame(s: State, attempt: Attempt, outcome: Outcome) -> Outcome:
    """No network answered: is it our line or this number? A number that fails again on a line that has worked
    since is itself the trouble, or it would be dialled for ever."""
    if outcome is not Outcome.HOTLINE_FAILURE or not attempt.card.by_event.get(RetryEvent.HOTLINE):
        return outcome
    hotline = s.hotlines.get(attempt.hotline_id)
    return Outcome.UNAVAILABLE if hotline is not None and not hotline.failures else outcome


def hotline_health(s: State, hotline_id: HotlineId, outcome: Outcome, cause: Cause) -> None:
    """What the end of an unanswered or answered call says about the number it showed (CAM-413)."""
    hotline = s.hotlines.get(hotline_id)
    if hotline is None:
        return
    if outcome is Outcome.HOTLINE_FAILURE:
        _rest(s, hotline_id, hotline.fail(s.now))
    elif outcome is Outcome.CONGESTION:
        _rest(s, hotline_id, hotline.congest(s.now))
    elif outcome not in UNCOUNTED and cause is not Cause.TRUNK_DEAD:
        hotline.succeed()


def _rest(s: State, hotline_id: HotlineId, until: Instant | None) -> None:
    if until is not None:
        s.emit(HotlineRested(hotline_id, until, s.now))
        s.timers.set("rest", hotline_id, until)
        s.touch_all()
