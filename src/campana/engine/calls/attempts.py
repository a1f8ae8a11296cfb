"""Opening an attempt and forgetting it: what it occupies is taken and given back here alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from campana.engine import floor
from campana.engine.agent import Agent, AgentEvent
from campana.engine.attempt import ATTEMPT_TABLE, Attempt, AttemptEvent
from campana.engine.campaign import Campaign
from campana.engine.config import TaskCard
from campana.engine.outputs import AttemptMoved, AttemptOpened, Originate, Permit, TaskMoved
from campana.engine.silence import overdue
from campana.engine.state import State
from campana.engine.words import TaskState
from campana.kernel.ids import HotlineId

RECHECK: Final = timedelta(minutes=2)
"""When to look again at a task whose number was busy with another attempt."""


def open_attempt(
    s: State,
    campaign: Campaign,
    card: TaskCard,
    number_index: int,
    permit: Permit,
    hotline_id: HotlineId,
    agent: Agent | None,
) -> Attempt:
    """Write the attempt down and dial. ``agent``: reserved for it, or None when chosen at pick-up."""
    hotline = s.hotlines[hotline_id]
    number = card.numbers[number_index].number
    trunk = s.trunks[hotline.config.trunk_id]
    trunk.take(s.now)
    attempt = Attempt(
        s.new_attempt_id(),
        campaign.id,
        card,
        number_index,
        hotline_id,
        trunk.config.id,
        s.now,
        agent_id=agent.id if agent else None,
        number=number,
    )
    s.attempts[attempt.id] = attempt
    campaign.live.add(attempt.id)
    campaign.take_turn(s.now)
    campaign.hotline_uses[hotline_id] = campaign.hotline_uses.get(hotline_id, 0) + 1
    s.emit(
        AttemptOpened(
            attempt.id,
            campaign.id,
            card.id,
            card.contact_id,
            number,
            number_index,
            hotline_id,
            trunk.config.id,
            attempt.agent_id,
            campaign.config.mode,
            permit,
            s.now,
        )
    )
    s.emit(TaskMoved(card.id, campaign.id, TaskState.IN_CALL, s.now, agreed=card.agreed, guaranteed=card.guaranteed))
    if agent:
        floor.move(s, agent, AgentEvent.RESERVE, campaign_id=campaign.id, task_id=card.id, attempt_id=attempt.id)
    ring = campaign.config.answer_wait
    s.emit(Originate(attempt.leg, trunk.config.endpoint, number, hotline.config.number, ring))
    s.timers.set("ring", attempt.id, overdue(s.now, ring))
    return attempt


def withdraw(s: State, attempt: Attempt) -> None:
    """The database did not let the attempt begin: nothing was dialled, no leg will ever speak."""
    drop(s, attempt)
    hotline_uses = s.campaigns[attempt.campaign_id].hotline_uses
    hotline_uses[attempt.hotline_id] = max(0, hotline_uses.get(attempt.hotline_id, 1) - 1)
    agent = s.agents.get(attempt.agent_id) if attempt.agent_id else None
    if agent:
        floor.release(s, agent)


def step(s: State, attempt: Attempt, event: AttemptEvent) -> bool:
    state = ATTEMPT_TABLE.next(attempt.state, event)
    if state is None:
        return False
    attempt.state = state
    s.emit(AttemptMoved(attempt.id, state, attempt.agent_id, attempt.offers, s.now))
    return True


def drop(s: State, attempt: Attempt) -> None:
    """Forget a live attempt and give back what it occupied."""
    s.attempts.pop(attempt.id, None)
    for kind in ("ring", "detect", "wait", "message", "hang", "agent_ring", "return", "late"):
        s.timers.set(kind, attempt.id, None)
    trunk = s.trunks.get(attempt.trunk_id)
    if trunk:
        trunk.give_back()
    campaign = s.campaigns[attempt.campaign_id]
    campaign.live.discard(attempt.id)
    if attempt.id in campaign.waiting:
        campaign.waiting.remove(attempt.id)
    s.dirty.add(campaign.id)
    s.free_lines()
