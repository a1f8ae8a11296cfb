"""An answered customer is offered to one agent after another until somebody answers or the wait is over."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from campana.engine import floor
from campana.engine.agent import Agent, AgentEvent
from campana.engine.attempt import Attempt, AttemptEvent, Ending
from campana.engine.calls.attempts import step
from campana.engine.calls.customer import cancel, hang_up_customer
from campana.engine.outputs import AttemptMoved, Bridge, HangUp, PlayHoldMusic, RingAgent, StartRecording
from campana.engine.prediction import watching
from campana.engine.routing import longest_idle
from campana.engine.silence import overdue
from campana.engine.state import State
from campana.engine.words import AgentState, AttemptState, Cause, DialMode
from campana.kernel.ids import recording_name

RETURN: Final = timedelta(seconds=20)
"""How long a customer hears music for an agent whose telephone was lost in the talk, before another is rung."""
AGAIN: Final = timedelta(seconds=2)
AWAY: Final = frozenset({Cause.UNAVAILABLE, Cause.NOT_FOUND, Cause.SWITCH_ERROR, Cause.LOST})


def wait_for_agent(s: State, attempt: Attempt) -> None:
    """From the answer on for at most the campaign's max wait (CAM-519). The music plays already."""
    campaign = s.campaigns[attempt.campaign_id]
    s.timers.set("wait", attempt.id, (attempt.answered_at or s.now) + campaign.config.max_wait)
    agent = s.agents.get(attempt.agent_id) if attempt.agent_id else None
    if agent is not None and agent.state is AgentState.RESERVED:
        ring_agent(s, attempt, agent)
        return
    attempt.agent_id = None
    campaign.waiting.append(attempt.id)
    offer_next(s, attempt)


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
    s.emit(RingAgent(attempt.agent_leg, agent.config.endpoint, attempt.number, ring, attempt.leg))
    s.emit(AttemptMoved(attempt.id, attempt.state, agent.id, attempt.offers, s.now))
    s.timers.set("agent_ring", attempt.id, overdue(s.now, ring))


def agent_answered(s: State, attempt: Attempt) -> bool:
    """Customer and agent are let together."""
    agent = s.agents.get(attempt.agent_id) if attempt.agent_id else None
    if agent is None or attempt.agent_leg is None or agent.state is not AgentState.RINGING:
        return False
    if attempt.ending is not None:
        return False
    attempt.connected_at = s.now
    if not step(s, attempt, AttemptEvent.CONNECT):
        return False
    agent.misses = 0
    attempt.lost_at = None
    watching.connected(s, attempt)
    s.timers.set("wait", attempt.id, None)
    s.timers.set("agent_ring", attempt.id, None)
    s.emit(Bridge(attempt.leg, attempt.agent_leg))
    campaign = s.campaigns[attempt.campaign_id]
    if campaign.config.recording:
        s.emit(StartRecording(attempt.leg, recording_name(attempt.id)))
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
    if cause in AWAY and _may_return(s, attempt, agent):
        s.timers.set("return", attempt.id, s.now + AGAIN)
        return
    attempt.lost_at = None
    if agent is not None:
        attempt.passed_by.add(agent.id)
        attempt.agent_id = None
        if cause in floor.MISSED:
            floor.missed(s, agent)
            watching.telephone_missed(s, attempt)
        floor.release(s, agent)
    _wait_on(s, attempt)


def leave_offer(s: State, attempt: Attempt, agent: Agent) -> None:
    """The agent being rung went away: stop that telephone, the customer goes to the next."""
    if attempt.agent_leg is not None:
        s.emit(HangUp(attempt.agent_leg))
    attempt.agent_leg = None
    attempt.agent_id = attempt.lost_at = None
    attempt.passed_by.add(agent.id)
    s.timers.set("agent_ring", attempt.id, None)
    s.timers.set("return", attempt.id, None)
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


def rang_in_vain(s: State, attempt: Attempt) -> None:
    """The switch never said how the agent's telephone fared: treat it as not answered."""
    if attempt.agent_leg is not None and attempt.state is AttemptState.WAITING_AGENT:
        s.emit(HangUp(attempt.agent_leg))
        agent_ended(s, attempt, Cause.RING_TIMEOUT)


def ring_again(s: State, attempt: Attempt, agent: Agent) -> bool:
    """The telephone is back: its old leg, which may not even know that it is dead, gives way to a new one."""
    talking = attempt.state is AttemptState.CONNECTED and agent.state is AgentState.IN_CALL
    rung = attempt.state is AttemptState.WAITING_AGENT and agent.state is AgentState.RINGING
    if not talking and not rung:
        return False
    if attempt.agent_leg is not None:
        s.emit(HangUp(attempt.agent_leg))
        attempt.agent_leg = None
    if talking:
        _agent_lost(s, attempt, agent)
    else:
        s.timers.set("return", attempt.id, None)
        ring_agent(s, attempt, agent)
    return True


def return_due(s: State, attempt: Attempt) -> None:
    """Try the lost telephone once more."""
    agent = s.agents.get(attempt.agent_id) if attempt.agent_id else None
    if agent is not None and agent.state is AgentState.RINGING and attempt.agent_leg is None and attempt.ending is None:
        ring_agent(s, attempt, agent)


def _may_return(s: State, attempt: Attempt, agent: Agent | None) -> bool:
    if attempt.state is not AttemptState.WAITING_AGENT or attempt.ending is not None or attempt.lost_at is None:
        return False
    return agent is not None and agent.online and s.now < attempt.lost_at + RETURN


def _wait_on(s: State, attempt: Attempt) -> None:
    if attempt.state is not AttemptState.WAITING_AGENT or attempt.ending is not None:
        return
    campaign = s.campaigns[attempt.campaign_id]
    if attempt.id not in campaign.waiting:
        campaign.waiting.append(attempt.id)
    offer_next(s, attempt)


def _agent_lost(s: State, attempt: Attempt, agent: Agent | None) -> None:
    """The agent's telephone vanished in a talk without a hang-up: the customer waits, the agent is rung again."""
    step(s, attempt, AttemptEvent.LOSE_AGENT)
    attempt.lost_at, attempt.talked_to = s.now, attempt.agent_id
    campaign = s.campaigns[attempt.campaign_id]
    s.timers.set("wait", attempt.id, s.now + campaign.config.max_wait)
    s.emit(PlayHoldMusic(attempt.leg, campaign.config.music))
    if agent is not None and agent.online:
        ring_agent(s, attempt, agent)
        return
    attempt.agent_id = None
    if agent is not None:
        floor.release(s, agent)
    _wait_on(s, attempt)
