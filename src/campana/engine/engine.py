"""The engine: one organisation's dialler as a pure function of inputs and time.

``handle`` first does what is due by ``now``, then takes the input, then lets every campaign about which something
changed move and dial. Outputs come back in the order in which they must happen. ``deadline`` is the next instant
at which ``TimePassed`` would do something.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from campana.engine import calls, people, restart, running, tasks
from campana.engine import inputs as i
from campana.engine.attempt import Attempt
from campana.engine.by_hand import begin as hand_begin
from campana.engine.by_hand import legs as hand
from campana.engine.by_hand import restore as hand_restore
from campana.engine.by_hand.call import HandCall
from campana.engine.config import OrganisationConfig
from campana.engine.due import do_what_is_due
from campana.engine.inbound import arrive
from campana.engine.inbound import legs as caller
from campana.engine.inbound import queue as inbound
from campana.engine.inbound import restore as inbound_restore
from campana.engine.inbound.call import InboundCall
from campana.engine.lines import Hotline, Trunk
from campana.engine.outputs import AttemptRecorded, Output, Refusal, ReleaseTasks
from campana.engine.state import State
from campana.engine.words import CampaignState, RefusalCode
from campana.kernel.clock import Instant
from campana.kernel.ids import AttemptId, LegId, leg_attempt


class Engine:
    def __init__(self, organisation: OrganisationConfig, *, fencing: int, now: Instant) -> None:
        """``fencing``: the lease's number; it makes the ids of attempts unique for ever."""
        self._state = State(organisation, fencing=fencing, now=now)

    def handle(self, given: i.Input, *, now: Instant) -> list[Output]:
        """Everything that follows from the input at ``now``. A clock that steps back is read as standing still."""
        s = self._state
        s.now = max(now, s.now)
        do_what_is_due(s)
        _HANDLERS[type(given)](s, given)
        running.dispatch(s)
        outputs, s.outputs = s.outputs, []
        return outputs

    def deadline(self) -> Instant | None:
        return self._state.timers.next()

    def knows(self, attempt_id: AttemptId) -> bool:
        """Whether the attempt is live or in wrap-up here."""
        s = self._state
        return any(attempt_id in some for some in (s.attempts, s.ended, s.by_hand, s.inbound, s.unclosed))

    @property
    def live_calls(self) -> int:
        return self._state.live_calls


# --- configuration --------------------------------------------------------------------------------


def _organisation(s: State, given: i.OrganisationConfigured) -> None:
    s.organisation = given.organisation
    for campaign in s.campaigns.values():
        campaign.zones_until = None
    s.touch_all()


def _campaign(s: State, given: i.CampaignConfigured) -> None:
    running.configure(s, given.campaign, given.history)


def _campaign_removed(s: State, given: i.CampaignRemoved) -> None:
    campaign = s.campaigns.get(given.campaign_id)
    if campaign is not None:
        running.remove(s, campaign)


def _agent(s: State, given: i.AgentConfigured) -> None:
    people.configure(s, given.agent)


def _agent_removed(s: State, given: i.AgentRemoved) -> None:
    people.remove(s, given.agent_id)


def _trunk(s: State, given: i.TrunkConfigured) -> None:
    trunk = s.trunks.get(given.trunk.id)
    if trunk is None:
        s.trunks[given.trunk.id] = Trunk(given.trunk)
    else:
        trunk.config = given.trunk
    s.touch_all()


def _hotline(s: State, given: i.HotlineConfigured) -> None:
    hotline = s.hotlines.get(given.hotline.id)
    resting_until = given.hotline.resting_until
    if hotline is None:
        hotline = s.hotlines[given.hotline.id] = Hotline(given.hotline, resting_until=resting_until)
    elif hotline.resting_until is not None and resting_until is None:
        hotline.failures = 0  # a person released it
    hotline.config, hotline.resting_until = given.hotline, resting_until
    s.timers.set("rest", given.hotline.id, resting_until)
    s.touch_all()
    inbound.wake(s)  # others may answer it now


def _hotline_removed(s: State, given: i.HotlineRemoved) -> None:
    s.hotlines.pop(given.hotline_id, None)
    s.timers.set("rest", given.hotline_id, None)
    s.touch_all()


# --- campaigns and tasks --------------------------------------------------------------------------


def _stop(s: State, given: i.StopRequested) -> None:
    campaign = s.campaigns.get(given.campaign_id)
    if campaign is None or campaign.state is CampaignState.FINISHED:
        s.refuse(given, "campaign_not_running")
        return
    running.stop(s, campaign)


def _tasks_added(s: State, given: i.TasksAdded) -> None:
    campaign = s.campaigns.get(given.campaign_id)
    if campaign is not None and campaign.state is not CampaignState.FINISHED:
        tasks.empty_buffer(s, campaign)
        tasks.renew(s, campaign)


def _tasks_reserved(s: State, given: i.TasksReserved) -> None:
    campaign = s.campaigns.get(given.campaign_id)
    if campaign is None or campaign.request != given.request:
        if given.tasks:
            s.emit(ReleaseTasks(given.campaign_id, tuple(card.id for card in given.tasks)))
        s.refuse(given, "not_asked_for")
        return
    tasks.accept(s, campaign, given)
    if not campaign.running:
        tasks.empty_buffer(s, campaign)
    s.dirty.add(campaign.id)
    s.eager |= s.yielding
    s.yielding = set()


def _attempt_refused(s: State, given: i.AttemptRefused) -> None:
    call = s.by_hand.get(given.attempt_id)
    if call is not None:
        hand_begin.withdraw(s, call, given.code)
        return
    if arrive.withdraw(s, given.attempt_id):
        return
    attempt = s.attempts.get(given.attempt_id)
    if attempt is None:
        s.refuse(given, "attempt_gone")
        return
    calls.withdraw(s, attempt)
    campaign = s.campaigns[attempt.campaign_id]
    refusal = _database_refusal(s, given.code, campaign.config.do_not_call_again)
    tasks.refuse(s, campaign, attempt.card, refusal)


def _database_refusal(s: State, code: RefusalCode, wait: timedelta) -> Refusal:
    if code in {RefusalCode.SUPPRESSED, RefusalCode.INVALID_NUMBER}:
        return Refusal(code, final=True)
    if code is RefusalCode.DO_NOT_CALL_AGAIN:
        return Refusal(code, until=s.now + wait)
    return Refusal(code, until=s.now + calls.RECHECK)


def _other_calls(s: State, given: i.OtherCallsCounted) -> None:
    if given.calls < s.other_calls:
        s.free_lines()
    s.other_calls = given.calls


# --- the switch -----------------------------------------------------------------------------------


def _attempt_of(s: State, leg: LegId) -> Attempt | None:
    attempt_id = leg_attempt(leg)
    attempt = s.attempts.get(attempt_id) if attempt_id is not None else None
    return attempt if attempt is not None and leg in {attempt.leg, attempt.agent_leg} else None


def _call_of(s: State, leg: LegId) -> HandCall | None:
    """The call by hand this leg belongs to."""
    attempt_id = leg_attempt(leg)
    call = s.by_hand.get(attempt_id) if attempt_id is not None else None
    return call if call is not None and leg in {call.leg, call.agent_leg} else None


def _arrival_of(s: State, leg: LegId) -> InboundCall | None:
    """The call that came in this leg belongs to."""
    attempt_id = s.arrived.get(leg) or leg_attempt(leg)
    call = s.inbound.get(attempt_id) if attempt_id is not None else None
    return call if call is not None and leg in {call.leg, call.agent_leg} else None


def _sound_finished(s: State, given: i.SoundFinished) -> None:
    call = _arrival_of(s, given.leg)
    if call is not None:
        caller.sound_finished(s, call)
        return
    attempt = _attempt_of(s, given.leg)
    if attempt is not None and s.timers.armed("message", attempt.id) is not None:
        calls.message_over(s, attempt)


def _leg_ringing(s: State, given: i.LegRinging) -> None:
    call = _call_of(s, given.leg)
    if call is not None:
        if given.leg == call.leg and not hand.ringing(s, call):
            s.refuse(given, "not_expected")
        return
    if _arrival_of(s, given.leg) is not None:
        return
    attempt = _attempt_of(s, given.leg)
    if attempt is None:
        s.refuse(given, "unknown_leg")
    elif given.leg == attempt.leg and not calls.ringing(s, attempt):
        s.refuse(given, "not_expected")


def _leg_answered(s: State, given: i.LegAnswered) -> None:
    call = _call_of(s, given.leg)
    if call is not None:
        if not (hand.answered(s, call) if given.leg == call.leg else hand.agent_answered(s, call)):
            s.refuse(given, "not_expected")
        return
    came_in = _arrival_of(s, given.leg)
    if came_in is not None:
        ours = given.leg == came_in.leg
        if not (caller.answered(s, came_in) if ours else inbound.agent_answered(s, came_in)):
            s.refuse(given, "not_expected")
        return
    attempt = _attempt_of(s, given.leg)
    if attempt is None:
        s.refuse(given, "unknown_leg")
        return
    fits = calls.answered(s, attempt) if given.leg == attempt.leg else calls.agent_answered(s, attempt)
    if not fits:
        s.refuse(given, "not_expected")


def _verdict(s: State, given: i.VerdictReached) -> None:
    attempt = _attempt_of(s, given.leg)
    if attempt is None:
        s.refuse(given, "unknown_leg")
    elif given.leg != attempt.leg or not calls.judged(s, attempt, given.verdict, given.confidence):
        s.refuse(given, "not_expected")


def _leg_ended(s: State, given: i.LegEnded) -> None:
    call = _call_of(s, given.leg)
    if call is not None:
        if given.leg == call.leg:
            hand.ended(s, call, given.cause, given.sip_code)
        else:
            hand.agent_ended(s, call, given.cause)
        return
    came_in = _arrival_of(s, given.leg)
    if came_in is not None:
        caller.ended(s, came_in, given)
        return
    attempt = _attempt_of(s, given.leg)
    if attempt is None:
        return  # the other side of a call that is over: every talk ends with one of these
    if given.leg == attempt.leg:
        calls.customer_ended(s, attempt, given.cause, given.sip_code)
    else:
        calls.agent_ended(s, attempt, given.cause)


def _recording(s: State, given: i.RecordingFinished) -> None:
    attempt_id = s.arrived.get(given.leg) or leg_attempt(given.leg)
    if attempt_id is None:
        s.refuse(given, "unknown_leg")
        return
    s.emit(AttemptRecorded(attempt_id, given.name, given.seconds, s.now))


def _switch_lost(s: State, given: i.SwitchLost) -> None:
    s.switch_up = False
    s.touch_all()


_HANDLERS: Final[dict[type, Callable[[State, Any], None]]] = {
    i.OrganisationConfigured: _organisation,
    i.CampaignConfigured: _campaign,
    i.CampaignRemoved: _campaign_removed,
    i.AgentConfigured: _agent,
    i.AgentRemoved: _agent_removed,
    i.TrunkConfigured: _trunk,
    i.HotlineConfigured: _hotline,
    i.HotlineRemoved: _hotline_removed,
    i.PresenceChanged: people.presence,
    i.PreviewAccepted: people.accept,
    i.DialNowRequested: people.dial_now,
    i.SkipRequested: people.skip,
    i.HoldRequested: people.hold,
    i.CallRequested: hand_begin.request,
    i.HangUpRequested: people.hang_up,
    i.DeclineRequested: people.decline,
    i.RingAgainRequested: people.ring_again,
    i.ResultEntered: people.result,
    i.LateResultEntered: people.late_result,
    i.LateMarkEntered: people.late_mark,
    i.ReadyRequested: people.ready,
    i.ExtendRequested: people.extend,
    i.StopRequested: _stop,
    i.TasksAdded: _tasks_added,
    i.TasksReserved: _tasks_reserved,
    i.AttemptRefused: _attempt_refused,
    i.OtherCallsCounted: _other_calls,
    i.CallArrived: arrive.arrive,
    i.SoundFinished: _sound_finished,
    i.LegRinging: _leg_ringing,
    i.LegAnswered: _leg_answered,
    i.VerdictReached: _verdict,
    i.LegEnded: _leg_ended,
    i.RecordingFinished: _recording,
    i.SwitchLost: _switch_lost,
    i.SwitchReturned: restart.reconcile,
    i.AttemptRestored: restart.restore_attempt,
    i.WrapUpRestored: restart.restore_wrap_up,
    i.CallRestored: hand_restore.restore,
    i.ArrivalRestored: inbound_restore.restore,
    i.TimePassed: lambda s, given: None,
}
