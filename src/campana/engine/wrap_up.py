"""After the talk: the countdown, the result, and what the result means for the task (CAM-340..344, 530..533)."""

from __future__ import annotations

from campana.engine import floor, tasks
from campana.engine.agent import Agent, AgentEvent
from campana.engine.attempt import Attempt, Conversation
from campana.engine.campaign import Campaign
from campana.engine.inputs import ResultEntered
from campana.engine.outputs import ContactMarked, WrapUpEnded
from campana.engine.rules.retry import after_result
from campana.engine.state import State
from campana.engine.words import AgentState, AttemptState, Outcome, ResultClass
from campana.kernel.clock import Instant
from campana.kernel.ids import AgentId, AttemptId


def begin(s: State, attempt: Attempt, campaign: Campaign, agent: Agent | None) -> None:
    """The talk is over: the agent has the wrap-up time, unless there is none to have."""
    s.ended[attempt.id] = Conversation(attempt, s.early_results.pop(attempt.id, None))
    campaign.wrapping.add(attempt.id)
    length = campaign.config.wrap_up
    if agent is None or agent.state is not AgentState.IN_CALL or not length:
        finish(s, attempt.id)
        return
    _count_down(s, attempt, agent, s.now + length)


def resume(
    s: State, attempt: Attempt, campaign: Campaign, agent: Agent, ended_at: Instant, until: Instant | None = None
) -> None:
    """After a restart: what is left of the countdown (``until``: as it was shown), never less than none."""
    usual = ended_at + campaign.config.wrap_up
    until = until or usual
    s.ended[attempt.id] = Conversation(attempt, s.early_results.pop(attempt.id, None))
    campaign.wrapping.add(attempt.id)
    if until <= s.now:
        finish(s, attempt.id)  # the agent rests where the wishes, still to come, say
        return
    agent.state = AgentState.IN_CALL
    agent.extended = until > usual
    _count_down(s, attempt, agent, until)


def enter_result(s: State, given: ResultEntered) -> bool:
    """Keep the result of a live or just ended conversation, or of one whose agent just had to leave it; False when it
    is neither."""
    ended = s.ended.get(given.attempt_id)
    if ended is not None:
        if ended.attempt.agent_id != given.agent_id:
            return False
        ended.result = given
        return True
    attempt = s.attempts.get(given.attempt_id)
    if attempt is None or attempt.connected_at is None:
        return False
    left = attempt.state is AttemptState.WAITING_AGENT and given.agent_id == attempt.talked_to
    if attempt.agent_id != given.agent_id and not left:
        return False
    s.early_results[given.attempt_id] = given
    return True


def ready(s: State, agent: Agent) -> str | None:
    """End wrap-up early; the code of the objection, or None when it is done."""
    found = _of(s, agent)
    if found is None:
        return "not_in_wrap_up"
    ended, campaign = found
    if not campaign.config.ready_early:
        return "ready_early_off"
    if campaign.config.result_required and ended.result is None:
        return "result_required"
    finish(s, ended.attempt.id)
    return None


def extend(s: State, agent: Agent) -> str | None:
    """One more wrap-up time, once; the code of the objection, or None when it is done."""
    found = _of(s, agent)
    if found is None or agent.until is None:
        return "not_in_wrap_up"
    campaign = found[1]
    if not campaign.config.extend_once or agent.extended:
        return "extended_already"
    agent.extended = True
    agent.until += campaign.config.wrap_up
    s.timers.set("wrap_up", agent.id, agent.until)
    floor.announce(s, agent)
    return None


def time_over(s: State, agent: Agent) -> None:
    found = _of(s, agent)
    if found is not None:
        finish(s, found[0].attempt.id)


def finish(s: State, attempt_id: AttemptId) -> None:
    """Wrap-up is over, with a result or without: the task goes on, the agent rests."""
    ended = s.ended.pop(attempt_id)
    attempt, result = ended.attempt, ended.result
    campaign = s.campaigns[attempt.campaign_id]
    campaign.wrapping.discard(attempt_id)
    s.dirty.add(campaign.id)
    if attempt.agent_id is not None:
        s.emit(WrapUpEnded(attempt_id, attempt.agent_id, result.result_id if result else None, s.now))
    _settle_task(s, attempt, campaign, result)
    agent = s.agents.get(attempt.agent_id) if attempt.agent_id else None
    if agent is not None and agent.attempt_id == attempt_id:
        floor.release(s, agent)


def settle_late(s: State, given: ResultEntered, attempt: Attempt) -> None:
    """A result entered after wrap-up: the task is placed anew (CAM-343)."""
    _settle_task(s, attempt, s.campaigns[attempt.campaign_id], given)


def _settle_task(s: State, attempt: Attempt, campaign: Campaign, result: ResultEntered | None) -> None:
    agent_id = attempt.agent_id or AgentId(0)
    following = after_result(
        attempt.card,
        result.result_class if result else None,
        agent_id=agent_id,
        callback_at=result.callback_at if result else None,
        callback_to_me=result.callback_to_me if result else False,
        campaign=campaign.config,
        now=s.now,
    )
    if result is not None and result.result_class is ResultClass.DO_NOT_CALL:
        s.emit(ContactMarked(attempt.card.contact_id, campaign.id, agent_id, attempt.id, s.now))
    tasks.settle(s, campaign, attempt, following, Outcome.ANSWERED)


def _count_down(s: State, attempt: Attempt, agent: Agent, until: Instant) -> None:
    floor.move(
        s,
        agent,
        AgentEvent.WRAP_UP,
        campaign_id=attempt.campaign_id,
        task_id=attempt.card.id,
        attempt_id=attempt.id,
        until=until,
    )
    s.timers.set("wrap_up", agent.id, until)


def _of(s: State, agent: Agent) -> tuple[Conversation, Campaign] | None:
    ended = s.ended.get(agent.attempt_id) if agent.attempt_id is not None else None
    if ended is None or agent.state is not AgentState.WRAP_UP:
        return None
    return ended, s.campaigns[ended.attempt.campaign_id]
