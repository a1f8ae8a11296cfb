"""What the driver knows about each leg, and what follows from a command, an event or a reply.

No sockets in here: requests leave through ``call``, events through ``tell``, time is asked of ``later``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias, assert_never

import structlog

from campana.engine.inputs import (
    LegAnswered,
    LegEnded,
    LegRinging,
    LiveLeg,
    RecordingFinished,
    SwitchLost,
    SwitchReturned,
)
from campana.engine.outputs import Bridge, Command, HangUp, Originate, PlayHoldMusic, RingAgent, StartRecording
from campana.engine.words import Cause
from campana.kernel.ids import LegId
from campana.telephony.asterisk import commands
from campana.telephony.asterisk.causes import Side, cause_of, sip_code
from campana.telephony.asterisk.client import Reply, Then
from campana.telephony.asterisk.commands import Call
from campana.telephony.asterisk.events import (
    Alerted,
    Answered,
    Created,
    Destroyed,
    HangupBegan,
    News,
    RecorderReady,
    RecordingDone,
    Replaced,
)
from campana.telephony.asterisk.legs import Leg, Legs
from campana.telephony.asterisk.names import Names
from campana.telephony.asterisk.reconcile import Stock
from campana.telephony.port import SwitchEvent

log = structlog.get_logger("campana.telephony")

Later: TypeAlias = Callable[[float, Callable[[], None]], Any]

RECORDING_GRACE = 2.0
"""How long the end of a leg is held back for its recording."""
GONE_GRACE = 2.0
"""A leg that Asterisk does not know is ended after so long, should its event never come."""
RING_GRACE = 15.0
"""How long past its ring time a leg may be unanswered; early media makes Asterisk's time-out run late."""
UNANSWERED_LIMIT = 180.0
"""A leg found unanswered after a restart may never have been dialled; no ring lasts longer than this."""


class Exchange:
    def __init__(
        self,
        names: Names,
        *,
        tell: Callable[[SwitchEvent], None],
        call: Callable[[Call, Then], None],
        later: Later,
        replaced: Callable[[], None],
    ) -> None:
        self._names = names
        self._tell, self._call, self._later, self._replaced = tell, call, later, replaced
        self.connected = False
        self.legs = Legs()

    # --- the connection -----------------------------------------------------------------------------

    def lost(self) -> None:
        if self.connected:
            self.connected = False
            self._tell(SwitchLost())

    def returned(self, stock: Stock) -> None:
        """Take over what is up, tell it, and clear away what is left over."""
        self.legs.take_over(stock)
        self.connected = True
        self._tell(SwitchReturned(tuple(LiveLeg(found.leg, found.answered) for found in stock.legs)))
        for found in stock.legs:
            leg = self.legs.get(found.leg)
            if leg is not None and not leg.answered:
                self._later(UNANSWERED_LIMIT, partial(self._give_up, leg))
                if found.ringing:
                    self._alerted(leg, ringing=True)
        for leftover in stock.leftover_legs:
            self._hang_up_stranger(leftover)
        for customer in stock.leftover_bridges:
            self._request(commands.drop_bridge(customer, self._names))

    def _give_up(self, leg: Leg) -> None:
        """Asterisk's own time-out must have come by now: an event was lost, or the dialling never began."""
        if self._alive(leg) and not leg.answered:
            log.warning("switch.rings_too_long", leg=leg.id)
            self._refuse(leg, Cause.LOST)

    # --- commands -----------------------------------------------------------------------------------

    def carry_out(self, command: Command) -> None:
        if not self.connected:
            return
        match command:
            case Originate() | RingAgent():
                self._begin(command)
            case Bridge():
                self._bridge(command)
            case PlayHoldMusic(leg_id):
                self._music(leg_id)
            case StartRecording(leg_id, name):
                self._record(leg_id, name)
            case HangUp(leg_id):
                self._hang_up(leg_id)
            case _:
                assert_never(command)

    def _begin(self, command: Originate | RingAgent) -> None:
        if self.legs.knows(command.leg):
            return
        leg = self.legs.add(Leg(command.leg, command))
        try:
            call = commands.create(command, self._names)
        except ValueError as error:
            log.error("switch.unfit_command", problem=str(error))  # noqa: TRY400
            self._end(leg, Cause.SWITCH_ERROR)
            return
        self._call(call, partial(self._created, leg, command))
        self._later(command.ring.total_seconds() + RING_GRACE, partial(self._give_up, leg))

    def _created(self, leg: Leg, command: Originate | RingAgent, reply: Reply) -> None:
        if reply.ok or reply.lost or not self._alive(leg):
            return
        if leg.asked:
            self._end(leg, Cause.WE_HUNG_UP)
        elif reply.status == 500:
            # "Allocation failed": no such endpoint, or nobody can be reached at it.
            self._call(commands.lookup(command), partial(self._unreachable, leg, command))
        else:
            log.warning("switch.refused", leg=leg.id, status=reply.status, said=reply.text[:200])
            self._end(leg, Cause.SWITCH_ERROR)

    def _unreachable(self, leg: Leg, command: Originate | RingAgent, reply: Reply) -> None:
        if reply.lost or not self._alive(leg):
            return
        if leg.asked:
            self._end(leg, Cause.WE_HUNG_UP)
        elif not reply.ok:
            self._end(leg, Cause.SWITCH_ERROR)
        else:
            self._end(leg, Cause.TRUNK_DEAD if isinstance(command, Originate) else Cause.UNAVAILABLE)

    def _bridge(self, command: Bridge) -> None:
        customer, agent = self.legs.get(command.customer_leg), self.legs.get(command.agent_leg)
        if customer is None or agent is None:
            return
        self._need_bridge(customer)
        if customer.music:
            customer.music = False
            self._request(commands.stop_music(customer.id, self._names))
        call = commands.join(customer.id, self._names, customer.id, agent.id)
        self._call(call, partial(self._joined, customer, agent))

    def _need_bridge(self, customer: Leg) -> None:
        if not customer.bridge:
            customer.bridge = True
            self._request(commands.make_bridge(customer.id, self._names))

    def _joined(self, customer: Leg, agent: Leg, reply: Reply) -> None:
        """Where joining failed because one side was about to end, its end is on its way: wait for it."""
        if reply.ok or reply.lost:
            return
        log.warning("switch.not_bridged", leg=agent.id, status=reply.status, said=reply.text[:200])
        self._later(GONE_GRACE, partial(self._not_joined, customer, agent))

    def _not_joined(self, customer: Leg, agent: Leg) -> None:
        if self._alive(customer) and self._alive(agent):
            self._refuse(agent, Cause.SWITCH_ERROR)

    def _music(self, leg_id: LegId) -> None:
        leg = self.legs.get(leg_id)
        if leg is None:
            return
        if leg.bridge:
            self._request(commands.leave_bridge(leg.id, self._names))
        leg.music = True
        self._request(commands.start_music(leg.id, self._names))

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
            log.error("switch.not_recorded", leg=leg.id, status=reply.status, said=reply.text[:200])
        self._recording_over(leg)

    def _hang_up(self, leg_id: LegId) -> None:
        leg = self.legs.get(leg_id)
        if leg is None:
            if not self.legs.knows(leg_id):
                self._hang_up_stranger(leg_id)
            return
        leg.asked = True
        self._call(commands.hang_up(leg.id, self._names), partial(self._hung_up, leg))

    def _hung_up(self, leg: Leg, reply: Reply) -> None:
        if reply.status == 404:
            self._later(GONE_GRACE, partial(self._vanished, leg))

    def _vanished(self, leg: Leg) -> None:
        if self._alive(leg):
            self._end(leg, leg.verdict or Cause.WE_HUNG_UP)

    def _hang_up_stranger(self, leg_id: LegId) -> None:
        try:
            self._request(commands.hang_up(LegId(leg_id), self._names))
        except ValueError:
            return

    # --- events -------------------------------------------------------------------------------------

    def heard(self, news: News) -> None:
        if isinstance(news, Replaced):
            log.error("switch.replaced", app=self._names.app)
            self._replaced()
            return
        leg = self.legs.get(news.leg)
        if leg is None:
            # A request that was under way when the connection broke: the engine was told that it is gone.
            if isinstance(news, Created):
                self._hang_up_stranger(news.leg)
            return
        match news:
            case Created():
                self._dial(leg)
            case Alerted(_, ringing):
                self._alerted(leg, ringing=ringing)
            case Answered():
                self._answered(leg)
            case HangupBegan(_, inside):
                leg.by = leg.by or (Side.INSIDE if inside else Side.FAR)
            case Destroyed(_, q850, sip):
                self._destroyed(leg, q850, sip)
            case RecorderReady():
                call = commands.record(leg.id, leg.recording_name, self._names)
                self._call(call, partial(self._recording_began, leg))
            case RecordingDone(_, name, seconds):
                if seconds is not None and leg.recording:
                    self._tell(RecordingFinished(leg.id, name, seconds))
                self._recording_over(leg)
            case _:
                assert_never(news)

    def _dial(self, leg: Leg) -> None:
        if leg.dialled or leg.asked or leg.command is None:
            return
        leg.dialled = True
        if isinstance(leg.command, Originate):
            # Else it would ring in the one bridge that Asterisk keeps for all dialled channels, whose cost
            # grows with every channel in it: at 300 ringing customers a call costs more than twice as much.
            self._need_bridge(leg)
            self._request(commands.join(leg.id, self._names, leg.id))
        self._call(commands.dial(leg.id, leg.command.ring, self._names), partial(self._dialling, leg))

    def _dialling(self, leg: Leg, reply: Reply) -> None:
        if not reply.ok and not reply.lost and self._alive(leg) and not leg.asked and leg.by is None:
            log.warning("switch.not_dialled", leg=leg.id, status=reply.status, said=reply.text[:200])
            self._refuse(leg, Cause.SWITCH_ERROR)

    def _alerted(self, leg: Leg, *, ringing: bool) -> None:
        leg.alerted = True
        if ringing and not leg.ringing and not leg.answered:
            leg.ringing = True
            self._tell(LegRinging(leg.id))

    def _answered(self, leg: Leg) -> None:
        if not leg.answered:
            leg.answered = leg.alerted = True
            self._tell(LegAnswered(leg.id))

    def _destroyed(self, leg: Leg, q850: int, sip: int | None) -> None:
        ending = leg.ending(q850, sip)
        self._end(leg, leg.verdict or cause_of(ending), None if leg.verdict else sip_code(ending))

    # --- ends ---------------------------------------------------------------------------------------

    def _refuse(self, leg: Leg, cause: Cause) -> None:
        """End a leg because the switch can not do what was asked of it."""
        leg.verdict = leg.verdict or cause
        self._call(commands.hang_up(leg.id, self._names), partial(self._hung_up, leg))

    def _end(self, leg: Leg, cause: Cause, code: int | None = None) -> None:
        if leg.ended is not None:
            return
        leg.ended = LegEnded(leg.id, cause, code)
        if leg.bridge:
            self._request(commands.drop_bridge(leg.id, self._names))
        if leg.recording:
            self._later(RECORDING_GRACE, partial(self._recording_over, leg))
        else:
            self._finish(leg, leg.ended)

    def _recording_over(self, leg: Leg) -> None:
        leg.recording = False
        if leg.ended is not None and self._alive(leg):
            self._finish(leg, leg.ended)

    def _finish(self, leg: Leg, ended: LegEnded) -> None:
        self.legs.end(leg.id)
        self._tell(ended)

    def _alive(self, leg: Leg) -> bool:
        return self.connected and self.legs.has(leg)

    def _request(self, call: Call) -> None:
        self._call(call, _logged(call))


def _logged(call: Call) -> Then:
    """For requests whose failure changes nothing: the thing is gone, or an event will tell."""

    def then(reply: Reply) -> None:
        if not reply.ok and reply.status not in {0, 404}:
            log.info("ari.said_no", method=call.method, status=reply.status, said=reply.text[:200])

    return then
