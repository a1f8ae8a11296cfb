"""What people wish, brought to their agents: presence, previews, hang-up, results."""

from __future__ import annotations

from collections.abc import Callable

from campana.engine import calls, floor, previews, wrap_up
from campana.engine import inputs as i
from campana.engine.agent import Agent
from campana.engine.attempt import Attempt, Ending
from campana.engine.by_hand import after as hand_after
from campana.engine.by_hand import legs as hand
from campana.engine.config import AgentConfig
from campana.engine.inbound import legs as caller
from campana.engine.inbound import queue as inbound
from campana.engine.outputs import ContactMarked
from campana.engine.state import State
from campana.engine.words import AgentState, AttemptState
from campana.kernel.ids import AgentId, HotlineId, TrunkId


def configure(s: State, config: AgentConfig) -> None:
    agent = s.agents.get(config.id)
    if agent is None:
        agent = s.agents[config.id] = Agent(config)
    agent.config, agent.removed = config, False
    floor.join(s, agent)


def remove(s: State, agent_id: AgentId) -> None:
    """Gone from the configuration: leaves at once, or after the present call (CAM-286)."""
    agent = s.agents.get(agent_id)
    if agent is None:
        return
    agent.removed = True
    _withdraw(s, agent)
    floor.count_dialling_everywhere(s, agent)


def presence(s: State, given: i.PresenceChanged) -> None:
    """A wish takes effect at once, or after the talk and its wrap-up."""
    agent = s.agents.get(given.agent_id)
    if agent is None:
        s.refuse(given, "unknown_agent")
        return
    agent.presence, agent.online, agent.dialling = given.presence, given.online, given.dialling
    _withdraw(s, agent)
    floor.count_dialling_everywhere(s, agent)


def accept(s: State, given: i.PreviewAccepted) -> None:
    _try(s, given, given.agent_id, lambda agent: previews.accept(s, agent, given.task_id))


def dial_now(s: State, given: i.DialNowRequested) -> None:
    _try(s, given, given.agent_id, lambda agent: previews.dial_now(s, agent, given.task_id))


def skip(s: State, given: i.SkipRequested) -> None:
    _try(s, given, given.agent_id, lambda agent: previews.skip(s, agent, given.task_id))


def hold(s: State, given: i.HoldRequested) -> None:
    _try(s, given, given.agent_id, lambda agent: previews.hold(s, agent, given.task_id))


def ready(s: State, given: i.ReadyRequested) -> None:
    _try(s, given, given.agent_id, lambda agent: None if hand_after.close(s, agent) else wrap_up.ready(s, agent))


def extend(s: State, given: i.ExtendRequested) -> None:
    _try(s, given, given.agent_id, lambda agent: wrap_up.extend(s, agent))


def hang_up(s: State, given: i.HangUpRequested) -> None:
    """The agent ends the talk, or cancels a call that was dialled for this agent."""
    call = s.by_hand.get(given.attempt_id)
    if call is not None and call.agent_id == given.agent_id:
        hand.hang_up(s, call)
        return
    came_in = s.inbound.get(given.attempt_id)
    if came_in is not None and came_in.agent_id == given.agent_id:
        if came_in.state is AttemptState.CONNECTED:
            caller.hang_up(s, came_in, Ending.AGENT)
        else:
            inbound.decline(s, came_in, s.agents[given.agent_id])
        return
    attempt = s.attempts.get(given.attempt_id)
    if attempt is None or attempt.agent_id != given.agent_id:
        s.refuse(given, "attempt_gone")
    elif attempt.state is AttemptState.CONNECTED:
        calls.hang_up_customer(s, attempt, Ending.AGENT)
    elif attempt.state in {AttemptState.DETECTING, AttemptState.WAITING_AGENT}:
        s.refuse(given, "not_connected")
    else:
        calls.cancel(s, attempt)


def ring_again(s: State, given: i.RingAgainRequested) -> None:
    """The agent's telephone is back: the call comes to it again, the customer hears music meanwhile.

    While the switch is away nothing is known and nothing can be rung: what became of the talk is seen when it returns.
    """
    attempt, agent = s.attempts.get(given.attempt_id), s.agents.get(given.agent_id)
    came_in, call = s.inbound.get(given.attempt_id), s.by_hand.get(given.attempt_id)
    if not s.switch_up:
        s.refuse(given, "switch_away")
        return
    if agent is not None and (came_in is not None or call is not None):
        rings = inbound.ring_again(s, came_in, agent) if came_in is not None else False
        if not rings and not (call is not None and hand.ring_again(s, call, agent)):
            s.refuse(given, "not_expected")
        return
    if attempt is None or agent is None or attempt.agent_id != agent.id or attempt.ending is not None:
        s.refuse(given, "attempt_gone")
    elif not calls.ring_again(s, attempt, agent):
        s.refuse(given, "not_expected")


def decline(s: State, given: i.DeclineRequested) -> None:
    call, agent = s.inbound.get(given.attempt_id), s.agents.get(given.agent_id)
    if call is None or agent is None or not inbound.decline(s, call, agent):
        s.refuse(given, "attempt_gone")


def result(s: State, given: i.ResultEntered) -> None:
    if not (wrap_up.enter_result(s, given) or hand_after.keep_result(s, given)):
        s.refuse(given, "attempt_gone")


def late_mark(s: State, given: i.LateMarkEntered) -> None:
    s.emit(ContactMarked(None, None, given.agent_id, given.attempt_id, s.now))


def late_result(s: State, given: i.LateResultEntered) -> None:
    card = given.card
    if card.campaign_id not in s.campaigns:
        s.refuse(given, "unknown_campaign")
        return
    attempt = Attempt(
        given.result.attempt_id,
        card.campaign_id,
        card,
        card.number_index,
        HotlineId(0),
        TrunkId(0),
        s.now,
        state=AttemptState.ENDED,
        agent_id=given.result.agent_id,
    )
    wrap_up.settle_late(s, given.result, attempt)


def _withdraw(s: State, agent: Agent) -> None:
    """Make the agent's place agree with the wishes, where the work may be left."""
    if agent.resting:
        floor.settle(s, agent)
        return
    if agent.rest is AgentState.AVAILABLE:
        floor.announce(s, agent)
        return
    if not hand_after.may_stay(agent) and hand_after.close(s, agent):
        return
    attempt = s.attempts.get(agent.attempt_id) if agent.attempt_id else None
    came_in = s.inbound.get(agent.attempt_id) if agent.attempt_id else None
    campaign = s.campaigns.get(agent.campaign_id) if agent.campaign_id else None
    if agent.state in {AgentState.OFFERED, AgentState.PREVIEW} and campaign is not None:
        previews.leave(s, campaign, agent)
    elif agent.state is AgentState.RESERVED and attempt is not None:
        calls.leave_reservation(s, attempt, agent)
    elif agent.state is AgentState.RINGING and attempt is not None:
        calls.leave_offer(s, attempt, agent)
    elif agent.state is AgentState.RINGING and came_in is not None:
        inbound.leave(s, came_in, agent)
    else:
        floor.announce(s, agent)


def _try(s: State, given: i.Input, agent_id: AgentId, act: Callable[[Agent], str | None]) -> None:
    agent = s.agents.get(agent_id)
    objection = "unknown_agent" if agent is None else act(agent)
    if objection is not None:
        s.refuse(given, objection)
