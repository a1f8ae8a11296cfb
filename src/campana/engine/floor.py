"""Moving agents: the one place that changes what an agent does and says so."""

from __future__ import annotations

from typing import Final

from campana.engine.agent import AGENT_TABLE, Agent, AgentEvent
from campana.engine.outputs import AgentMoved, AgentSetNotReady
from campana.engine.prediction import watching
from campana.engine.state import State
from campana.engine.words import AgentState, Cause, Presence
from campana.kernel.clock import Instant
from campana.kernel.ids import AttemptId, CampaignId, TaskId

MISSED: Final = frozenset(Cause) - {Cause.HUNG_UP, Cause.WE_HUNG_UP, Cause.LOST}
"""How a telephone that was rung misses an offer: nobody picked up, it is engaged (486, as most say of a rejected call
or "do not disturb"), it says nothing at all, or the switch can not ring it."""


def move(
    s: State,
    agent: Agent,
    event: AgentEvent,
    *,
    campaign_id: CampaignId | None = None,
    task_id: TaskId | None = None,
    attempt_id: AttemptId | None = None,
    until: Instant | None = None,
) -> None:
    """Take the agent along the table. The caller has made sure that the event fits."""
    state = AGENT_TABLE.next(agent.state, event)
    if state is None:
        raise AssertionError(f"agent in {agent.state} can not {event}")
    leaves_rest = agent.state is AgentState.AVAILABLE
    agent.campaign_id, agent.task_id, agent.attempt_id = campaign_id, task_id, attempt_id
    _enter(s, agent, state, until)
    if leaves_rest:
        _unlist(s, agent)


def release(s: State, agent: Agent) -> None:
    """The work is over: the agent rests where the wishes say."""
    s.timers.set("offer", agent.id, None)
    s.timers.set("preview", agent.id, None)
    s.timers.set("wrap_up", agent.id, None)
    agent.campaign_id = agent.task_id = agent.attempt_id = None
    agent.extended = agent.held = False
    _enter(s, agent, agent.rest, None)
    if agent.removed:
        forget(s, agent)
    elif agent.state is AgentState.AVAILABLE:
        _list(s, agent)


def settle(s: State, agent: Agent) -> None:
    """The wishes of a resting agent changed."""
    if not agent.resting or agent.state is agent.rest:
        return
    was_available = agent.state is AgentState.AVAILABLE
    _enter(s, agent, agent.rest, None)
    if was_available:
        _unlist(s, agent)
    if agent.removed:
        forget(s, agent)
    elif agent.state is AgentState.AVAILABLE:
        _list(s, agent)


def announce(s: State, agent: Agent) -> None:
    """Say again what the agent does: a countdown or a wish for afterwards changed."""
    s.emit(
        AgentMoved(
            agent.id,
            agent.state,
            agent.since or s.now,
            agent.campaign_id,
            agent.task_id,
            agent.attempt_id,
            agent.until,
            not agent.resting and agent.rest is not AgentState.AVAILABLE,
        )
    )


def missed(s: State, agent: Agent) -> None:
    """An offer passed unanswered; the third in a row withdraws readiness (CAM-521)."""
    agent.misses += 1
    if agent.misses < s.organisation.missed_offers:
        return
    agent.misses = 0
    agent.presence = Presence.NOT_READY
    s.emit(AgentSetNotReady(agent.id, s.now))
    count_dialling_everywhere(s, agent)


def forget(s: State, agent: Agent) -> None:
    """Remove a resting agent that the configuration no longer knows."""
    _unlist(s, agent)
    for campaign_id in agent.config.campaigns:
        campaign = s.campaigns.get(campaign_id)
        if campaign:
            campaign.members.discard(agent.id)
            count_dialling(s, agent, campaign_id)
    s.agents.pop(agent.id, None)


def join(s: State, agent: Agent) -> None:
    """Make the agent a member of the campaigns of its configuration, and of no others."""
    for campaign in s.campaigns.values():
        member = campaign.id in agent.config.campaigns
        if member == (agent.id in campaign.members):
            continue
        if member:
            campaign.members.add(agent.id)
            if agent.state is AgentState.AVAILABLE:
                campaign.free[agent.id] = None
                campaign.asleep = False
        else:
            campaign.members.discard(agent.id)
            campaign.free.pop(agent.id, None)
        count_dialling(s, agent, campaign.id)


def count_dialling_everywhere(s: State, agent: Agent) -> None:
    """The wishes changed: every campaign of the agent's must know."""
    for campaign_id in agent.config.campaigns:
        if campaign_id in s.campaigns:
            count_dialling(s, agent, campaign_id)


def count_dialling(s: State, agent: Agent, campaign_id: CampaignId) -> None:
    """Keep the campaign's list of members in the Dialling status right about this agent."""
    campaign = s.campaigns[campaign_id]
    before = agent.id in campaign.dialling
    dials = agent.dials and agent.id in campaign.members
    if dials:
        campaign.dialling.add(agent.id)
    else:
        campaign.dialling.discard(agent.id)
    if dials and not before:
        campaign.dry = False  # personal call backs of this agent may be waiting
    watch_loneliness(s, campaign_id)
    s.dirty.add(campaign_id)


def watch_loneliness(s: State, campaign_id: CampaignId) -> None:
    """Keep since when no member of the campaign has been in the Dialling status."""
    campaign = s.campaigns[campaign_id]
    if campaign.dialling:
        campaign.lonely_since = None
        s.timers.set("lonely", campaign_id, None)
    elif campaign.lonely_since is None:
        campaign.lonely_since = s.now
        s.timers.set("lonely", campaign_id, s.now + campaign.config.no_agent_grace)


def _enter(s: State, agent: Agent, state: AgentState, until: Instant | None) -> None:
    watching.agent_moved(s, agent, state)
    agent.state, agent.since, agent.until = state, s.now, until
    announce(s, agent)


def _list(s: State, agent: Agent) -> None:
    agent_id, campaigns = agent.config.id, s.campaigns
    s.callers_may_be_served = True
    for campaign_id in agent.config.campaigns:
        campaign = campaigns.get(campaign_id)
        if campaign is not None:
            campaign.free[agent_id] = None
            campaign.asleep = False
            if agent_id in campaign.personal:
                campaign.dry = False
    s.eager |= agent.config.campaigns


def _unlist(s: State, agent: Agent) -> None:
    agent_id, campaigns = agent.config.id, s.campaigns
    for campaign_id in agent.config.campaigns:
        campaign = campaigns.get(campaign_id)
        if campaign is not None:
            campaign.free.pop(agent_id, None)
