"""The moment as a pacer sees it, built from the engine's own state."""

from __future__ import annotations

from campana.engine.agent import Agent
from campana.engine.attempt import UNANSWERED
from campana.engine.campaign import Campaign
from campana.engine.pacing.adaptive import Situation
from campana.engine.prediction import sharing
from campana.engine.prediction.record import Prediction
from campana.engine.state import State
from campana.engine.words import AgentState, AttemptState
from campana.kernel.clock import Instant


def look(s: State, campaign: Campaign, prediction: Prediction) -> tuple[Situation, int]:
    """Agents counted for this campaign and its calls without an agent, with their ages; what happened is taken.
    And how many agents are at work for it, whatever they do.

    An agent who is reserved for a call that rings is idle here, and that call rings like all others: the pacer learns
    from every ring, and one agent and one call are even.
    """
    team = sharing.team(s, campaign)
    idle, talking, wrapping = _ages(s, campaign, team)
    ringing, detecting, waiting = _calls(s, campaign)
    situation = Situation(
        now=prediction.seconds(s.now),
        idle=idle,
        talking=talking,
        wrapping=wrapping,
        ringing=ringing,
        detecting=detecting,
        waiting=waiting,
        lines=len(campaign.live),
        happened=prediction.take(),
    )
    return situation, len(team)


def pending(s: State, campaign: Campaign) -> int:
    """Calls under way for which no agent has been chosen yet."""
    return sum(1 for attempt_id in campaign.live if s.attempts[attempt_id].agent_id is None)


def _ages(s: State, campaign: Campaign, team: list[Agent]) -> tuple[list[float], list[float], list[float]]:
    """Of those idle, talking and in wrap-up. Whoever leaves after the call is not in the team: he comes not free."""
    idle: list[float] = []
    talking: list[float] = []
    wrapping: list[float] = []
    for agent in team:
        state = agent.state
        if state is AgentState.AVAILABLE or (state is AgentState.RESERVED and agent.campaign_id == campaign.id):
            idle.append(_age(s, agent.since))
        elif state is AgentState.IN_CALL:
            talking.append(_age(s, agent.since))
        elif state is AgentState.RINGING:
            talking.append(0.0)
        elif state is AgentState.WRAP_UP:
            wrapping.append(_age(s, agent.since))
    return idle, talking, wrapping


def _calls(s: State, campaign: Campaign) -> tuple[list[float], list[float], list[float]]:
    """Those that ring, those in machine detection, and those that wait."""
    ringing: list[float] = []
    detecting: list[float] = []
    waiting: list[float] = []
    for attempt_id in campaign.live:
        attempt = s.attempts[attempt_id]
        if attempt.ending is not None:
            continue
        if attempt.state in UNANSWERED:
            ringing.append(_age(s, attempt.began_at))
        elif attempt.state is AttemptState.DETECTING:
            detecting.append(_age(s, attempt.answered_at))
        elif attempt.state is AttemptState.WAITING_AGENT and attempt.agent_id is None:
            waiting.append(_age(s, attempt.answered_at))
    return ringing, detecting, waiting


def _age(s: State, since: Instant | None) -> float:
    return (s.now - since).total_seconds() if since is not None else 0.0
