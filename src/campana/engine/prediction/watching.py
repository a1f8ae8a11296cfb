"""What happens to calls and agents, told to the predictions it concerns, and live answers to the governor."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from campana.engine.agent import Agent
from campana.engine.attempt import Attempt
from campana.engine.pacing.adaptive import Kind
from campana.engine.pacing.governor import PROMPTLY, Answer
from campana.engine.prediction.record import Prediction
from campana.engine.prediction.sharing import owner
from campana.engine.state import State
from campana.engine.words import AgentState, AttemptState, Governed, Outcome
from campana.kernel.clock import Instant

_UNANSWERED: Final = {
    Outcome.NO_ANSWER: Kind.NO_ANSWER,
    Outcome.BUSY: Kind.BUSY,
    Outcome.REJECTED: Kind.BUSY,
    Outcome.UNAVAILABLE: Kind.BUSY,
    Outcome.CONGESTION: Kind.BUSY,
    Outcome.INVALID_NUMBER: Kind.INVALID,
}
"""Outcomes of our own making (cancelled, a dead line) say nothing of callees: such calls are censored."""


def picked_up(s: State, attempt: Attempt) -> None:
    """By whom, ``human`` or ``machine`` says: at once, or after detection."""
    prediction = _of(s, attempt)
    if prediction is not None:
        prediction.note(s.now, Kind.PICKUP, _since(s, attempt.began_at))


def human(s: State, attempt: Attempt) -> None:
    prediction = _of(s, attempt)
    if prediction is None:
        return
    answered_at = attempt.answered_at or s.now
    prediction.note(s.now, Kind.HUMAN, _since(s, attempt.began_at), _ring(attempt, answered_at))
    if s.campaigns[attempt.campaign_id].config.governed is Governed.LATE:  # whom an agent meets at two sharp is in time
        s.timers.set("late", attempt.id, max(answered_at + PROMPTLY + timedelta.resolution, s.now))


def telephone_missed(s: State, attempt: Attempt) -> None:
    """An agent was rung for this answer and did not pick up."""
    prediction = _of(s, attempt)
    if prediction is not None:
        prediction.note(s.now, Kind.AGENT_NO_ANSWER)


def machine(s: State, attempt: Attempt) -> None:
    """Perhaps it was a person who heard nothing and was hung up: of so many verdicts one is counted as lost."""
    prediction = _of(s, attempt)
    if prediction is None:
        return
    prediction.note(s.now, Kind.MACHINE, _since(s, attempt.began_at), _ring(attempt, attempt.answered_at or s.now))
    prediction.governor.count_machine(s.now)
    prediction.note_silent(s.now, s.campaigns[attempt.campaign_id].config.false_machines)


def unanswered(s: State, attempt: Attempt, outcome: Outcome) -> None:
    prediction, kind = _of(s, attempt), _UNANSWERED.get(outcome)
    if prediction is not None and kind is not None:
        prediction.note(s.now, kind, _since(s, attempt.began_at))


def connected(s: State, attempt: Attempt) -> None:
    """An agent is there. A customer who is brought back after a lost telephone was counted before."""
    late = attempt.answered_at is not None and s.now > attempt.answered_at + PROMPTLY
    _judge(s, attempt, abandoned=False, late=late)


def still_waiting(s: State, attempt: Attempt) -> None:
    """Two seconds after the answer, where the law looks at that."""
    if attempt.state is AttemptState.WAITING_AGENT and not attempt.judged:
        prediction = _of(s, attempt)
        if prediction is not None:
            attempt.too_late = True
            prediction.note(s.now, Kind.ABANDON, PROMPTLY.total_seconds())


def gone_waiting(s: State, attempt: Attempt, *, counts: bool) -> None:
    """The customer's leg ended before any agent was there. ``counts``: it is an abandoned call (CAM-486)."""
    if not counts:
        attempt.judged = True
        return
    late = attempt.answered_at is not None and s.now > attempt.answered_at + PROMPTLY
    _judge(s, attempt, abandoned=True, late=late)


def agent_moved(s: State, agent: Agent, state: AgentState) -> None:
    """The agent goes from ``agent.state`` to ``state``: a talk or a wrap-up ended, or somebody left."""
    whose = owner(s, agent)
    campaign = s.campaigns.get(whose) if whose is not None else None
    prediction = campaign.prediction if campaign is not None else None
    if prediction is None:
        return
    before, lasted = agent.state, _since(s, agent.since or s.now)
    if before is AgentState.IN_CALL and state is not AgentState.RINGING:
        prediction.note(s.now, Kind.TALK_END, lasted)
    elif before is AgentState.WRAP_UP:
        prediction.note(s.now, Kind.WRAP_END, lasted)
    if before in {AgentState.IN_CALL, AgentState.WRAP_UP} and state in {AgentState.NOT_READY, AgentState.READY}:
        prediction.note(s.now, Kind.PAUSE)
    elif before in {AgentState.IN_CALL, AgentState.WRAP_UP} and state in {AgentState.OFF, AgentState.OFFLINE}:
        prediction.note(s.now, Kind.LOGOUT)


def _judge(s: State, attempt: Attempt, *, abandoned: bool, late: bool) -> None:
    campaign = s.campaigns[attempt.campaign_id]
    prediction = campaign.prediction
    if prediction is None or attempt.judged:
        return
    attempt.judged = True
    s.timers.set("late", attempt.id, None)
    answer = Answer(s.now, abandoned, late or attempt.too_late)
    prediction.answers += 1
    prediction.governor.count(answer)
    if not attempt.too_late:  # or the pacer heard of it when the two seconds were over
        kind = Kind.ABANDON if answer.lost(campaign.config.governed) else Kind.CONNECT
        prediction.note(s.now, kind, _since(s, attempt.answered_at or s.now))


def _of(s: State, attempt: Attempt) -> Prediction | None:
    campaign = s.campaigns.get(attempt.campaign_id)
    return campaign.prediction if campaign is not None else None


def _ring(attempt: Attempt, answered_at: Instant) -> float:
    return max(0.0, (answered_at - attempt.began_at).total_seconds())


def _since(s: State, at: Instant) -> float:
    return max(0.0, (s.now - at).total_seconds())
