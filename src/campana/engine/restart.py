"""After a crash, a takeover or a lost switch: what the journal left open meets what the switch has up."""

from __future__ import annotations

from campana.engine import calls, floor, wrap_up
from campana.engine.attempt import UNANSWERED, Attempt, Ending
from campana.engine.by_hand import restore as by_hand
from campana.engine.inbound import restore as inbound
from campana.engine.inputs import AttemptRestored, LiveLeg, SwitchReturned, WrapUpRestored
from campana.engine.outputs import AttemptEnded, Bridge, HangUp, PlayHoldMusic, TaskMoved, WrapUpEnded
from campana.engine.rules.retry import AFTER_SYSTEM_ERROR
from campana.engine.silence import IN_FLIGHT, SILENCE, overdue
from campana.engine.state import State
from campana.engine.words import MACHINES, AgentState, AttemptState, Cause, Outcome, TaskState, Verdict
from campana.kernel.ids import LegId, agent_leg, leg_attempt


def restore_attempt(s: State, given: AttemptRestored) -> None:
    """Believe the journal until the switch speaks: nothing is dialled or ended here."""
    if given.card.campaign_id not in s.campaigns:
        _close_for_good(s, given)
        return
    attempt = Attempt(
        given.attempt_id,
        given.card.campaign_id,
        given.card,
        given.number_index,
        given.hotline_id,
        given.trunk_id,
        given.began_at,
        given.state,
        given.agent_id,
        offers=given.offers,
        answered_at=given.answered_at,
        connected_at=given.connected_at,
        restored=True,
        number=given.number,
        verdict=given.verdict,
        ending=Ending.MACHINE if given.verdict in MACHINES else None,
        judged=given.connected_at is not None,
    )
    s.attempts[attempt.id] = attempt
    if given.result is not None:
        s.early_results[attempt.id] = given.result
    campaign = s.campaigns[attempt.campaign_id]
    campaign.live.add(attempt.id)
    trunk = s.trunks.get(attempt.trunk_id)
    if trunk:
        trunk.busy += 1
    agent = s.agents.get(given.agent_id) if given.agent_id else None
    if agent is None:
        _restore_without_agent(attempt)
        return
    agent.campaign_id, agent.task_id, agent.attempt_id = campaign.id, given.card.id, attempt.id
    agent.since = given.connected_at or given.answered_at or given.began_at
    for campaign_id in agent.config.campaigns:
        if campaign_id in s.campaigns:
            s.campaigns[campaign_id].free.pop(agent.id, None)
    if given.state in UNANSWERED or given.state is AttemptState.DETECTING:
        agent.state = AgentState.RESERVED
    else:
        attempt.agent_leg = agent_leg(attempt.id, given.offers) if given.offers else None
        agent.state = AgentState.IN_CALL if given.state is AttemptState.CONNECTED else AgentState.RINGING
    floor.announce(s, agent)


def _close_for_good(s: State, given: AttemptRestored) -> None:
    """Its campaign was taken away in the very moment it was dialled: the leg, if it is up, is nobody's any more."""
    card, outcome = given.card, Outcome.SYSTEM_ERROR
    attempt_id, campaign_id = given.attempt_id, card.campaign_id
    s.emit(AttemptEnded(attempt_id, campaign_id, card.id, outcome, Cause.LOST, None, False, given.agent_id, s.now))
    s.emit(
        TaskMoved(
            card.id,
            campaign_id,
            TaskState.PLANNED,
            s.now,
            next_at=s.now + AFTER_SYSTEM_ERROR,
            rounds=card.rounds,
            number_index=card.number_index,
            by_event=card.by_event,
            agreed=card.agreed,
            guaranteed=card.guaranteed,
            outcome=outcome,
        )
    )


def _restore_without_agent(attempt: Attempt) -> None:
    """Whoever was to take it has left the configuration; a talk goes on to its natural end all the same."""
    if attempt.state is AttemptState.CONNECTED:
        attempt.agent_leg = agent_leg(attempt.id, attempt.offers) if attempt.offers else None
    else:
        attempt.agent_id = None


def restore_wrap_up(s: State, given: WrapUpRestored) -> None:
    agent = s.agents.get(given.agent_id)
    if given.card.campaign_id not in s.campaigns:
        said = given.result.result_id if given.result else None
        s.emit(WrapUpEnded(given.attempt_id, given.agent_id, said, s.now))
        s.emit(TaskMoved(given.card.id, given.card.campaign_id, TaskState.COMPLETED, s.now, outcome=Outcome.ANSWERED))
        return
    if given.result is not None:
        s.early_results[given.attempt_id] = given.result
    attempt = Attempt(
        given.attempt_id,
        given.card.campaign_id,
        given.card,
        given.number_index,
        hotline_id=given.card.last_hotline or next(iter(s.hotlines)),
        trunk_id=next(iter(s.trunks)),
        began_at=given.ended_at,
        state=AttemptState.ENDED,
        agent_id=given.agent_id,
        connected_at=given.ended_at,
    )
    campaign = s.campaigns[attempt.campaign_id]
    if agent is None or agent.attempt_id is not None:
        wrap_up.begin(s, attempt, campaign, None)
        return
    wrap_up.resume(s, attempt, campaign, agent, given.ended_at, given.until)


def reconcile(s: State, given: SwitchReturned) -> None:
    """The switch has the last word: adopt what is up, honestly close what is gone, hang up what nobody owns."""
    s.switch_up = True
    up = {leg.leg: leg for leg in given.legs}
    for attempt in list(s.attempts.values()):
        _reconcile_customer(s, attempt, up)
        if attempt.id in s.attempts:
            _reconcile_agent(s, attempt, up)
    by_hand.reconcile(s, up)
    inbound.reconcile(s, up)
    for leg in up:
        if not _has_owner(s, leg):
            s.emit(HangUp(leg))
    s.touch_all()


def _has_owner(s: State, leg: LegId) -> bool:
    attempt_id = s.arrived.get(leg) or leg_attempt(leg)
    if attempt_id is None:
        return False
    owner = s.attempts.get(attempt_id) or s.by_hand.get(attempt_id) or s.inbound.get(attempt_id)
    return owner is not None and leg in {owner.leg, owner.agent_leg}


def _reconcile_customer(s: State, attempt: Attempt, up: dict[LegId, LiveLeg]) -> None:
    leg = up.get(attempt.leg)
    restored, attempt.restored = attempt.restored, False
    if leg is None:
        if not restored and s.now - attempt.began_at < IN_FLIGHT and attempt.state is AttemptState.DIALLING:
            return
        calls.customer_ended(s, attempt, Cause.LOST)
        return
    if attempt.ending is not None:
        s.emit(HangUp(attempt.leg))
        s.timers.set("hang", attempt.id, s.now + calls.HANG_UP_ANSWER)
        return
    if leg.answered and attempt.state in UNANSWERED:
        calls.answered(s, attempt)
    elif attempt.state is AttemptState.DETECTING:
        s.emit(PlayHoldMusic(attempt.leg, s.campaigns[attempt.campaign_id].config.music))
        calls.judged(s, attempt, Verdict.UNSURE)  # nobody has listened meanwhile; a second hearing would take too long
    elif attempt.state in UNANSWERED and restored:
        campaign = s.campaigns[attempt.campaign_id]
        due = overdue(attempt.began_at, campaign.config.answer_wait)
        s.timers.set("ring", attempt.id, max(due, s.now + calls.HANG_UP_ANSWER))
    elif attempt.state is AttemptState.WAITING_AGENT and (restored or s.timers.armed("wait", attempt.id) is None):
        campaign = s.campaigns[attempt.campaign_id]
        talked = attempt.connected_at is not None  # and lost the agent: the wait began just now, not with the answer
        since = s.now if talked or attempt.answered_at is None else attempt.answered_at
        s.timers.set("wait", attempt.id, since + campaign.config.max_wait)
        s.emit(PlayHoldMusic(attempt.leg, campaign.config.music))
        if attempt.agent_leg is None and attempt.id not in campaign.waiting:
            campaign.waiting.append(attempt.id)


def _reconcile_agent(s: State, attempt: Attempt, up: dict[LegId, LiveLeg]) -> None:
    if attempt.agent_leg is None:
        return
    leg = up.get(attempt.agent_leg)
    if leg is None:
        fresh = attempt.agent_leg_at is not None and s.now - attempt.agent_leg_at < IN_FLIGHT
        if not fresh:
            calls.agent_ended(s, attempt, Cause.LOST)
        return
    if attempt.state is AttemptState.CONNECTED:
        if leg.answered and attempt.ending is None:
            # Whoever was to let them together may have died, or have been cut off, before it was said.
            s.emit(Bridge(attempt.leg, attempt.agent_leg))
    elif leg.answered and attempt.state is AttemptState.WAITING_AGENT:
        calls.agent_answered(s, attempt)
    elif attempt.state is AttemptState.WAITING_AGENT:
        campaign = s.campaigns[attempt.campaign_id]
        s.timers.set("agent_ring", attempt.id, s.now + campaign.config.agent_ring + SILENCE)
