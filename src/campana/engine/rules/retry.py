"""What becomes of a task after an attempt (CAM-355..360, 412, 490, CAM-344 for results).

Precedence (CAM-357): final states, then counts and waits per event, then overall rounds and gap. The overall
number of rounds is absolute; only an agreed call back is exempt, once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from campana.engine.config import CampaignConfig, TaskCard
from campana.engine.words import Outcome, ResultClass, RetryEvent, TaskState
from campana.kernel.clock import Instant
from campana.kernel.ids import AgentId

EVENTS: Final[Mapping[Outcome, RetryEvent]] = {
    Outcome.NO_ANSWER: RetryEvent.NO_ANSWER,
    Outcome.BUSY: RetryEvent.BUSY,
    Outcome.REJECTED: RetryEvent.REJECTED,
    Outcome.UNAVAILABLE: RetryEvent.UNAVAILABLE,
    Outcome.CONGESTION: RetryEvent.UNAVAILABLE,
    Outcome.INVALID_NUMBER: RetryEvent.UNAVAILABLE,
    Outcome.MACHINE: RetryEvent.MACHINE,
    Outcome.ABANDONED: RetryEvent.ABANDONED,
    Outcome.HUNG_UP_WAITING: RetryEvent.ABANDONED,
}

AFTER_SYSTEM_ERROR: Final = timedelta(minutes=2)
"""The old call must surely be dead before the number is dialled again."""
ANYONE_AFTER: Final = timedelta(minutes=15)
"""A personal call back goes to anybody when its agent is not there (CAM-344)."""


@dataclass(frozen=True, slots=True)
class Next:
    """Where the task goes, with the counters it takes along."""

    state: TaskState
    at: Instant | None = None
    rounds: int = 0
    number_index: int = 0
    by_event: Mapping[RetryEvent, int] | None = None
    agreed: bool = False
    preferred_agent: AgentId | None = None
    anyone_at: Instant | None = None
    guaranteed: bool = False
    skipped_hotline: bool = False


def after_outcome(card: TaskCard, number_index: int, outcome: Outcome, campaign: CampaignConfig, now: Instant) -> Next:
    """The next place of a task whose attempt ended without a conversation."""
    if outcome is Outcome.HOTLINE_FAILURE:
        failed = {**card.by_event, RetryEvent.HOTLINE: card.by_event.get(RetryEvent.HOTLINE, 0) + 1}
        return replace(again(card, TaskState.WAITING, None, skipped_hotline=True), by_event=failed)
    if outcome is Outcome.CANCELLED:
        return again(card, TaskState.WAITING, None)
    if outcome in {Outcome.SYSTEM_ERROR, Outcome.AGENT_NO_ANSWER}:
        return again(card, TaskState.PLANNED, now + AFTER_SYSTEM_ERROR)

    event = EVENTS[outcome]
    by_event = {**card.by_event, event: card.by_event.get(event, 0) + 1}
    if event is not RetryEvent.ABANDONED and number_index + 1 < len(card.numbers):
        return Next(
            TaskState.WAITING,
            None,
            card.rounds,
            number_index + 1,
            by_event,
            card.agreed,
            card.preferred_agent,
            card.anyone_at,
            card.guaranteed,
        )
    rounds = card.rounds + 1
    if outcome is Outcome.INVALID_NUMBER and not _reachable_before(card):
        return Next(TaskState.INVALID, None, rounds, 0, by_event)
    own = campaign.retry.events.get(event)
    used_up = rounds >= campaign.retry.max_attempts or (own is not None and by_event[event] >= own.attempts)
    if used_up:
        return Next(TaskState.NOT_REACHED, None, rounds, 0, by_event)
    wait = own.wait if own is not None else campaign.retry.gap
    guaranteed = card.guaranteed or event is RetryEvent.ABANDONED
    return Next(TaskState.PLANNED, now + wait, rounds, 0, by_event, guaranteed=guaranteed)


def end_of_round(card: TaskCard, campaign: CampaignConfig, now: Instant) -> Next:
    """The remaining numbers of a round may not be called: the round is over, an earlier number may get another."""
    rounds = card.rounds + 1
    if rounds >= campaign.retry.max_attempts:
        return Next(TaskState.NOT_REACHED, None, rounds, by_event=card.by_event)
    return Next(TaskState.PLANNED, now + campaign.retry.gap, rounds, by_event=card.by_event, guaranteed=card.guaranteed)


def after_result(
    card: TaskCard,
    result: ResultClass | None,
    *,
    agent_id: AgentId,
    callback_at: Instant | None,
    callback_to_me: bool,
    campaign: CampaignConfig,
    now: Instant,
) -> Next:
    """The next place of a task after a conversation; ``result`` None is "no result entered"."""
    rounds = card.rounds + 1
    if result is ResultClass.CALL_BACK and callback_at is not None:
        return Next(
            TaskState.PLANNED,
            max(callback_at, now),
            rounds,
            by_event=card.by_event,
            agreed=True,
            preferred_agent=agent_id if callback_to_me else None,
            anyone_at=callback_at + ANYONE_AFTER if callback_to_me else None,
        )
    if result is ResultClass.DO_NOT_CALL:
        return Next(TaskState.EXCLUDED, None, rounds, by_event=card.by_event)
    if result is ResultClass.WRONG_NUMBER:
        return Next(TaskState.INVALID, None, rounds, by_event=card.by_event)
    if result is ResultClass.UNREACHABLE:
        by_event = {**card.by_event, RetryEvent.DROPPED: card.by_event.get(RetryEvent.DROPPED, 0) + 1}
        own = campaign.retry.events.get(RetryEvent.DROPPED)
        if rounds >= campaign.retry.max_attempts or (own and by_event[RetryEvent.DROPPED] >= own.attempts):
            return Next(TaskState.NOT_REACHED, None, rounds, by_event=by_event)
        return Next(TaskState.PLANNED, now + (own.wait if own else campaign.retry.gap), rounds, by_event=by_event)
    return Next(TaskState.COMPLETED, None, rounds, by_event=card.by_event)


def again(card: TaskCard, state: TaskState, at: Instant | None, *, skipped_hotline: bool = False) -> Next:
    """The same turn once more: nothing is counted, nothing forgotten."""
    return Next(
        state,
        at,
        card.rounds,
        card.number_index,
        card.by_event,
        card.agreed,
        card.preferred_agent,
        card.anyone_at,
        card.guaranteed,
        skipped_hotline,
    )


def _reachable_before(card: TaskCard) -> bool:
    """Whether some number of the contact was at least found in an earlier try of this task."""
    found = set(card.by_event) - {RetryEvent.UNAVAILABLE, RetryEvent.HOTLINE}
    return bool(found)
