"""Offers and previews: one contact on one agent's screen, before anything is dialled."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from campana.engine import dialling, floor, tasks
from campana.engine.agent import Agent, AgentEvent
from campana.engine.campaign import Buffered, Campaign
from campana.engine.state import State
from campana.engine.words import AgentState, PreviewStart
from campana.kernel.ids import AgentId, TaskId

SKIP_REST: Final = timedelta(minutes=5)
"""When a contact that everybody present skipped comes again."""


def begin(s: State, campaign: Campaign, agent: Agent, item: Buffered) -> None:
    """Offer the contact, or show it at once where the countdown runs from showing."""
    campaign.previews[agent.id] = item
    if campaign.config.preview_start is PreviewStart.SHOWN:
        _show(s, campaign, agent, item)
        return
    until = s.now + campaign.config.accept_timeout
    floor.move(s, agent, AgentEvent.OFFER, campaign_id=campaign.id, task_id=item.card.id, until=until)
    s.timers.set("offer", agent.id, until)


def accept(s: State, agent: Agent, task_id: TaskId) -> str | None:
    """The agent takes the offer; the code of the objection, or None."""
    found = _of(s, agent, task_id)
    if found is None or agent.state is not AgentState.OFFERED:
        return "offer_gone"
    campaign, item = found
    s.timers.set("offer", agent.id, None)
    agent.misses = 0
    _show(s, campaign, agent, item)
    return None


def dial_now(s: State, agent: Agent, task_id: TaskId) -> str | None:
    found = _of(s, agent, task_id)
    if found is None or agent.state is not AgentState.PREVIEW:
        return "preview_gone"
    _dial(s, found[0], agent)
    return None


def hold(s: State, agent: Agent, task_id: TaskId) -> str | None:
    """Stop the countdown; the agent dials by hand."""
    found = _of(s, agent, task_id)
    if found is None or agent.state is not AgentState.PREVIEW:
        return "preview_gone"
    if not found[0].config.may_hold:
        return "hold_off"
    agent.held, agent.until = True, None
    s.timers.set("preview", agent.id, None)
    floor.announce(s, agent)
    return None


def skip(s: State, agent: Agent, task_id: TaskId) -> str | None:
    """Decline an offer, or skip a shown contact where the campaign allows it."""
    found = _of(s, agent, task_id)
    if found is None:
        return "preview_gone"
    if agent.state is AgentState.PREVIEW and not found[0].config.may_skip:
        return "skip_off"
    pass_on(s, found[0], agent)
    return None


def offer_over(s: State, agent: Agent) -> None:
    """Nobody accepted in time: it counts as a missed offer and goes to somebody else."""
    campaign = s.campaigns.get(agent.campaign_id) if agent.campaign_id else None
    if campaign is None or agent.state is not AgentState.OFFERED:
        return
    floor.missed(s, agent)
    pass_on(s, campaign, agent)


def countdown_over(s: State, agent: Agent) -> None:
    campaign = s.campaigns.get(agent.campaign_id) if agent.campaign_id else None
    if campaign is not None and agent.state is AgentState.PREVIEW:
        _dial(s, campaign, agent)


def pass_on(s: State, campaign: Campaign, agent: Agent) -> None:
    """Declined, skipped or let pass: somebody else may have the contact, or it comes again later."""
    item = _take(campaign, agent.id)
    agent.declined.add(item.card.id)
    floor.release(s, agent)
    others = [s.agents[agent_id] for agent_id in campaign.members if agent_id != agent.id]
    if any(other.dials and item.card.id not in other.declined for other in others):
        tasks.put_back(s, campaign, item)
    else:
        tasks.postpone(s, campaign, item.card, s.now + SKIP_REST)
    s.dirty.add(campaign.id)


def leave(s: State, campaign: Campaign, agent: Agent) -> None:
    """The agent went away: the contact goes back as if it had never been shown."""
    item = _take(campaign, agent.id)
    floor.release(s, agent)
    tasks.give_back(s, campaign, [item.card])


def take_back(s: State, campaign: Campaign, *, accepted_too: bool) -> None:
    """The campaign stops: contacts on screens go back, accepted ones only when nothing may run on."""
    for agent_id in list(campaign.previews):
        agent = s.agents[agent_id]
        if agent.state is AgentState.PREVIEW and not accepted_too:
            continue
        item = _take(campaign, agent_id)
        floor.release(s, agent)
        tasks.give_back(s, campaign, [item.card])


def _show(s: State, campaign: Campaign, agent: Agent, item: Buffered) -> None:
    until = s.now + campaign.config.preview_time
    floor.move(s, agent, AgentEvent.SHOW, campaign_id=campaign.id, task_id=item.card.id, until=until)
    s.timers.set("preview", agent.id, until)


def _dial(s: State, campaign: Campaign, agent: Agent) -> None:
    """The look is over: the call waits for a line in the campaign's turn, before any new work of it."""
    s.timers.set("preview", agent.id, None)
    campaign.due_previews[agent.id] = None
    s.eager.add(campaign.id)


def dial_due(s: State, campaign: Campaign) -> None:
    """Dial what agents have looked at, as far as there are lines; the card stays on the screen meanwhile."""
    while campaign.due_previews:
        held = dialling.held(s, campaign)
        if held is not None:
            dialling.say_held(s, campaign, held)
            return
        agent_id = next(iter(campaign.due_previews))
        agent, item = s.agents[agent_id], _take(campaign, agent_id)
        if not dialling.start(s, campaign, item.card, agent):
            floor.release(s, agent)


def _take(campaign: Campaign, agent_id: AgentId) -> Buffered:
    campaign.due_previews.pop(agent_id, None)
    return campaign.previews.pop(agent_id)


def _of(s: State, agent: Agent, task_id: TaskId) -> tuple[Campaign, Buffered] | None:
    if agent.task_id != task_id or agent.campaign_id is None:
        return None
    campaign = s.campaigns.get(agent.campaign_id)
    item = campaign.previews.get(agent.id) if campaign else None
    return (campaign, item) if campaign and item else None
