"""The few tasks an engine holds: asked for in small helpings, given back when their turn does not come.

A waiting task costs the engine nothing; only a buffer of the next ones is reserved. Every move of a task is a
fact, so the database is always the whole truth about who is called next.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Final

from campana.engine.attempt import Attempt
from campana.engine.campaign import BUFFER_LIFE, Buffered, Campaign
from campana.engine.config import TaskCard
from campana.engine.inputs import TasksReserved
from campana.engine.outputs import Refusal, ReleaseTasks, ReserveTasks, TaskMoved, TaskRefused
from campana.engine.rules import caps
from campana.engine.rules.retry import Next, again, end_of_round
from campana.engine.state import State
from campana.engine.words import CampaignState, DialMode, Outcome, RefusalCode, TaskState
from campana.kernel.clock import Instant
from campana.kernel.ids import AgentId, TaskId
from campana.kernel.phone import PhoneNumber

HELPING_LEAST: Final = 2
HELPING_MOST: Final = 100
MOMENT: Final = timedelta(seconds=5)
LOCKOUT: Final = timedelta(hours=72)
"""After an abandoned call its number is dialled only with an agent guaranteed, by whatever campaign (CAM-490)."""

_FINAL_STATES: Final = {
    RefusalCode.INVALID_NUMBER: TaskState.INVALID,
    RefusalCode.BLOCKED_NUMBER: TaskState.INVALID,
    RefusalCode.MAX_ATTEMPTS: TaskState.NOT_REACHED,
    RefusalCode.TOO_LATE: TaskState.NOT_PROCESSED,
}


_OF_A_NUMBER: Final = {RefusalCode.SUPPRESSED, RefusalCode.BLOCKED_NUMBER, RefusalCode.INVALID_NUMBER}
"""Final refusals that speak of one number, not of the contact's place in the campaign."""


def want_more(s: State, campaign: Campaign) -> None:
    """Ask for the next helping when the buffer runs low and something may have changed."""
    if campaign.request is not None or campaign.dry or campaign.asleep:
        return
    if not (campaign.running and campaign.open_now and s.switch_up):
        return
    wanted = min(HELPING_MOST, max(HELPING_LEAST, 2 * len(campaign.free), len(campaign.live) // 2))
    wanted = min(wanted, _room(s, campaign))
    if not wanted or len(campaign.buffer) * 2 > wanted:
        return
    campaign.request = s.new_request()
    campaign.asked = wanted - len(campaign.buffer)
    campaign.came_back = False
    campaign.asked_for = frozenset(campaign.free)
    if not campaign.buffer:
        s.reading[campaign.id] = campaign.urgency
    s.emit(ReserveTasks(campaign.id, campaign.request, campaign.asked, campaign.open_zones, tuple(campaign.free)))


def accept(s: State, campaign: Campaign, answer: TasksReserved) -> None:
    """Take a helping into the buffer; learn whether the list is exhausted."""
    campaign.request = None
    s.reading.pop(campaign.id, None)
    campaign.buffer.extend(Buffered(card, s.now) for card in answer.tasks)
    if answer.tasks:
        _arm_buffer(s, campaign)
    campaign.exhausted = answer.open_tasks == 0 and not campaign.came_back
    campaign.personal = answer.personal
    freed_meanwhile = answer.personal & campaign.free.keys() - campaign.asked_for
    campaign.dry = len(answer.tasks) < campaign.asked and not freed_meanwhile and not campaign.came_back
    s.timers.set("due", campaign.id, answer.next_due if campaign.dry else None)


def renew(s: State, campaign: Campaign) -> None:
    """Something new may be waiting: the next look into the database is worth its price."""
    campaign.dry = campaign.asleep = campaign.exhausted = False
    s.timers.set("due", campaign.id, None)
    s.dirty.add(campaign.id)


def empty_buffer(s: State, campaign: Campaign, *, older_than: Instant | None = None) -> None:
    """Give reserved tasks back, all of them or those that waited too long."""
    kept = [item for item in campaign.buffer if older_than is not None and item.since > older_than]
    gone = [item for item in campaign.buffer if item not in kept]
    campaign.buffer.clear()
    campaign.buffer.extend(kept)
    give_back(s, campaign, (item.card for item in gone))
    _arm_buffer(s, campaign)


def give_back(s: State, campaign: Campaign, cards: Iterable[TaskCard]) -> None:
    """Release tasks untouched; nothing was dialled, nothing is counted."""
    ids = tuple(card.id for card in cards)
    if not ids:
        return
    s.emit(ReleaseTasks(campaign.id, ids))
    if campaign.config.mode is DialMode.PREVIEW:
        for agent_id in campaign.members:
            s.agents[agent_id].declined.difference_update(ids)
    campaign.exhausted = campaign.dry = False
    campaign.came_back = True
    s.dirty.add(campaign.id)


def age_buffer(s: State, campaign: Campaign) -> None:
    """Data of a reserved task may be old by now: back it goes, to be read anew when somebody is free."""
    ahead = campaign.prediction is not None and bool(campaign.dialling)
    campaign.asleep = not campaign.free and not ahead
    empty_buffer(s, campaign, older_than=s.now - BUFFER_LIFE)


def next_card(
    s: State,
    campaign: Campaign,
    agent: AgentId | None = None,
    declined: Container[TaskId] = (),
    *,
    guaranteed: bool | None = None,
) -> Buffered | None:
    """Take the first buffered task that this agent (or, with None, any free member) may have now.

    ``guaranteed``: only tasks that need (or, with False, do not need) an agent reserved for them.
    """
    for item in campaign.buffer:
        card = item.card
        if guaranteed is not None and needs_agent(card, s.now) is not guaranteed:
            continue
        if card.id in declined or _waits_for_somebody_else(s, campaign, card, agent):
            continue
        campaign.buffer.remove(item)
        return item
    return None


def needs_agent(card: TaskCard, now: Instant) -> bool:
    """Whether it may only be dialled with an agent reserved: it was abandoned before (CAM-359, 490)."""
    if card.guaranteed:
        return True
    return any(dialable.abandoned_at is not None and dialable.abandoned_at > now - LOCKOUT for dialable in card.numbers)


def _waits_for_somebody_else(s: State, campaign: Campaign, card: TaskCard, agent: AgentId | None) -> bool:
    """A personal call back is its agent's until the grace is over (CAM-344)."""
    if card.preferred_agent is None or (card.anyone_at is not None and card.anyone_at <= s.now):
        return False
    return card.preferred_agent not in campaign.free if agent is None else card.preferred_agent != agent


def note_abandoned(s: State, number: PhoneNumber) -> None:
    """Cards in hand were read before: whatever campaign has the number next keeps an agent for it (CAM-490)."""
    for campaign in s.campaigns.values():
        for item in campaign.buffer:
            if any(dialable.number == number for dialable in item.card.numbers):
                numbers = (
                    replace(each, abandoned_at=s.now) if each.number == number else each for each in item.card.numbers
                )
                item.card = replace(item.card, numbers=tuple(numbers))


def put_back(s: State, campaign: Campaign, item: Buffered) -> None:
    """First in the buffer again for a moment: whoever is free may want it, or back it goes."""
    item.since = max(item.since, s.now - BUFFER_LIFE + MOMENT)
    campaign.buffer.appendleft(item)
    _arm_buffer(s, campaign)


def refuse(s: State, campaign: Campaign, card: TaskCard, refusal: Refusal) -> None:
    """Not dialled now: keep the reason, and put the task where it can come again or never will."""
    s.emit(TaskRefused(card.id, campaign.id, refusal, s.now))
    if refusal.final and card.number_index > 0 and refusal.code in _OF_A_NUMBER:
        following = end_of_round(card, campaign.config, s.now)
    else:
        state, at = _place(refusal)
        following = again(card, state, at)
    _move(s, campaign, card, following, refusal=refusal.code)


def postpone(s: State, campaign: Campaign, card: TaskCard, at: Instant) -> None:
    """Nothing was dialled, nothing is counted: the same task comes again at ``at``."""
    s.emit(
        TaskMoved(
            card.id,
            campaign.id,
            TaskState.PLANNED,
            s.now,
            next_at=at,
            agreed=card.agreed,
            preferred_agent=card.preferred_agent,
            anyone_at=card.anyone_at,
            guaranteed=card.guaranteed,
        )
    )
    expect(s, campaign, at)


def settle(s: State, campaign: Campaign, attempt: Attempt, following: Next, outcome: Outcome | None) -> None:
    """The task goes to its next place after an attempt or a result."""
    _move(s, campaign, attempt.card, following, outcome=outcome)


def _move(
    s: State,
    campaign: Campaign,
    card: TaskCard,
    following: Next,
    *,
    outcome: Outcome | None = None,
    refusal: RefusalCode | None = None,
) -> None:
    """Of a finished campaign no task comes again, whatever it waited for."""
    if campaign.state is CampaignState.FINISHED and not following.state.final:
        left = TaskState.NOT_REACHED if following.rounds else TaskState.NOT_PROCESSED
        following = replace(following, state=left, at=None)
    s.emit(
        TaskMoved(
            card.id,
            campaign.id,
            following.state,
            s.now,
            next_at=following.at,
            rounds=following.rounds,
            number_index=following.number_index,
            by_event=following.by_event,
            agreed=following.agreed,
            preferred_agent=following.preferred_agent,
            anyone_at=following.anyone_at,
            guaranteed=following.guaranteed,
            outcome=outcome,
            refusal=refusal,
            skipped_hotline=following.skipped_hotline,
        )
    )
    if not following.state.final:
        expect(s, campaign, following.at)


def expect(s: State, campaign: Campaign, at: Instant | None) -> None:
    """A task came back: look again at ``at`` (None: now)."""
    campaign.exhausted = False
    campaign.came_back = True
    if at is None or at <= s.now:
        campaign.dry = campaign.asleep = False
        s.dirty.add(campaign.id)
        return
    armed = s.timers.armed("due", campaign.id)
    if campaign.dry and (armed is None or at < armed):
        s.timers.set("due", campaign.id, at)


def _room(s: State, campaign: Campaign) -> int:
    return caps.room(
        s.organisation,
        campaign.config,
        live=s.live_calls,
        other_calls=s.other_calls,
        campaign_live=len(campaign.live),
    )


def _place(refusal: Refusal) -> tuple[TaskState, Instant | None]:
    if refusal.code is RefusalCode.DO_NOT_CALL_AGAIN:
        return TaskState.EXCLUDED, refusal.until
    if refusal.final:
        return _FINAL_STATES.get(refusal.code, TaskState.EXCLUDED), None
    if refusal.until is not None:
        return TaskState.PLANNED, refusal.until
    return TaskState.WAITING, None


def _arm_buffer(s: State, campaign: Campaign) -> None:
    oldest = campaign.buffer[0].since if campaign.buffer else None
    for item in campaign.buffer:
        oldest = min(oldest, item.since) if oldest else item.since
    s.timers.set("buffer", campaign.id, oldest + BUFFER_LIFE if oldest else None)
