"""What follows from a command, an event, and a connection that is lost or made."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import assert_never

import structlog

from campana.engine.inputs import (
    LiveLeg,
    RecordingFinished,
    SwitchLost,
    SwitchReturned,
)
from campana.engine.outputs import (
    AnswerCall,
    Bridge,
    Command,
    DetectMachine,
    HangUp,
    Monitor,
    Originate,
    PlayHoldMusic,
    PlayRinging,
    PlaySound,
    RingAgent,
    StartRecording,
)
from campana.engine.words import Cause, MonitorMode
from campana.kernel.ids import LegId
from campana.telephony.asterisk import commands
from campana.telephony.asterisk.causes import Side
from campana.telephony.asterisk.client import Reply, Then
from campana.telephony.asterisk.commands import Call
from campana.telephony.asterisk.detection import Detection
from campana.telephony.asterisk.dialling import GONE_GRACE, Later
from campana.telephony.asterisk.events import (
    Alerted,
    Answered,
    Arrived,
    Created,
    Destroyed,
    Detected,
    DetectorReady,
    HangupBegan,
    News,
    PlayingDone,
    RecorderReady,
    RecordingDone,
    Replaced,
    SpyReady,
)
from campana.telephony.asterisk.legs import Leg
from campana.telephony.asterisk.names import Names
from campana.telephony.asterisk.reconcile import Stock
from campana.telephony.port import SwitchEvent

log = structlog.get_logger("campana.telephony")

UNANSWERED_LIMIT = 180.0
"""A leg found unanswered after a restart may never have been dialled; no ring lasts longer than this."""


class Exchange(Detection):
    """The whole: legs, what they hear, and the connection that comes and goes."""

    def __init__(
        self,
        names: Names,
        *,
        tell: Callable[[SwitchEvent], None],
        call: Callable[[Call, Then], None],
        later: Later,
        replaced: Callable[[], None],
        sounds: str = "",
    ) -> None:
        super().__init__(names, tell=tell, call=call, later=later)
        self.sounds = sounds
        self._replaced = replaced

    # --- the connection -----------------------------------------------------------------------------

    def lost(self) -> None:
        if self.connected:
            self.connected = False
            self._tell(SwitchLost())

    def returned(self, stock: Stock) -> None:
        """Take over what is up, tell it, and clear away what is left over."""
        self.legs.take_over(stock)
        self.connected = True
        self._tell(SwitchReturned(tuple(LiveLeg(each.leg, each.answered, each.arrived) for each in stock.legs)))
        for found in stock.legs:
            leg = self.legs.get(found.leg)
            if leg is not None and leg.arrived is not None:
                self._follow(leg)
            if leg is not None and not leg.answered and leg.arrived is None:
                self._later(UNANSWERED_LIMIT, partial(self._give_up, leg))
                if found.ringing:
                    self._alerted(leg, ringing=True)
            if leg is not None and isinstance(leg.playing, PlayHoldMusic):
                self._music(leg.playing)  # its end may have come while nobody listened, and nothing plays now
        for monitor, turn in stock.spies:
            self._request(commands.drop_spy(monitor, turn, self._names))
        for listened in stock.detectors:
            self._request(commands.drop_detector(listened, self._names))
        for leftover in stock.leftover_legs:
            self._hang_up_stranger(leftover)
        for customer in stock.leftover_bridges:
            self._request(commands.drop_bridge(customer, self._names))

    # --- commands -----------------------------------------------------------------------------------

    def carry_out(self, command: Command) -> None:
        if not self.connected:
            return
        match command:
            case Originate() | RingAgent():
                self._begin(command)
            case Bridge():
                self._bridge(command)
            case AnswerCall(leg_id):
                self._pick_up(leg_id)
            case DetectMachine():
                self._detect(command)
            case PlayHoldMusic():
                self._music(command)
            case PlaySound():
                self._message(command)
            case PlayRinging(leg_id):
                self._ring_tone(leg_id)
            case Monitor():
                self._monitor(command)
            case StartRecording(leg_id, name):
                self._record(leg_id, name)
            case HangUp(leg_id):
                self._hang_up(leg_id)
            case _:
                assert_never(command)

    def _bridge(self, command: Bridge) -> None:
        customer, agent = self.legs.get(command.customer_leg), self.legs.get(command.agent_leg)
        if customer is None or agent is None:
            return
        self._need_bridge(customer)
        self._listen_no_more(customer)
        self._quiet(customer)
        if agent.tone:
            agent.tone = False
            self._request(commands.stop_ringing(agent.id, self._names))
        call = commands.join(customer.id, self._names, customer.id, agent.id)
        self._call(call, partial(self._joined, customer, agent))

    def _joined(self, customer: Leg, agent: Leg, reply: Reply) -> None:
        """Where joining failed because one side was about to end, its end is on its way: wait for it."""
        if reply.ok or reply.lost:
            return
        log.warning("switch.not_bridged", leg=agent.id, status=reply.status, said=reply.text[:200])
        self._later(GONE_GRACE, partial(self._not_joined, customer, agent))

    def _not_joined(self, customer: Leg, agent: Leg) -> None:
        if self._alive(customer) and self._alive(agent):
            self._refuse(agent, Cause.SWITCH_ERROR)

    def _pick_up(self, leg_id: LegId) -> None:
        leg = self.legs.get(leg_id)
        if leg is not None and leg.arrived is not None and not leg.answered:
            self._request(commands.answer(leg.id, self._names))

    def _arrived(self, news: Arrived) -> None:
        if not self.legs.knows(news.leg):
            leg = self.legs.add(Leg(news.leg, arrived=news.call, dialled=True, alerted=True))
            self._tell(news.call)
            self._follow(leg)

    def _follow(self, leg: Leg) -> None:
        self._call(commands.follow(leg.id, self._names), partial(self._followed, leg))

    def _followed(self, leg: Leg, reply: Reply) -> None:
        """A caller who was gone before we could listen has told us of no end."""
        if not reply.ok and not reply.lost and self._alive(leg):
            self._end(leg, Cause.WE_HUNG_UP if leg.asked else Cause.HUNG_UP)

    def _ring_tone(self, leg_id: LegId) -> None:
        leg = self.legs.get(leg_id)
        if leg is not None and not leg.tone:
            leg.tone = True
            self._request(commands.start_ringing(leg.id, self._names))

    def _monitor(self, command: Monitor) -> None:
        """Who joins comes into the bridge of the talk. Else the supervisor's leg is in a bridge of its own, with a
        channel that listens on its behalf."""
        monitor, customer = self.legs.get(command.monitor_leg), self.legs.get(command.leg)
        if monitor is None or customer is None:
            return
        if monitor.spies:
            self._request(commands.drop_spy(monitor.id, monitor.spies, self._names))
        if command.mode is MonitorMode.BARGE:
            self._need_bridge(customer)
            call = commands.join(customer.id, self._names, monitor.id)
        else:
            self._need_bridge(monitor)
            self._request(commands.join(monitor.id, self._names, monitor.id))
            monitor.spies += 1
            whispers = command.mode is MonitorMode.WHISPER
            call = commands.make_spy(customer.id, monitor.id, monitor.spies, whispers=whispers, names=self._names)
        self._call(call, partial(self._let_in, monitor))

    def _let_in(self, monitor: Leg, reply: Reply) -> None:
        """Who could not be let in hears nothing: the leg ends, and the supervisor may try again."""
        if not reply.ok and not reply.lost and self._alive(monitor):
            log.warning("switch.not_monitored", leg=monitor.id, status=reply.status, said=reply.text[:200])
            self._refuse(monitor, Cause.SWITCH_ERROR)

    def _record(self, leg_id: LegId, name: str) -> None:
        leg = self.legs.get(leg_id)
        if leg is None or leg.recording:
            return
        if not commands.is_recording_name(name):
            log.error("switch.unfit_recording_name", leg=leg.id)
            return
        leg.recording, leg.recording_name = True, name
        self._call(commands.make_recorder(leg.id, self._names), partial(self._recorder_made, leg))

    def _recorder_made(self, leg: Leg, reply: Reply) -> None:
        if not reply.ok and not reply.lost:
            self._not_recorded(leg, reply)

    def _recording_began(self, leg: Leg, reply: Reply) -> None:
        if not reply.ok and not reply.lost:
            self._request(commands.drop_recorder(leg.id, self._names))
            self._not_recorded(leg, reply)

    def _not_recorded(self, leg: Leg, reply: Reply) -> None:
        if self._alive(leg):
            log.warning("switch.not_recorded", leg=leg.id, status=reply.status, said=reply.text[:200])
        self._recording_over(leg)

    # --- events -------------------------------------------------------------------------------------

    def heard(self, news: News) -> None:
        if isinstance(news, Replaced):
            log.warning("switch.replaced", app=self._names.app)
            self._replaced()
            return
        leg = self.legs.get(news.leg)
        if leg is not None:
            self._heard_of(leg, news)
        elif isinstance(news, Arrived):
            self._arrived(news)
        elif isinstance(news, Created):
            # A request that was under way when the connection broke: the engine was told that it is gone.
            self._hang_up_stranger(news.leg)

    def _heard_of(self, leg: Leg, news: News) -> None:
        match news:
            case Created():
                self._dial(leg)
            case Arrived() | Replaced():
                pass
            case Alerted(_, ringing):
                self._alerted(leg, ringing=ringing)
            case Answered():
                self._answered(leg)
            case PlayingDone():
                self._playing_done(leg, news)
            case HangupBegan(_, inside):
                leg.by = leg.by or (Side.INSIDE if inside else Side.FAR)
            case Destroyed(_, q850, sip):
                self._destroyed(leg, q850, sip)
            case SpyReady():
                if leg.spies:
                    self._request(commands.join_spy(leg.id, leg.spies, self._names))
            case RecorderReady() | RecordingDone() | DetectorReady() | Detected():
                self._listener_heard(leg, news)
            case _:
                assert_never(news)

    def _listener_heard(self, leg: Leg, news: RecorderReady | RecordingDone | DetectorReady | Detected) -> None:
        """Of the channels that listen to a leg: one records it, one tells machines from people."""
        match news:
            case DetectorReady():
                self._detector_ready(leg)
            case Detected(_, verdict):
                self._judged(leg, verdict)
            case RecorderReady():
                call = commands.record(leg.id, leg.recording_name, self._names)
                self._call(call, partial(self._recording_began, leg))
            case RecordingDone(_, name, seconds):
                if seconds == 0:
                    self._call(commands.stored(name, leg.id), partial(self._stored, leg, name))
                else:
                    self._recorded(leg, name, seconds)

    def _stored(self, leg: Leg, name: str, reply: Reply) -> None:
        """A file that can not be opened (no room, no right to write) ends like a recording of no length."""
        if not reply.lost:
            self._recorded(leg, name, 0.0 if reply.ok else None)

    def _recorded(self, leg: Leg, name: str, seconds: float | None) -> None:
        if seconds is None:
            log.error("switch.recording_failed", leg=leg.id, recording=name)
        elif leg.recording:
            self._tell(RecordingFinished(leg.id, name, seconds))
        self._recording_over(leg)
