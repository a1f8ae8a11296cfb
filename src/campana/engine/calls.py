"""The life of an attempt, from the permit to the end of the customer's leg.

An answered customer is offered to one agent after another until somebody answers or the wait is over. Nobody
but customer, agent or max wait ends an answered call; whatever the switch forgets to say is asked for by a
hang-up, never by dialling again.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from campana.engine import floor, tasks, wrap_up
from campana.engine.agent import Agent, AgentEvent
from campana.engine.attempt import ATTEMPT_TABLE, UNANSWERED, UNCOUNTED, Attempt, AttemptEvent, Ending
from campana.engine.campaign import Campaign
from campana.engine.config import TaskCard
from campana.engine.outputs import (
    AttemptEnded,
    AttemptMoved,
    AttemptOpened,
    Bridge,
    HangUp,
    HotlineRested,
    Originate,
    Permit,
    PlayHoldMusic,
    RingAgent,
    StartRecording,
    TaskMoved,
)
from campana.engine.routing import longest_idle
from campana.engine.rules.retry import after_outcome
from campana.engine.state import State
from campana.engine.words import AgentState, AttemptState, Cause, DialMode, Outcome, TaskState
from campana.kernel.clock import Instant
from campana.kernel.ids import HotlineId

SILENCE: Final = timedelta(seconds=8)
"""How long after its due time news of a leg may stay away before the leg is hung up to be sure."""
RECHECK: Final = timedelta(minutes=2)
"""When to look again at a task whose number was busy with another attempt."""
HANG_UP_ANSWER: Final = timedelta(seconds=5)
"""How long the switch may take to confirm a hang-up."""


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
    )
    s.attempts[attempt.id] = attempt
    campaign.live.add(attempt.id)
    campaign.dialled_at = s.now
    campaign.hotline_uses[hotline_id] = campaign.hotline_uses.get(hotline_id, 0) + 1
    number = card.numbers[number_index].number
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
    s.timers.set("ring", attempt.id, s.now + ring + ring / 10 + SILENCE)
    return attempt


def withdraw(s: State, attempt: Attempt) -> None:
    """The database did not let the attempt begin: nothing was dialled, no leg will ever speak."""
    _drop(s, attempt)
    hotline_uses = s.campaigns[attempt.campaign_id].hotline_uses
    hotline_uses[attempt.hotline_id] = max(0, hotline_uses.get(attempt.hotline_id, 1) - 1)
    agent = s.agents.get(attempt.agent_id) if attempt.agent_id else None
    if agent:
        floor.release(s, agent)


# --- the customer's leg ---------------------------------------------------------------------------


def ringing(s: State, attempt: Attempt) -> bool:
    return _step(s, attempt, AttemptEvent.RING)


def answered(s: State, attempt: Attempt) -> bool:
    """A person (or a machine) picked up: the wait for an agent begins."""
    attempt.answered_at = attempt.answered_at or s.now
    if not _step(s, attempt, AttemptEvent.ANSWER):
        return False
    s.timers.set("ring", attempt.id, None)
    s.hotlines[attempt.hotline_id].succeed()
    if attempt.ending is Ending.CANCEL or attempt.ending is Ending.SILENT:
        return True  # the hang-up is on its way; nobody is rung for it
    wait_for_agent(s, attempt)
    return True


def wait_for_agent(s: State, attempt: Attempt) -> None:
    """The customer hears music from now on, for at most the campaign's max wait."""
    campaign = s.campaigns[attempt.campaign_id]
    attempt.wait_since = s.now
    s.timers.set("wait", attempt.id, s.now + campaign.config.max_wait)
    s.emit(PlayHoldMusic(attempt.leg))
    agent = s.agents.get(attempt.agent_id) if attempt.agent_id else None
    if agent is not None and agent.state is AgentState.RESERVED:
        ring_agent(s, attempt, agent)
        return
    attempt.agent_id = None
    campaign.waiting.append(attempt.id)
    offer_next(s, attempt)


def customer_ended(s: State, attempt: Attempt, cause: Cause, sip_code: int | None = None) -> None:
    """The customer's leg is gone, whatever the reason: account for it and let everybody go."""
    outcome = attempt.outcome(cause)
    was_connected = attempt.state is AttemptState.CONNECTED
    _hotline_health(s, attempt, outcome)
    attempt.state = ATTEMPT_TABLE.next(attempt.state, AttemptEvent.END) or AttemptState.ENDED
    if attempt.agent_leg is not None:
        s.emit(HangUp(attempt.agent_leg))
    counted = outcome not in UNCOUNTED
    _drop(s, attempt)
    s.emit(
        AttemptEnded(
            attempt.id, attempt.campaign_id, attempt.card.id, outcome, cause, sip_code, counted, attempt.agent_id, s.now
        )
    )
    campaign = s.campaigns[attempt.campaign_id]
    agent = s.agents.get(attempt.agent_id) if attempt.agent_id else None
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
    s.timers.set("ring", attempt.id, None)
    s.timers.set("wait", attempt.id, None)
    s.timers.set("hang", attempt.id, s.now + HANG_UP_ANSWER)


def cancel(s: State, attempt: Attempt) -> None:
    """Stop a call that nobody has answered yet."""
    if attempt.state in UNANSWERED and attempt.ending is None:
        hang_up_customer(s, attempt, Ending.CANCEL)


def give_up_waiting(s: State, attempt: Attempt) -> None:
    """Max wait is over and nobody took the call (CAM-519): it ends as abandoned by the system."""
    hang_up_customer(s, attempt, Ending.MAX_WAIT)


# --- the agent's leg ------------------------------------------------------------------------------


def offer_next(s: State, attempt: Attempt) -> bool:
    """Ring the next free agent for a waiting customer; False when nobody is free (or nothing can be rung)."""
    if not s.switch_up:
        return False
    campaign = s.campaigns[attempt.campaign_id]
    chosen = longest_idle.choose(campaign.free, preferred=attempt.card.preferred_agent, passed_by=attempt.passed_by)
    if chosen is None:
        return False
    if attempt.id in campaign.waiting:
        campaign.waiting.remove(attempt.id)
    ring_agent(s, attempt, s.agents[chosen])
    return True


def ring_agent(s: State, attempt: Attempt, agent: Agent) -> None:
    campaign = s.campaigns[attempt.campaign_id]
    attempt.agent_id = agent.id
    attempt.agent_leg = attempt.next_agent_leg()
    attempt.agent_leg_at = s.now
    ring = campaign.config.agent_ring
    floor.move(
        s,
        agent,
        AgentEvent.RING,
        campaign_id=campaign.id,
        task_id=attempt.card.id,
        attempt_id=attempt.id,
        until=s.now + ring,
    )
    caller = attempt.card.numbers[attempt.number_index].number
    s.emit(RingAgent(attempt.agent_leg, agent.config.endpoint, caller, ring, attempt.leg))
    s.emit(AttemptMoved(attempt.id, attempt.state, agent.id, attempt.offers, s.now))
    s.timers.set("agent_ring", attempt.id, s.now + ring + ring / 10 + SILENCE)


def agent_answered(s: State, attempt: Attempt) -> bool:
    """Customer and agent are let together."""
    agent = s.agents.get(attempt.agent_id) if attempt.agent_id else None
    if agent is None or attempt.agent_leg is None or agent.state is not AgentState.RINGING:
        return False
    if attempt.ending is not None:
        return False
    attempt.connected_at = s.now
    if not _step(s, attempt, AttemptEvent.CONNECT):
        return False
    agent.misses = 0
    s.timers.set("wait", attempt.id, None)
    s.timers.set("agent_ring", attempt.id, None)
    s.emit(Bridge(attempt.leg, attempt.agent_leg))
    campaign = s.campaigns[attempt.campaign_id]
    if campaign.config.recording:
        s.emit(StartRecording(attempt.leg, f"{attempt.id:x}"))
    floor.move(s, agent, AgentEvent.CONNECT, campaign_id=campaign.id, task_id=attempt.card.id, attempt_id=attempt.id)
    return True


def agent_ended(s: State, attempt: Attempt, cause: Cause) -> None:
    """The agent's leg is gone: a hang-up ends the talk, a missed offer goes to the next agent."""
    attempt.agent_leg = None
    s.timers.set("agent_ring", attempt.id, None)
    agent = s.agents.get(attempt.agent_id) if attempt.agent_id else None
    if attempt.state is AttemptState.CONNECTED:
        if cause in {Cause.HUNG_UP, Cause.WE_HUNG_UP}:
            hang_up_customer(s, attempt, Ending.AGENT)
        else:
            _agent_lost(s, attempt, agent)
        return
    if agent is not None:
        attempt.passed_by.add(agent.id)
        attempt.agent_id = None
        if cause in {Cause.RING_TIMEOUT, Cause.REJECTED, Cause.UNAVAILABLE, Cause.NOT_FOUND}:
            floor.missed(s, agent)
        floor.release(s, agent)
    _wait_on(s, attempt)


def leave_offer(s: State, attempt: Attempt, agent: Agent) -> None:
    """The agent being rung went away: stop that telephone, the customer goes to the next."""
    if attempt.agent_leg is not None:
        s.emit(HangUp(attempt.agent_leg))
    attempt.agent_leg = None
    attempt.agent_id = None
    attempt.passed_by.add(agent.id)
    s.timers.set("agent_ring", attempt.id, None)
    floor.release(s, agent)
    _wait_on(s, attempt)


def leave_reservation(s: State, attempt: Attempt, agent: Agent) -> None:
    """The agent reserved for a call that nobody answered yet went away: another takes it, or it is cancelled."""
    attempt.agent_id = None
    floor.release(s, agent)
    campaign = s.campaigns[attempt.campaign_id]
    other = None if campaign.config.mode is DialMode.PREVIEW else longest_idle.choose(campaign.free)
    if other is None:
        cancel(s, attempt)
        return
    attempt.agent_id = other
    floor.move(
        s, s.agents[other], AgentEvent.RESERVE, campaign_id=campaign.id, task_id=attempt.card.id, attempt_id=attempt.id
    )
    s.emit(AttemptMoved(attempt.id, attempt.state, other, attempt.offers, s.now))


# --- the pieces -----------------------------------------------------------------------------------


def _step(s: State, attempt: Attempt, event: AttemptEvent) -> bool:
    state = ATTEMPT_TABLE.next(attempt.state, event)
    if state is None:
        return False
    attempt.state = state
    s.emit(AttemptMoved(attempt.id, state, attempt.agent_id, attempt.offers, s.now))
    return True


def _wait_on(s: State, attempt: Attempt) -> None:
    if attempt.state is not AttemptState.WAITING_AGENT or attempt.ending is not None:
        return
    campaign = s.campaigns[attempt.campaign_id]
    if attempt.id not in campaign.waiting:
        campaign.waiting.append(attempt.id)
    offer_next(s, attempt)


def _agent_lost(s: State, attempt: Attempt, agent: Agent | None) -> None:
    """The agent's telephone vanished in a talk without a hang-up: the customer waits, the agent is rung again."""
    _step(s, attempt, AttemptEvent.LOSE_AGENT)
    campaign = s.campaigns[attempt.campaign_id]
    attempt.wait_since = s.now
    s.timers.set("wait", attempt.id, s.now + campaign.config.max_wait)
    s.emit(PlayHoldMusic(attempt.leg))
    if agent is not None and agent.online:
        ring_agent(s, attempt, agent)
        return
    attempt.agent_id = None
    if agent is not None:
        floor.release(s, agent)
    _wait_on(s, attempt)


def _hotline_health(s: State, attempt: Attempt, outcome: Outcome) -> None:
    hotline = s.hotlines.get(attempt.hotline_id)
    if hotline is None:
        return
    if outcome is Outcome.HOTLINE_FAILURE:
        _rest(s, attempt, hotline.fail(s.now))
    elif outcome is Outcome.CONGESTION:
        _rest(s, attempt, hotline.congest(s.now))
    elif outcome not in UNCOUNTED:
        hotline.succeed()


def _rest(s: State, attempt: Attempt, until: Instant | None) -> None:
    if until is not None:
        s.emit(HotlineRested(attempt.hotline_id, until, s.now))
        s.timers.set("rest", attempt.hotline_id, until)
        s.touch_all()


def _drop(s: State, attempt: Attempt) -> None:
    """Forget a live attempt and give back what it occupied."""
    s.attempts.pop(attempt.id, None)
    for kind in ("ring", "wait", "hang", "agent_ring"):
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


def rang_in_vain(s: State, attempt: Attempt) -> None:
    """The switch never said how the agent's telephone fared: treat it as not answered."""
    if attempt.agent_leg is not None and attempt.state is AttemptState.WAITING_AGENT:
        s.emit(HangUp(attempt.agent_leg))
        agent_ended(s, attempt, Cause.RING_TIMEOUT)
